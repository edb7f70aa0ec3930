// A console: an open line with pacing, a one-line screen, and a transcript. This is what dialogues are held on.
#pragma once

#include "drivers/console/pacing.h"
#include "drivers/transport/line.h"
#include "engine/base/log.h"

#include <memory>
#include <string>
#include <vector>

namespace rollover::console {

class pacing_wheel;
class transcript;

/// How `type` treats what it types.
struct typing {
    bool enter = true;           ///< a CR follows
    bool secret = false;         ///< nothing of it goes to a transcript, log or error; no echo is expected
    bool echo_expected = true;   ///< false at password prompts and for single keys that act at once
    std::string kill_line = "\x15";  ///< the key that clears a half-typed line on this platform, for repairs
    unsigned repairs = 5;        ///< how often a garbled line is cleared and typed again before giving up
};

/// What has been received since the last look, as a terminal would show it: backspaces, carriage returns, erased
/// characters, bells and escape sequences are already carried out or dropped.
struct screen_text {
    std::vector<std::string> lines;  ///< finished lines, oldest first; at most `console_options::most_lines` are kept
    std::string open_line;           ///< the unfinished last line: where a prompt stands; at most 4096 bytes
    std::uint64_t received = 0;      ///< bytes received since the console was opened
};

/// Why `listen` came back.
enum class heard {
    quiet,      ///< something was received and then nothing for the quiet time
    nothing,    ///< nothing at all was received before the limit
    chatter,    ///< received without a pause until the limit
};

struct console_options {
    console::pacing pacing;
    std::size_t most_lines = 20'000;  ///< then the oldest lines are dropped (a device that never stops talking)
    std::string name;                 ///< for messages: "device r1 (line cs1/1)"
};

class console {
public:
    virtual ~console() = default;

    /// Types at the enforced pace and comes back when the last character has left (and, in echoed mode, was echoed).
    /// In echoed mode a missing or wrong echo clears the line with `how.kill_line` and types it again.
    /// Errors: peer_closed, io, cancelled, timed_out at `deadline`, device_differs when the repairs are used up.
    [[nodiscard]] virtual task<result<void>> type(std::string text, typing how, time_point deadline) = 0;

    /// Waits until the device has fallen silent for `quiet` after saying something, or until `limit`.
    /// Bytes received before the call and not taken yet count as "something".
    /// Errors: peer_closed, io, cancelled.
    [[nodiscard]] virtual task<result<heard>> listen(duration quiet, time_point limit) = 0;

    /// Looks at what was received since the last `take`, without removing it.
    [[nodiscard]] virtual const screen_text& peek() const = 0;
    /// Removes and returns it; the open line stays as the start of what follows when `keep_open_line`.
    [[nodiscard]] virtual screen_text take(bool keep_open_line) = 0;

    [[nodiscard]] virtual task<result<void>> send_break(duration how_long) = 0;

    [[nodiscard]] virtual gap_statistics gaps() const = 0;
    [[nodiscard]] virtual const std::string& name() const = 0;

    /// Ends the reader and closes the line; must be awaited before the console is destroyed.
    [[nodiscard]] virtual task<void> close() = 0;
};

/// Puts a console on an open line and starts its reader. `wheel` must outlive it; `record` may be null.
[[nodiscard]] std::unique_ptr<console> make_console(runtime& rt, pacing_wheel& wheel, std::unique_ptr<transport::line> line,
                                                    console_options options, std::shared_ptr<transcript> record,
                                                    log_sink log);

}  // namespace rollover::console
