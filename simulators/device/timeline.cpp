#include "simulators/device/timeline.h"

#include <algorithm>

namespace rollover::sim {

timeline::timeline(runtime& rt) : runtime_(rt), alarm_(rt.make_alarm([this] { run_due(); })) {}

std::uint64_t timeline::at(time_point when, std::function<void()> action) {
    const std::uint64_t number = ++last_number_;
    const auto earlier = [when](const planned& p) { return p.when <= when; };
    planned_.insert(std::find_if(planned_.begin(), planned_.end(), earlier), {when, number, std::move(action)});
    arm();
    return number;
}

std::uint64_t timeline::after(duration wait, std::function<void()> action) {
    return at(runtime_.now() + wait, std::move(action));
}

void timeline::cancel(std::uint64_t number) {
    std::erase_if(planned_, [number](const planned& p) { return p.number == number; });
    arm();
}

void timeline::clear() {
    planned_.clear();
    arm();
}

void timeline::run_due() {
    const time_point now = runtime_.now();
    while (!planned_.empty() && planned_.back().when <= now) {
        const auto action = std::move(planned_.back().action);
        planned_.pop_back();
        action();
    }
    arm();
}

void timeline::arm() {
    if (planned_.empty()) {
        alarm_->clear();
    } else {
        alarm_->set(planned_.back().when);
    }
}

}  // namespace rollover::sim
