#include "engine/scheduler/scheduler.h"

#include "engine/scheduler/parts.h"
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

/// What only an attendance writes when it begins: many in the same second, and it knows.
bool is_its_own(const entry& one) {
    return one.who == "rollover" && (one.what == "running" || one.what == "begun" || one.what == "ready");
}

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
    if (in_.recheck > duration::zero()) {
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

std::vector<scheduler::due_part> scheduler::look_at(const reservation& one) {
    for (auto at = attended_.lower_bound(one.id); at != attended_.end() && at->first.reservation == one.id; ++at) {
        at->second->look(one);  // also when it was handed over to another scheduler: ours leaves
    }
    std::vector<due_part> out;
    if (!one.via.empty() || attended_.contains(work_part(one.id))) {
        return out;
    }
    if (in_.roster == nullptr) {
        out.push_back({one, ""});
        return out;
    }
    const auto files = in_.files();
    for (auto& site : workable(files->lab, one, in_.sites)) {
        if (!attended_.contains({one.id, site})) {
            out.push_back({one, std::move(site)});
        }
    }
    return out;
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
    std::vector<due_part> unattended;
    for (const auto& one : *due) {
        open.insert(one.id);
        std::ranges::move(look_at(one), std::back_inserter(unattended));
    }
    for (const auto& [of, one] : attended_) {
        if (!open.contains(of.reservation) && !one->is_done()) {
            const auto over = co_await in_.book.find(of.reservation);
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
        const bool is_known = is_its_own(one) && attended_.contains(work_part(one.reservation));  // parts have others
        if (!one.reservation.empty() && !is_known) {
            changed.insert(one.reservation);
        }
    }
    std::vector<due_part> unattended;
    for (const auto& id : changed) {
        const auto now = co_await in_.book.find(id);
        if (!now) {
            warn(now.error());
            co_return;
        }
        auto parts = look_at(*now);
        if (now->lab == in_.files()->lab.name && !is_over(now->now) && now->held.from < attended_until_) {
            std::ranges::move(parts, std::back_inserter(unattended));
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

task<void> scheduler::attend_to(std::vector<due_part> due) {
    std::function<bool()> fence;
    if (in_.roster != nullptr && !due.empty()) {
        if (!fence_) {
            co_return;
        }
        fence = fence_;
        std::vector<work_part> wanted;
        std::ranges::transform(due, std::back_inserter(wanted),
                               [](const due_part& one) { return work_part(one.of.id, one.site); });
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
        std::erase_if(due, [&taken](const due_part& one) {
            return std::ranges::find(*taken, work_part(one.of.id, one.site)) == taken->end();
        });
    }
    for (auto& one : due) {
        auto& place = attended_[work_part(one.of.id, one.site)];
        place = std::make_unique<attendance>(in_, std::move(one.of), std::move(one.site), fence);
        group_.spawn(place->run());
    }
}

}  // namespace rollover::scheduler
