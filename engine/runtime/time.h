// Time as the engine sees it: monotonic, handed in by a runtime. There is no `now()` here on purpose (rule 1).
#pragma once

#include <chrono>

namespace rollover {

using duration = std::chrono::nanoseconds;

/// The monotonic clock of a runtime. Its zero is the start of that runtime; values of two runtimes do not compare.
struct runtime_clock {
    using rep = rollover::duration::rep;
    using period = rollover::duration::period;
    using duration = rollover::duration;
    using time_point = std::chrono::time_point<runtime_clock>;
    static constexpr bool is_steady = true;
};

using time_point = runtime_clock::time_point;

/// Wall-clock time in UTC, only for what people read: transcripts, journals, logs.
using wall_time = std::chrono::sys_time<duration>;

/// A deadline that never passes.
inline constexpr time_point never = time_point::max();

}  // namespace rollover
