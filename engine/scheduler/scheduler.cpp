#include "engine/scheduler/scheduler.h"

#include "engine/scheduler/clock.h"
#include "engine/scheduler/words.h"

#include <set>

namespace rollover::scheduler {

scheduler::scheduler(surroundings in) : in_(std::move(in)), changed_(in_.rt), group_(in_.rt) {}

void scheduler::look() {
    changed_.notify();
}

void scheduler::leave() {
    leaving_ = true;
    changed_.notify();
}

task<void> scheduler::run() {
    while (!leaving_) {
        forget_what_is_done();
        co_await read_calendar();
        const auto why = co_await changed_.wait(in_.rt.now() + longest_nap);
        if (why == wake::cancelled) {
            break;
        }
    }
    for (auto& [id, one] : attended_) {
        one->leave();
    }
    co_await group_.join();
    attended_.clear();
}

void scheduler::forget_what_is_done() {
    std::erase_if(attended_, [](const auto& one) { return one.second->is_done(); });
}

task<void> scheduler::read_calendar() {
    // Attended to before their time, so that they sleep until the very second.
    const instant soon = rounded_up(in_.rt.wall_now()) + 3 * std::chrono::ceil<std::chrono::seconds>(longest_nap);
    const auto due = co_await in_.book.due(in_.files()->lab.name, soon);
    if (!due) {
        if (in_.log) {
            in_.log({severity::error, "", "", on_one_line(due.error())});
        }
        co_return;
    }
    last_look_ = in_.rt.wall_now();
    std::set<std::string> open;
    for (const auto& one : *due) {
        open.insert(one.id);
        auto& place = attended_[one.id];
        if (place) {
            place->look(one);
        } else {
            place = std::make_unique<attendance>(in_, one);
            group_.spawn(place->run());
        }
    }
    for (const auto& [id, one] : attended_) {
        if (!open.contains(id) && !one->is_done()) {
            const auto over = co_await in_.book.find(id);
            if (over) {
                one->look(*over);
            }
        }
    }
}

}  // namespace rollover::scheduler
