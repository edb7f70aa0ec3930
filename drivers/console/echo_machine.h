// Tells how much of what is typed on a line the device has echoed. Sans-I/O.
// Characters may be in flight: echoes are matched in their order. Allowed are the ways of line editors: the wrap at the
// last column (a blank and CR), windows that are drawn again when a line gets long (readline "\r<...", IOS BS...
// "$..."), and log lines in the middle, whether the device draws its line again behind them or goes on where it was
// cut. Anything else makes the line wrong: it is then cleared and typed again, which is always right.
#pragma once

#include "drivers/console/screen.h"
#include "drivers/console/typing.h"

#include <string>
#include <string_view>

namespace rollover::console {

class echo_machine {
public:
    /// A line begins behind what `shown` has on its open line (the prompt).
    void restart(const screen& shown, log_cutter without_log);
    /// The same where `typed` stands there already, typed and echoed before, at the end of the open line.
    void resume(const screen& shown, log_cutter without_log, std::string_view typed);
    /// `character` was typed, its echo is expected from now on.
    void typed(char character);
    /// A byte was received; `shown` is the screen after it, `did` what it did there.
    void received(char byte, screen::effect did, const screen& shown);

    enum class verdict {
        right,    ///< all that was typed has been echoed, and nothing else
        pending,  ///< something has not been echoed yet
        doubted,  ///< something else was received: the beginning of a log line, or a wrong echo
        garbled,  ///< another character was received
        mixed,    ///< other text was received, and lines ended
    };
    [[nodiscard]] verdict state() const noexcept;
    /// Characters that are known to have been echoed; grows unless a log line turns out to have imitated an echo.
    [[nodiscard]] std::size_t echoed() const noexcept { return echoed_; }
    /// A log line came in the middle. What stands behind it looks right, but more of it may show that it was no echo:
    /// right counts only when nothing follows.
    [[nodiscard]] bool is_interrupted() const noexcept { return interrupted_; }

    [[nodiscard]] const std::string& line() const noexcept { return typed_; }
    /// What was received for this line, at most the last 200 bytes.
    [[nodiscard]] const std::string& seen() const noexcept { return seen_; }

private:
    void before_first(screen::effect did, const screen& shown);
    void printed(char byte, std::string_view before_cursor);
    void line_ended(std::string_view line);
    void first_line_ended(std::string_view line, std::string_view rest);
    void begin_redraw();
    void find_place(std::string_view before_cursor);
    [[nodiscard]] bool stands_in(std::string_view shown, std::size_t count) const;

    log_cutter without_log_;
    std::string prompt_;
    std::string typed_;
    std::string seen_;
    std::size_t echoed_ = 0;
    std::size_t base_ = 0;      // echoed when the redraw, or the line behind a log line, began
    bool erased_ = false;       // what is drawn again was erased before, prompt and all
    bool redrawing_ = false;    // the cursor was moved or a line ended: where the echo goes on has to be found
    bool interrupted_ = false;  // by a log line
    bool doubted_ = false;
    verdict wrong_ = verdict::right;  // garbled or mixed, for good
};

}  // namespace rollover::console
