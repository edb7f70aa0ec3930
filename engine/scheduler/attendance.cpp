#include "engine/scheduler/attendance.h"

#include "engine/model/reader.h"
#include "engine/scheduler/clock.h"
#include "engine/scheduler/words.h"

#include <algorithm>

namespace rollover::scheduler {

namespace {

using std::chrono::seconds;

/// So long before its start a reservation is prepared: not all that begin in one second at once, as preparing computes.
seconds ahead_of_start(const reservation& of) {
    constexpr int spread = 10;
    const int own = of.id.empty() ? 0 : of.id.back() % spread;
    return seconds(5 + own);
}

bool same_pods(const std::vector<pod>& a, const std::vector<pod>& b) {
    return std::ranges::equal(a, b, [](const pod& one, const pod& other) {
        return one.number == other.number && one.placement == other.placement && one.devices == other.devices &&
               one.activation == other.activation;
    });
}

}  // namespace

attendance::attendance(const surroundings& in, reservation of, std::function<bool()> may_act)
    : in_(in), of_(std::move(of)), changed_(in.rt), group_(in.rt) {
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
    stale_ = stale_ || of_.held != now.held || !same_pods(of_.pods, now.pods);
    of_.promised = now.promised;
    of_.held = now.held;
    of_.now = now.now;
    follow();
    look_at_clock();
}

void attendance::look_at_clock() {
    changed_.notify();
    if (begun_) {
        for (const auto& one : pods_) {
            one->look();
        }
    }
}

void attendance::leave() {
    orders_.leave = true;
    changed_.notify();
    for (const auto& one : pods_) {
        one->look();
    }
}

task<bool> attendance::wait_for_start() {
    while (of_.now == stage::booked && !has_come(in_.rt, of_.held.from)) {
        const instant prepare_at = of_.held.from - ahead_of_start(of_);
        const bool is_prepared = prepared_for_ == of_.held.from && !stale_;
        if (!is_prepared && has_come(in_.rt, prepare_at)) {
            co_await prepare();
            continue;
        }
        const auto why = co_await changed_.wait(nap_until(in_.rt, is_prepared ? of_.held.from : prepare_at));
        if (why == wake::cancelled || orders_.leave) {
            co_return false;
        }
    }
    co_return !scheduler::is_over(of_.now) && !orders_.leave;
}

task<void> attendance::prepare() {
    prepared_for_ = of_.held.from;
    const auto done = co_await read();
    if (!done) {
        co_return;  // tried again when it begins, and told then
    }
    for (const auto& one : pods_) {
        co_await one->prepare();
    }
}

task<result<void>> attendance::read() {
    pods_.clear();
    stale_ = false;
    const auto whole = co_await in_.book.find(of_.id);
    if (!whole) {
        co_return whole.error();
    }
    if (whole->via != of_.via) {
        co_return failure(errc::cancelled, "somebody else attends to it");
    }
    of_.source = whole->source;
    of_.pods = whole->pods;
    auto read = model::read_topology(std::string_view(of_.source), of_.file);
    if (!read.value) {
        co_return failure(errc::bad_input, "its topology cannot be read any more: " + failure_of(read.mistakes).reason);
    }
    const auto topology = std::make_shared<const model::topology>(std::move(*read.value));
    for (const auto& one : of_.pods) {
        pods_.push_back(std::make_unique<pod_work>(in_, of_, topology, one, orders_));
    }
    co_return result<void>();
}

task<void> attendance::run() {
    const bool begins = co_await wait_for_start();
    if (begins) {
        co_await work();
    }
    done_ = true;
}

task<void> attendance::work() {
    if (pods_.empty() || stale_) {
        const auto done = co_await read();
        if (!done && done.error().code == errc::bad_input) {
            co_await set_stage(stage::failed, done.error().reason);
        } else if (!done && done.error().code != errc::cancelled) {
            log(on_one_line(done.error()));  // the next look at the calendar begins again
        }
        if (!done) {
            co_return;
        }
    }
    ready_ = of_.ready ? of_.pods.size() + 1 : 0;  // it was told already
    event ready_again(in_.rt);
    const auto count = [this, &ready_again] {
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
    told.spawn(tell(*this, ready_again));
    event has_begun(in_.rt);
    begun_ = true;
    for (const auto& one : pods_) {
        group_.spawn(one->run([&has_begun] { has_begun.notify(); }, count));
    }
    task_group beside(in_.rt);
    beside.spawn(note_running(has_begun));
    co_await group_.join();
    has_begun.notify();
    co_await beside.join();
    told.cancel();
    co_await told.join();
    if (!std::ranges::all_of(pods_, &pod_work::is_over)) {
        co_return;  // it is left, the journal has the rest
    }
    const auto failed = std::ranges::find_if_not(pods_, &pod_work::was_ready);
    const bool any_ready = std::ranges::any_of(pods_, &pod_work::was_ready);
    const std::string why = failed == pods_.end() ? "" : (*failed)->failure_text();
    const stage unready = orders_.end_now ? stage::cancelled : stage::failed;
    co_await set_stage(any_ready ? stage::ended : unready, why);
}

task<void> attendance::note_running(event& begun) {
    const auto why = co_await begun.wait();
    if (why == wake::notified && of_.now == stage::booked) {
        co_await set_stage(stage::running, "");
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
    while (!orders_.leave && !(now == stage::running && orders_.end_now)) {
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
