// Pacing: the enforced minimum time between two characters on a line (rule 4), for thousands of lines on one thread.
// `pacer` (pacing_machine.h) decides per line, without I/O; `pacing_wheel` is the one alarm that serves all lines.
#pragma once

#include "engine/runtime/time.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace rollover::console {

/// How the next character is released.
enum class pacing_mode {
    timed,   ///< when the gap has passed since the last character was handed to the operating system
    acked,   ///< when the gap has passed since the converter's TCP was seen to have acknowledged the last character;
             ///< where acknowledgements cannot be seen (tty), as timed
    echoed,  ///< when, in addition to the gap of acked, the device has echoed the last character
};

struct pacing {
    pacing_mode mode = pacing_mode::timed;
    duration char_delay = std::chrono::milliseconds(10);  ///< after every character
    duration line_delay = std::chrono::milliseconds(50);  ///< after CR, instead; at least char_delay
    /// Characters that may be on their way without their echo, where no gap is asked for (char_delay 0): what the
    /// receive FIFO of the device holds while it is busy. 0: a whole line.
    unsigned fifo = 0;
    /// Added to both: what this line has learned to need. Grows when characters were lost, shrinks when all is well.
    duration learned{};
};

/// The gaps really achieved on a line, measured between the instants just after each write. A pause in which nothing
/// was to be typed is no gap.
struct gap_statistics {
    std::uint64_t characters = 0;
    std::uint64_t gaps = 0;
    std::uint64_t too_short = 0;  ///< gaps below the promise: must stay 0
    duration shortest{};
    duration longest{};
    duration p50{};  ///< percentiles are exact to 3 %
    duration p99{};
    duration total{};           ///< from the first character to the last
    std::uint64_t repairs = 0;  ///< lines cleared and typed again
    duration learned{};         ///< what is added to the delays now, see `pacing`
    duration late_p50{};        ///< how much later than allowed characters left; waiting for an echo is not late
    duration late_p99{};
    duration late_most{};
};

}  // namespace rollover::console
