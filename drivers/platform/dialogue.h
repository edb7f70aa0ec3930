// The language of dialogues: a machine sees what a console shows and answers with the next thing to do. No I/O, no
// clock, no coroutine (rule 8): the session carries actions out and feeds back what came of them.
//     event ─► machine::advance ─► action ─► (session: console::type, console::listen) ─► event ─► ...
#pragma once

#include "drivers/console/console.h"
#include "drivers/platform/description.h"
#include "drivers/platform/forbidden.h"
#include "drivers/platform/identity.h"
#include "drivers/platform/patterns.h"
#include "drivers/platform/session.h"

#include <functional>
#include <span>

namespace rollover::platform {

/// What came of the last action.
struct dialogue_event {
    enum class kind {
        begin,  ///< the first event of every machine
        typed,  ///< the last character has left
        heard,  ///< `listen` came back
        speed,  ///< the speed of the line was changed, or could not be
        sent_break,
    };
    kind what = kind::begin;
    console::heard heard = console::heard::nothing;
    std::vector<std::string> lines;  ///< finished since the last event
    std::string open_line;           ///< as it stands now
    time_point now{};
    std::optional<std::uint32_t> speed;  ///< of the line, as far as it is known
    std::uint64_t framing_errors = 0;    ///< that the converter has reported so far
    std::uint64_t received = 0;          ///< bytes, during a `listen`
    duration round_trip{};               ///< of the line, as far as it was seen
    std::size_t typed_ahead = 0;         ///< characters that were typed behind the last Enter
};

/// What to do next.
struct action {
    enum class kind { type, listen, change_speed, send_break, done, failed };
    kind what = kind::done;
    std::string text;                      ///< type: characters, control characters and secrets as they are
    console::typing how;                   ///< type
    duration quiet{};                      ///< listen: silence that ends it
    duration limit{};                      ///< listen: from now
    std::span<const std::string> at_once;  ///< listen: open lines that end it; views into the context
    std::uint32_t baud = 0;      ///< change_speed: a converter that cannot is no failure, see dialogue_event::speed
    std::optional<failure> why;  ///< failed

    [[nodiscard]] static action type(std::string text, console::typing how);
    [[nodiscard]] static action listen(duration quiet, duration limit);
    [[nodiscard]] static action change_speed(std::uint32_t baud);
    [[nodiscard]] static action send_break();
    [[nodiscard]] static action done() { return {}; }
    [[nodiscard]] static action fail(failure why);
    [[nodiscard]] bool ends() const noexcept { return what == kind::done || what == kind::failed; }
};

/// How far the author's configuration has come: what is needed to go on with it over another connection.
struct taken_lines {
    std::size_t count = 0;            ///< lines that the device has taken
    std::size_t block = 0;            ///< the last line typed in the outermost configuration state; `count` when the
                                      ///< device is there
    std::optional<std::size_t> text;  ///< the line that has opened a text (a banner) which is not closed yet
};

/// What all dialogues with one device share and learn. Lives as long as its session.
struct dialogue_context {
    std::shared_ptr<const description> how;
    std::shared_ptr<const patterns> match;
    std::shared_ptr<prompt_memory> seen = std::make_shared<prompt_memory>();  ///< shared with guards; never empty
    logins who;
    std::shared_ptr<const forbidden_commands> forbidden;  ///< by the operator of the lab; empty: nothing is
    std::vector<std::string> interfaces;
    std::vector<std::string> serial_ports;
    std::function<void(severity, const std::string&)> note;  ///< never empty

    std::optional<std::size_t> position;  ///< index of the state that the device was last seen in; nothing: not known
    std::string open_line;                ///< as last seen
    std::size_t there = 0;                ///< characters of the next line that stand behind it, typed ahead
    std::string host;                     ///< learned from the prompts; empty: not yet
    /// Prompts of this host that were believed after a silence. The very same, below a configuration line, needs none.
    std::vector<std::string> believed;
    std::size_t fifo = 0;           ///< characters that the device's receiver keeps; 0: not known
    std::uint32_t usual_speed = 0;  ///< of the line, as the lab file has it; 0: not known
    std::uint32_t fast_speed = 0;   ///< that it may be raised to; 0: it stays
    std::uint32_t told_speed = 0;   ///< that the device was told to talk at, when it is not the usual one; 0: none
    bool booting = false;           ///< it starts anew: whatever is typed now could stop it
    bool met = false;               ///< the first contact is over: what is heard now is no stale buffer
    std::string output;             ///< of the last command, without echo, prompt and log lines
    std::optional<int> status;      ///< of the last command, on platforms whose prompt shows it
    identity who_it_is;             ///< what the device has said of itself
    configuration read;             ///< what the last reading of the configuration has found
    std::vector<typed_line> meant;  ///< the configuration lines that were taken, but for text (banners)
    taken_lines taken;              ///< of the configuration that is being typed
    std::size_t meant_before = 0;   ///< how many of `meant` are of configurations before that
    bool candidate_open = false;    ///< lines of ours stand in a candidate that was neither committed nor discarded
    std::optional<time_point> committed;  ///< the device takes that commit back by itself unless it is confirmed

    [[nodiscard]] const state& state_at(std::size_t index) const { return how->states[index]; }
    /// A state whose prompt is `line`, whole.
    [[nodiscard]] std::optional<patterns::prompt> prompt_of(std::string_view line) const {
        return seen->of(*match, line);
    }
    /// The name of the position, for messages: "state exec", "an unknown state".
    [[nodiscard]] std::string position_name() const;
};

/// The device asks `question`, and no rule answers it. Nothing was typed.
[[nodiscard]] failure unanswered(const dialogue_context& c, std::string_view question);

/// Tells by what is received whether the device has left the position, so that nothing more is typed (no text of a
/// configuration at a login). Keeps what it needs; nothing when the position is not known.
[[nodiscard]] console::place_guard guard_of(const dialogue_context& c);

/// `written` as it is typed: where a text stands, or which login. Errors: not_found when the lab gives no such login.
[[nodiscard]] result<action> keystroke_action(const dialogue_context& c, const keystrokes& k);

class machine {
public:
    virtual ~machine() = default;
    /// After done or failed it is not called again.
    [[nodiscard]] virtual action advance(const dialogue_event& e) = 0;
    /// What it is about, for the words of a timeout: "waiting for the answer to 'reload'".
    [[nodiscard]] virtual std::string doing() const = 0;
    /// The author's place of what is being typed: "topology.xml:12:7"; empty when it is ours.
    [[nodiscard]] virtual std::string place() const { return {}; }
};

/// Machines one after the other; each is made when the one before is done, so it may use what that one has found.
class sequence final : public machine {
public:
    /// A part that makes no machine is skipped.
    using part = std::function<std::unique_ptr<machine>()>;
    explicit sequence(std::vector<part> parts) : parts_(std::move(parts)) {}
    [[nodiscard]] action advance(const dialogue_event& e) override;
    [[nodiscard]] std::string doing() const override;
    [[nodiscard]] std::string place() const override;

private:
    std::vector<part> parts_;
    std::size_t next_ = 0;
    std::unique_ptr<machine> current_;
};

/// A decision without any talk: ends at once with what `decide` says.
class decision final : public machine {
public:
    explicit decision(std::function<result<void>()> decide) : decide_(std::move(decide)) {}
    [[nodiscard]] action advance(const dialogue_event& e) override;
    [[nodiscard]] std::string doing() const override { return "comparing"; }

private:
    std::function<result<void>()> decide_;
};

}  // namespace rollover::platform
