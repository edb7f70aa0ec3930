#include "engine/scheduler/attendance.h"

#include "engine/model/reader.h"
#include "engine/scheduler/clock.h"
#include "engine/scheduler/words.h"

#include <algorithm>

namespace rollover::scheduler {

namespace {

using std::chrono::seconds;

/// So long before its start a reservation is prepared: those of one second not all at once, as it takes computing.
seconds ahead_of_start(const reservation& of) {
    constexpr int spread = 10;
    return seconds(5 + (of.id.empty() ? 0 : of.id.back() % spread));
}

bool same_placement(const std::vector<pod>& a, const std::vector<pod>& b) {
    return std::ranges::equal(a, b, [](const pod& one, const pod& other) {
        return one.number == other.number && one.placement == other.placement && one.devices == other.devices;
    });
}

}  // namespace

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
    if (!same_placement(of_.pods, now.pods)) {
        prepared_for_.reset();
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
        const instant prepare_at = of_.held.from - ahead_of_start(of_);
        const bool can_prepare = site_.empty() && !is_prepared();  // a part begins as the others stand
        if (can_prepare && has_come(in_.rt, prepare_at)) {
            co_await prepare();
            continue;
        }
        const auto why = co_await changed_.wait(nap_until(in_.rt, can_prepare ? prepare_at : of_.held.from));
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

task<void> attendance::prepare() {
    prepared_for_ = of_.held.from;
    prepared_.clear();
    auto made = co_await read_pods();
    if (!made) {
        co_return;  // it is read when it begins, and told then
    }
    for (const auto& one : *made) {
        co_await one->prepare();
    }
    prepared_ = std::move(*made);
}

task<result<attendance::pods>> attendance::read_pods() {
    const auto whole = co_await in_.book.find(of_.id);
    if (!whole) {
        co_return whole.error();
    }
    if (whole->via != of_.via) {
        co_return failure(errc::cancelled, "somebody else attends to it");
    }
    of_.source = whole->source;
    of_.pods = whole->pods;
    of_.now = whole->now;  // another service may have begun with its part, or ended
    follow();
    auto read = model::read_topology(std::string_view(of_.source), of_.file);
    if (!read.value) {
        co_return failure(errc::bad_input, "its topology cannot be read any more: " + failure_of(read.mistakes).reason);
    }
    co_return make_pods(std::make_shared<const model::topology>(std::move(*read.value)));
}

task<void> attendance::work() {
    if (is_prepared() && !prepared_.empty()) {
        pods_ = std::move(prepared_);
    } else {
        auto made = co_await read_pods();
        if (!made && made.error().code == errc::bad_input) {
            co_await set_stage(stage::failed, made.error().reason);
        } else if (!made && made.error().code != errc::cancelled) {
            log(on_one_line(made.error()));  // the next look at the calendar begins again
        }
        if (!made) {
            co_return;
        }
        pods_ = std::move(*made);
    }
    if (!site_.empty() && scheduler::is_over(of_.now)) {
        co_return;
    }
    if (of_.now == stage::booked) {
        co_await set_stage(stage::running, "");
    }
    if (of_.now == stage::booked) {
        co_return;  // it was cancelled in this moment: the next look at the calendar knows
    }
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

attendance::pods attendance::make_pods(std::shared_ptr<const model::topology> topology) const {
    pods out;
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
        out.push_back(std::make_unique<pod_work>(in_, of_, topology, std::move(own), orders_, site_));
    }
    return out;
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
    duration wait = seconds(1);
    while (!orders_.leave) {
        const auto written = co_await in_.book.set_stage(of_.id, now, why, "rollover", rounded_up(in_.rt.wall_now()));
        if (written || (written.error().code != errc::store && scheduler::is_over(now))) {
            of_.now = now;  // another one may have written that it is over
        }
        if (written || written.error().code != errc::store) {
            co_return;
        }
        log(on_one_line(written.error()));
        const auto slept = co_await sleep_for(in_.rt, wait);
        if (!slept) {
            co_return;
        }
        wait = std::min<duration>(2 * wait, seconds(30));
    }
}

}  // namespace rollover::scheduler
