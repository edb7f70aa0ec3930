// Time as a calendar has it: half-open windows of whole seconds in UTC.
#pragma once

#include "engine/placement/earliest.h"
#include "engine/runtime/time.h"

#include <chrono>

namespace rollover::scheduler {

/// UTC, whole seconds.
using placement::instant;

/// From `from` on, and no longer at `until`: two windows that meet do not overlap.
struct window {
    instant from;
    instant until;
    [[nodiscard]] bool overlaps(const window& other) const { return from < other.until && other.from < until; }
    [[nodiscard]] bool has(instant t) const { return from <= t && t < until; }
    bool operator==(const window&) const = default;
};

/// The last whole second that has passed at `t`, and the first one that has not.
[[nodiscard]] inline instant rounded_down(wall_time t) {
    return std::chrono::floor<std::chrono::seconds>(t);
}
[[nodiscard]] inline instant rounded_up(wall_time t) {
    return std::chrono::ceil<std::chrono::seconds>(t);
}

}  // namespace rollover::scheduler
