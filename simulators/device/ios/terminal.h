// The console line of the router as its software sees it: reads lines with editing, asks, confirms, pages, waits, and
// prints log messages in the middle of it all.
#pragma once

#include "simulators/device/device.h"
#include "simulators/device/ios/line_editor.h"
#include "simulators/device/timeline.h"

#include <deque>
#include <functional>
#include <string>
#include <string_view>

namespace rollover::sim::ios {

class terminal {
public:
    using on_line = std::function<void(key_event, const std::string&)>;
    using on_answer = std::function<void(const std::string&)>;
    using on_confirm = std::function<void(bool)>;
    using on_key = std::function<void(char)>;
    using action = std::function<void()>;

    /// Both must outlive it.
    terminal(timeline& later, output print) : later_(later), print_(std::move(print)) {}

    /// A character that was typed.
    void input(char character);

    /// Prints, with "\r\n" for '\n'.
    void say(std::string_view text);
    /// A log message: on a line of its own, and with `logging synchronous` what was being typed comes again after it.
    void log(std::string_view message);

    /// What the terminal does next; each replaces what it did before.
    /// Takes nothing: what is typed is lost.
    void deaf() { state_ = state::deaf; }
    /// Waits for RETURN; everything else is dropped.
    void wait_for_return(action then);
    /// Prints the prompt and reads a line with all editing keys; `with` stands there already.
    void read(std::string prompt, on_line handler, std::string with = {}, bool silently = false);
    /// Prints a question and reads its answer; ^C calls `on_abort` when there is one.
    void ask(std::string question, on_answer handler, action on_abort = {}, bool silently = false);
    /// The same without echo; ^C is a character where nobody listens to it. What was typed ahead is thrown away.
    void ask_password(std::string question, on_answer handler, action on_abort = {});
    /// Takes one key: Enter or y is yes.
    void confirm(std::string question, on_confirm handler);
    /// Prints a question and takes one key, with echo.
    void ask_key(std::string question, on_key handler);
    /// Takes characters as they are, with echo, until `handler` says true.
    void read_raw(std::function<bool(char)> handler);
    /// Is busy for so long; what is typed is kept up to `type_ahead` characters. ^^ calls `on_abort` when there is one.
    void busy(duration how_long, action then, action on_abort = {});
    /// Busy until something else is asked of it.
    void busy();
    /// Prints `text` page by page.
    void page(std::string text, action then, bool silently = false);

    [[nodiscard]] bool reads_command() const { return state_ == state::line; }
    [[nodiscard]] bool takes_keys() const { return state_ != state::deaf && state_ != state::busy; }
    void reset();

    std::size_t length = 24;  ///< lines of a page, 0: no pages
    std::size_t width = 80;   ///< columns, 0: endless
    bool synchronous = false;
    std::string more = " --More-- ";
    /// As IOS wipes it: back, blanks, back again.
    std::string wipe_more = "\b\b\b\b\b\b\b\b\b        \b\b\b\b\b\b\b\b\b";
    line_editor editor;

private:
    enum class state { deaf, idle, line, answer, password, key, raw, busy, pager };
    static constexpr std::size_t type_ahead = 254;

    void take(char character);
    void take_line(char character);
    void take_answer(char character);
    void take_password(char character);
    void take_confirmation(char character);
    void take_pager(char character);
    void drain();
    void print_lines(std::size_t count);
    void redisplay();

    timeline& later_;
    output print_;
    state state_ = state::deaf;
    std::string prompt_;
    std::string secret_;
    on_line on_line_;
    on_answer on_answer_;
    on_key on_key_;
    action then_;
    action on_abort_;
    std::function<bool(char)> on_raw_;
    std::uint64_t waiting_ = 0;  ///< number of the planned end of `busy`
    std::deque<char> ahead_;
    bool draining_ = false;
    std::string paged_;
    std::size_t paged_from_ = 0;
};

}  // namespace rollover::sim::ios
