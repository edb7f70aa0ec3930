// A console: an open line with pacing, a one-line screen, and a transcript. This is what dialogues are held on.
#pragma once

#include "drivers/console/pacing.h"
#include "drivers/console/screen.h"
#include "drivers/console/typing.h"
#include "drivers/transport/line.h"
#include "engine/base/log.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace rollover::console {

class pacing_wheel;
class transcript;

/// Why `listen` came back.
enum class heard {
    quiet,    ///< something was received and then nothing for the quiet time
    nothing,  ///< nothing at all was received before the limit
    chatter,  ///< received without a pause until the limit, or more than any serial line brings in that time
    at_once,  ///< below the Enter that was typed last stands what was to end the wait at once
};

struct console_options {
    console::pacing pacing;
    /// That the line was opened with; nothing: not known. Where they are and no gap is asked for, the line is not read
    /// again before what is expected can have come.
    std::optional<transport::serial_settings> settings;
    std::size_t most_lines = 20'000;  ///< then the oldest lines are dropped (a device that never stops talking)
    std::string name;                 ///< for messages: "device r1 (line cs1/1)"
};

class console {
public:
    virtual ~console() = default;

    /// Types at the enforced pace and comes back when the last character has left (and, in echoed mode, was echoed).
    /// In echoed mode a missing or wrong echo (nothing for 1 s or 20 characters' time; anything else in between, a log
    /// line too) clears the line with `how.kill_line`, waits for silence, drops what was received, and types it again.
    /// So Enter is pressed on a right line only; the echo of Enter itself and of other control keys is not waited for.
    /// One call at a time. A cancel or the deadline stops at once, the rest is dropped, nothing is cleared.
    /// Errors: peer_closed, io, cancelled, timed_out at `deadline`, device_differs when the repairs are used up (with
    /// what was typed and what was seen; the half-typed line was cleared).
    [[nodiscard]] virtual task<result<void>> type(std::string text, typing how, time_point deadline) = 0;

    /// Characters that the last `type` has typed behind its Enter, of its `how.ahead`.
    [[nodiscard]] virtual std::size_t typed_ahead() const = 0;
    /// How long echoes take at most, as far as it was seen; a far away line needs longer silences.
    [[nodiscard]] virtual duration round_trip() const = 0;
    /// Characters that the device's receiver keeps while the device is busy; 0: not known.
    [[nodiscard]] virtual std::size_t fifo() const = 0;

    /// Waits until the device has fallen silent for `quiet` after saying something, or until `limit`.
    /// Bytes received before the call and not taken yet count as "something". An open line that is one of `at_once`,
    /// below the line that was entered last, ends it without any silence. One call at a time. Errors: peer_closed, io,
    /// cancelled.
    [[nodiscard]] virtual task<result<heard>> listen(duration quiet, time_point limit,
                                                     std::span<const std::string> at_once = {}) = 0;

    /// Looks at what was received since the last `take`, without removing it. Valid until the next wait.
    /// An echo of a secret shows as asterisks.
    [[nodiscard]] virtual const screen_text& peek() const = 0;
    /// Removes and returns it; the open line stays as the start of what follows when `keep_open_line`.
    [[nodiscard]] virtual screen_text take(bool keep_open_line) = 0;

    /// Sends BREAK; the gap to the next character counts from its end. Not while `type` runs. Errors as
    /// line::send_break.
    [[nodiscard]] virtual task<result<void>> send_break(duration how_long) = 0;

    /// The speed of the line, as far as it is known.
    [[nodiscard]] virtual std::optional<std::uint32_t> speed() const = 0;
    /// Changes it, other settings stay. Not while `type` runs. Errors: as line::change, unsupported also where the
    /// settings are not known.
    [[nodiscard]] virtual task<result<void>> change_speed(std::uint32_t baud, time_point deadline) = 0;
    /// Bytes that were received since the line was opened.
    [[nodiscard]] virtual std::uint64_t received() const = 0;
    /// Framing errors that the converter has reported (RFC 2217): a wrong speed, or a BREAK.
    [[nodiscard]] virtual std::uint64_t framing_errors() const = 0;

    /// A line in the transcript and in the log: what a person who reads them has to know.
    virtual void remark(severity level, std::string text) = 0;

    [[nodiscard]] virtual gap_statistics gaps() const = 0;
    [[nodiscard]] virtual const std::string& name() const = 0;

    /// Ends the reader, closes the line and flushes the transcript; must be awaited before the console is destroyed,
    /// also in a tree that was cancelled.
    [[nodiscard]] virtual task<void> close() = 0;
};

/// Puts a console on an open line and starts its reader. `wheel` must outlive it; `record` may be null.
[[nodiscard]] std::unique_ptr<console> make_console(runtime& rt, pacing_wheel& wheel,
                                                    std::unique_ptr<transport::line> line, console_options options,
                                                    std::shared_ptr<transcript> record, log_sink log);

}  // namespace rollover::console
