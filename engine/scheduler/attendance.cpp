#include "engine/scheduler/attendance.h"

#include "engine/model/reader.h"
#include "engine/scheduler/clock.h"
#include "engine/scheduler/words.h"

#include <algorithm>

namespace rollover::scheduler {

attendance::attendance(const surroundings& in, reservation of, std::string site, std::function<bool()> may_act)
    : in_(in), of_(std::move(of)), site_(std::move(site)), changed_(in.rt), parts_changed_(in.rt), group_(in.rt) {
    orders_.may_act = std::move(may_act);
    follow();
}

void attendance::log(std::string text) const {
    if (in_.log) {
        in_.log({severity::warning, "", "", of_.id + ": " + text});
    }
}

void attendance::follow() {
    orders_.until = of_.promised.until;
    orders_.held_until = of_.held.until;
    orders_.end_now = orders_.end_now || of_.now == stage::ending || scheduler::is_over(of_.now);
}

void attendance::look(const reservation& now) {
    if (now.via != of_.via) {
        leave();  // somebody else attends to it from now on
        return;
    }
    of_.promised = now.promised;
    of_.held = now.held;
    if (of_.now != now.now) {
        of_.now = now.now;
        parts_changed_.notify();
    }
    look_at_parts(now);
    follow();
    look_at_clock();
}

void attendance::look_at_clock() {
    changed_.notify();
    for (const auto& one : pods_) {
        one->look();
    }
}

void attendance::leave() {
    orders_.leave = true;
    changed_.notify();
    parts_changed_.notify();
    for (const auto& one : pods_) {
        one->look();
    }
}

task<bool> attendance::wait_for_start() {
    while (of_.now == stage::booked && !has_come(in_.rt, of_.held.from)) {
        const auto why = co_await changed_.wait(nap_until(in_.rt, of_.held.from));
        if (why == wake::cancelled || orders_.leave) {
            co_return false;
        }
    }
    co_return !scheduler::is_over(of_.now) && !orders_.leave;
}

task<void> attendance::run() {
    const bool begins = co_await wait_for_start();
    if (begins) {
        co_await work();
    }
    done_ = true;
}

task<void> attendance::work() {
    const auto whole = co_await in_.book.find(of_.id);
    if (!whole) {
        log(on_one_line(whole.error()));  // the next look at the calendar begins again
        co_return;
    }
    if (whole->via != of_.via) {
        co_return;
    }
    of_.source = whole->source;
    of_.pods = whole->pods;
    of_.now = whole->now;  // another service may have begun with its part, or ended
    follow();
    if (!site_.empty() && scheduler::is_over(of_.now)) {
        co_return;
    }
    auto read = model::read_topology(std::string_view(of_.source), of_.file);
    if (!read.value) {
        co_await set_stage(stage::failed, "its topology cannot be read any more: " + failure_of(read.mistakes).reason);
        co_return;
    }
    const auto topology = std::make_shared<const model::topology>(std::move(*read.value));
    if (of_.now == stage::booked) {
        co_await set_stage(stage::running, "");
    }
    make_pods(topology);
    ready_ = of_.ready ? of_.pods.size() + 1 : 0;  // it was told already
    event ready_again(in_.rt);
    const auto count = [this, &ready_again] {
        parts_changed_.notify();
        if (++ready_ == pods_.size()) {
            ready_again.notify();
        }
    };
    task_group told(in_.rt);
    auto tell = [](attendance& self, event& when) -> task<void> {
        const auto why = co_await when.wait();
        if (why == wake::notified) {
            co_await self.note_ready();
        }
    };
    told.spawn(site_.empty() ? tell(*this, ready_again) : tell_when_all_are_ready());
    for (const auto& one : pods_) {
        group_.spawn(one->run(count));
    }
    co_await group_.join();
    told.cancel();
    co_await told.join();
    if (!std::ranges::all_of(pods_, &pod_work::is_over)) {
        co_return;  // it is left, the journal has the rest
    }
    if (!site_.empty()) {
        co_await end_with_the_others();
        co_return;
    }
    const auto failed = std::ranges::find_if_not(pods_, &pod_work::was_ready);
    const bool any_ready = std::ranges::any_of(pods_, &pod_work::was_ready);
    const std::string why = failed == pods_.end() ? "" : (*failed)->failure_text();
    const stage unready = orders_.end_now ? stage::cancelled : stage::failed;
    co_await set_stage(any_ready ? stage::ended : unready, why);
}

void attendance::make_pods(std::shared_ptr<const model::topology> topology) {
    const auto files = in_.files();
    const auto& lab = files->lab;
    for (const auto& one : of_.pods) {
        pod own = one;
        if (!site_.empty()) {
            own.devices = claims_at(lab, one.devices, site_);
            const part* mine = part_of(one, site_);
            own.activation = mine == nullptr ? std::string() : mine->activation;
            if (own.devices.empty()) {
                continue;  // nothing of this pod is there
            }
        }
        pods_.push_back(std::make_unique<pod_work>(in_, of_, topology, std::move(own), orders_, site_));
    }
}

task<void> attendance::note_ready() {
    std::string missing;
    for (const auto& one : pods_) {
        if (!one->missing_text().empty()) {
            missing += (missing.empty() ? "" : "; ") + one->missing_text();
        }
    }
    if (!missing.empty()) {
        const auto told = co_await in_.book.set_why(of_.id, "handed over as far as it works; not " + missing);
        if (!told) {
            log(on_one_line(told.error()));
        }
    }
    const auto noted = co_await in_.book.set_ready(of_.id, rounded_up(in_.rt.wall_now()));
    if (!noted) {
        log(on_one_line(noted.error()));
    }
}

task<void> attendance::set_stage(stage now, std::string why) {
    duration wait = std::chrono::seconds(1);
    while (!orders_.leave) {
        const auto written = co_await in_.book.set_stage(of_.id, now, why, "rollover", rounded_up(in_.rt.wall_now()));
        if (written || written.error().code != errc::store) {
            of_.now = now;
            co_return;
        }
        log(on_one_line(written.error()));
        const auto slept = co_await sleep_for(in_.rt, wait);
        if (!slept) {
            co_return;
        }
        wait = std::min<duration>(2 * wait, std::chrono::seconds(30));
    }
}

}  // namespace rollover::scheduler
