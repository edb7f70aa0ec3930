#include "engine/scheduler/timetable.h"

#include "engine/scheduler/available.h"

#include <algorithm>
#include <utility>

namespace rollover::scheduler {

namespace {

template <class Use>
void each_stretch(const taken_times& times, instant from, std::chrono::seconds length, instant until, Use use) {
    // No two overlap, so they end in the order in which they begin.
    auto next = std::ranges::upper_bound(times, from, {}, [](const taken_time& one) { return one.held.until; });
    while (next != times.end() && next->held.from < until) {
        window stretch = next->held;
        // What is free before it, from `from` on, counts as well.
        if (stretch.from - std::min(from, stretch.from) < length) {
            stretch.from = std::min(from, stretch.from);
        }
        for (++next; next != times.end() && next->held.from - stretch.until < length; ++next) {
            stretch.until = next->held.until;
        }
        use(stretch);
    }
}

}  // namespace

std::vector<placement::booked> times_too_short_closed(const model::lab& lab, const timetable& times, instant from,
                                                      std::chrono::seconds length, instant until) {
    std::vector<placement::booked> out;
    for (std::uint32_t d = 0; d < lab.devices.size(); ++d) {
        if (const auto found = times.find(lab.devices[d].name); found != times.end()) {
            each_stretch(*found->second, from, length, until, [&out, d](window taken) {
                out.push_back({taken.from, taken.until, {model::device_index{d}}, {}, {}});
            });
        }
    }
    for (std::uint32_t s = 0; s < lab.segments.size(); ++s) {
        if (const auto found = times.find(segment_claim(lab.segments[s].name)); found != times.end()) {
            each_stretch(*found->second, from, length, until,
                         [&out, s](window taken) { out.push_back({taken.from, taken.until, {}, {s}, {}}); });
        }
    }
    return out;
}

}  // namespace rollover::scheduler
