// All that is held of a lab from some time on, as small as it can be kept in memory: what `--earliest` walks through. A
// calendar that is full for weeks has hundreds of thousands of entries.
#pragma once

#include "engine/model/lab.h"
#include "engine/placement/earliest.h"
#include "engine/scheduler/window.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace rollover::scheduler {

struct taken_time {
    window held;
    std::int64_t reservation = 0;  ///< its number
};
/// Of one device, or claim of a segment: by time, none overlaps another.
using taken_times = std::vector<taken_time>;
/// By the names of devices and claims. What does not change is shared between one timetable and the next.
using timetable = std::map<std::string, std::shared_ptr<const taken_times>, std::less<>>;

/// For placement::earliest of windows of `length` that begin at `from` or later: what is free between two times for
/// less than `length` is no use, and counts as taken. Times that begin at `until` or later are left out.
[[nodiscard]] std::vector<placement::booked> times_too_short_closed(const model::lab& lab, const timetable& times,
                                                                    instant from, std::chrono::seconds length,
                                                                    instant until);

}  // namespace rollover::scheduler
