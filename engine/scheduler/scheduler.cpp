#include "engine/scheduler/scheduler.h"

#include "engine/scheduler/clock.h"
#include "engine/scheduler/rechecks.h"
#include "engine/scheduler/words.h"

#include <algorithm>
#include <iterator>
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
    task_group beside(in_.rt);
    if (in_.roster != nullptr) {
        beside.spawn(stay_signed_on());
        beside.spawn(in_.roster->watch([this] { look(); }));
    }
    rechecks trying(in_, in_.recheck);
    // Several services on one database: nobody keeps them from trying the same device.
    if (in_.recheck > duration::zero() && in_.roster == nullptr) {
        beside.spawn(trying.run());
    }
    while (!leaving_) {
        forget_what_is_done();
        co_await read_calendar();
        last_turn_ = in_.rt.now();
        const auto why = co_await changed_.wait(in_.rt.now() + longest_nap);
        if (why == wake::cancelled) {
            break;
        }
    }
    let_go();
    co_await group_.join();
    attended_.clear();
    beside.cancel();
    co_await beside.join();
    if (in_.roster != nullptr) {
        const auto signed_off = co_await in_.roster->sign_off();
        static_cast<void>(signed_off.has_value());  // others wait for the end of the term then
    }
}

task<void> scheduler::stay_signed_on() {
    for (;;) {
        const auto same = co_await in_.roster->renew();
        if (!same && in_.log) {
            in_.log({severity::error, "", "", on_one_line(same.error())});
        }
        if (same ? !*same : fence_ && !fence_()) {
            if (in_.log) {
                in_.log({severity::error, "", "", "the term of this service is over: what it had may be another's"});
            }
            fence_ = nullptr;
            let_go();
        }
        if (same) {
            fence_ = in_.roster->fence();
            changed_.notify();
        }
        const auto slept = co_await sleep_for(in_.rt, in_.roster->renew_every());
        if (!slept) {
            co_return;
        }
    }
}

void scheduler::let_go() {
    for (auto& [id, one] : attended_) {
        one->leave();
    }
}

bool scheduler::is_ours(const reservation& one) const {
    if (in_.sites.empty()) {
        return true;
    }
    const auto files = in_.files();
    const auto is_here = [this, &files](const std::string& device) {
        const auto found = model::find_device(files->lab, device);
        return !found || in_.sites.contains(files->lab.at(files->lab.at(*found).site).name);
    };
    return std::ranges::all_of(one.pods, [&](const pod& p) { return std::ranges::all_of(p.devices, is_here); });
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
    std::vector<reservation> unattended;
    for (const auto& one : *due) {
        open.insert(one.id);
        const auto place = attended_.find(one.id);
        if (place != attended_.end()) {
            place->second->look(one);  // also when it was handed over to another scheduler: ours leaves
        } else if (one.via.empty() && is_ours(one)) {
            unattended.push_back(one);
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
    co_await attend_to(std::move(unattended));
}

task<void> scheduler::attend_to(std::vector<reservation> due) {
    std::function<bool()> fence;
    if (in_.roster != nullptr && !due.empty()) {
        if (!fence_) {
            co_return;
        }
        fence = fence_;
        std::vector<std::string> wanted;
        std::ranges::transform(due, std::back_inserter(wanted), &reservation::id);
        const auto taken = co_await in_.roster->take(std::move(wanted));
        if (!taken) {
            if (in_.log) {
                in_.log({severity::error, "", "", on_one_line(taken.error())});
            }
            co_return;
        }
        if (!fence()) {
            co_return;  // the term was over meanwhile; what was taken is gone with it
        }
        std::erase_if(due, [&taken](const auto& one) { return std::ranges::find(*taken, one.id) == taken->end(); });
    }
    for (auto& one : due) {
        std::string id = one.id;
        auto& place = attended_[std::move(id)];
        place = std::make_unique<attendance>(in_, std::move(one), fence);
        group_.spawn(place->run());
    }
}

}  // namespace rollover::scheduler
