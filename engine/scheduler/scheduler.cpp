#include "engine/scheduler/scheduler.h"

#include "engine/scheduler/rechecks.h"
#include "engine/scheduler/words.h"

#include <algorithm>
#include <iterator>
#include <set>

namespace rollover::scheduler {

namespace {

/// So far ahead it is attended to what will begin, so that it sleeps until its very second.
constexpr std::chrono::seconds far_ahead = std::chrono::hours(1);
constexpr std::size_t most_entries = 200;
/// Under which attendances write into the calendar; no user has it.
constexpr std::string_view own_name = "rollover";

}  // namespace

scheduler::scheduler(surroundings in) : in_(std::move(in)), changed_(in_.rt), clock_(in_.rt), group_(in_.rt) {}

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
        look_at_clock();
        if (read_again_ <= in_.rt.now()) {
            co_await read_calendar();
        } else {
            co_await read_changes();
        }
        last_turn_ = in_.rt.now();
        const auto why = co_await changed_.wait(in_.rt.now() + in_.between_looks);
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
    for (const auto& [id, one] : attended_) {
        if (one->is_done() && !one->is_over()) {
            read_again_ = in_.rt.now();  // it could not be read: it begins again
        }
    }
    std::erase_if(attended_, [](const auto& one) { return one.second->is_done(); });
}

void scheduler::look_at_clock() {
    if (clock_.was_set()) {
        read_again_ = in_.rt.now();
        for (const auto& [id, one] : attended_) {
            one->look_at_clock();
        }
    }
}

void scheduler::warn(const failure& why) const {
    if (in_.log) {
        in_.log({severity::error, "", "", on_one_line(why)});
    }
}

task<void> scheduler::read_calendar() {
    // First the number: what changes while the calendar is read is read again.
    const auto last = co_await in_.book.last_entry();
    if (!last) {
        warn(last.error());
        co_return;
    }
    // Of several services each takes what is due only when it is, and sees soon what another one has left.
    const bool alone = in_.roster == nullptr;
    const auto ahead = alone ? far_ahead : 3 * std::chrono::ceil<std::chrono::seconds>(in_.between_looks);
    const instant until = rounded_up(in_.rt.wall_now()) + ahead;
    const auto due = co_await in_.book.due(in_.files()->lab.name, until);
    if (!due) {
        warn(due.error());
        co_return;
    }
    last_look_ = in_.rt.wall_now();
    last_entry_ = *last;
    attended_until_ = until;
    read_again_ = in_.rt.now() + (alone ? in_.between_readings : duration::zero());
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

task<void> scheduler::read_changes() {
    const auto last = co_await in_.book.last_entry();
    if (!last) {
        warn(last.error());
        co_return;
    }
    last_look_ = in_.rt.wall_now();
    if (*last == last_entry_) {
        co_return;
    }
    const auto entries = co_await in_.book.entries(last_entry_, most_entries, "");
    if (!entries) {
        warn(entries.error());
        co_return;
    }
    std::set<std::string> changed;
    for (const auto& one : *entries) {
        // What an attendance here has written itself, it knows.
        const bool is_own = one.who == own_name && attended_.contains(one.reservation);
        if (!one.reservation.empty() && !is_own) {
            changed.insert(one.reservation);
        }
    }
    std::vector<reservation> unattended;
    for (const auto& id : changed) {
        auto now = co_await in_.book.find(id);
        if (!now) {
            warn(now.error());
            co_return;
        }
        const auto known = attended_.find(id);
        if (known != attended_.end()) {
            known->second->look(*now);
        } else if (now->lab == in_.files()->lab.name && !is_over(now->now) && now->held.from < attended_until_ &&
                   now->via.empty() && is_ours(*now)) {
            unattended.push_back(std::move(*now));
        }
    }
    co_await attend_to(std::move(unattended));
    if (!entries->empty()) {
        last_entry_ = entries->back().number;
        if (entries->size() == most_entries) {
            changed_.notify();  // there are more
        }
    }
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
