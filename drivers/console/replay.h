// Plays a cast.
#pragma once

#include "drivers/console/cast_reader.h"
#include "engine/runtime/runtime.h"

#include <functional>
#include <optional>

namespace rollover::console {

/// When, of a playing, something is shown. Time stands still nowhere: an event that is earlier than the one before, as
/// in a broken file, is shown with it.
class replay_clock {
public:
    /// `speed` > 0; pauses of the recording are cut to `idle_limit` before the speed counts.
    replay_clock(double speed, std::optional<duration> idle_limit) : speed_(speed), idle_limit_(idle_limit) {}

    /// Since the beginning of the playing, for what was recorded `at`. In the order of the file.
    [[nodiscard]] duration plays_at(duration at);

private:
    double speed_;
    std::optional<duration> idle_limit_;
    duration recorded_{};
    duration played_{};
};

struct replay_options {
    double speed = 1;
    std::optional<duration> idle_limit;  ///< none: that of the cast's header, if it has one
    bool at_once = false;                ///< without any pause
    bool colours = false;                ///< of the device may reach the terminal
    bool remarks = false;                ///< remarks are shown too, each on a line of its own
};

/// Shows a piece; false: nothing more can be shown.
using show_function = std::function<bool(std::string_view)>;

/// Gives what the device said to `show`, made safe for a terminal, each piece at its time.
/// Errors: those of the reader; cancelled; io when `show` fails. What comes before a mistake in the file has been
/// shown.
[[nodiscard]] task<result<void>> replay(runtime& rt, cast_reader& from, replay_options how, show_function show);

}  // namespace rollover::console
