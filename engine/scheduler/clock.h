// Waiting for an instant of the wall clock, which may be set while one waits.
#pragma once

#include "engine/runtime/runtime.h"
#include "engine/scheduler/window.h"

#include <algorithm>

namespace rollover::scheduler {

/// The clock is looked at again so often: a step of it is noticed within this time.
inline constexpr duration longest_nap = std::chrono::seconds(10);

/// When to look at the clock next while waiting for `when`.
[[nodiscard]] inline time_point nap_until(runtime& rt, instant when) {
    const duration left = wall_time(when) - rt.wall_now();
    return rt.now() + std::clamp(left, duration::zero(), longest_nap);
}
[[nodiscard]] inline bool has_come(runtime& rt, instant when) {
    return rt.wall_now() >= wall_time(when);
}

}  // namespace rollover::scheduler
