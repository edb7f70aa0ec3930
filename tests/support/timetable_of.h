// A timetable from bookings, without a store.
#pragma once

#include "engine/scheduler/reservation.h"
#include "engine/scheduler/timetable.h"

namespace rollover::tests {

inline std::shared_ptr<const scheduler::timetable> timetable_of(const std::vector<scheduler::booked_device>& bookings) {
    std::map<std::string, scheduler::taken_times> each;
    for (const auto& one : bookings) {
        each[one.device].push_back({one.held, 1});
    }
    auto out = std::make_shared<scheduler::timetable>();
    for (auto& [device, times] : each) {
        out->emplace(device, std::make_shared<const scheduler::taken_times>(std::move(times)));
    }
    return out;
}

}  // namespace rollover::tests
