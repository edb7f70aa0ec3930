// Waiting for an instant of the wall clock, which may be set while one waits.
#pragma once

#include "engine/runtime/runtime.h"
#include "engine/scheduler/window.h"

#include <algorithm>

namespace rollover::scheduler {

/// When an instant of the wall clock will have come, if nobody sets it meanwhile: who waits is woken when somebody does
/// (clock_watch). Not later than in a day.
[[nodiscard]] inline time_point nap_until(runtime& rt, instant when) {
    constexpr std::chrono::hours longest(24);
    if (when >= rounded_up(rt.wall_now()) + longest) {
        return rt.now() + longest;
    }
    return rt.now() + std::max(wall_time(when) - rt.wall_now(), duration::zero());
}
[[nodiscard]] inline bool has_come(runtime& rt, instant when) {
    return rt.wall_now() >= wall_time(when);
}

/// Notices that the wall clock was set, or has drifted from the clock that waits are measured by.
class clock_watch {
public:
    explicit clock_watch(runtime& rt) : runtime_(rt), ahead_(ahead()) {}

    /// Since it was made, or since this last said so.
    [[nodiscard]] bool was_set() {
        constexpr duration worth_it = std::chrono::milliseconds(50);
        const duration now = ahead();
        const bool far = now - ahead_ > worth_it || ahead_ - now > worth_it;
        ahead_ = far ? now : ahead_;
        return far;
    }

private:
    [[nodiscard]] duration ahead() const {
        return runtime_.wall_now().time_since_epoch() - runtime_.now().time_since_epoch();
    }

    runtime& runtime_;
    duration ahead_;
};

}  // namespace rollover::scheduler
