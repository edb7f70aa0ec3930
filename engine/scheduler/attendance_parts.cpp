// A reservation that several hosts work on, each on its own sites: what they find out about the whole.
#include "engine/scheduler/attendance.h"
#include "engine/scheduler/clock.h"
#include "engine/scheduler/parts.h"
#include "engine/scheduler/words.h"

#include <algorithm>

namespace rollover::scheduler {

namespace {

/// What nobody has begun with then is not begun any more.
bool one_is_given_up(const reservation& r) {
    const auto has_failed = [](const part& one) { return one.now == part_stage::failed; };
    return r.policy == policy::strict &&
           std::ranges::any_of(r.pods, [&](const pod& p) { return std::ranges::any_of(p.parts, has_failed); });
}

}  // namespace

void attendance::look_at_parts(const reservation& now) {
    for (auto& mine : of_.pods) {
        const auto there = std::ranges::find(now.pods, mine.number, &pod::number);
        if (there != now.pods.end() && there->parts != mine.parts) {
            mine.parts = there->parts;
            parts_changed_.notify();
        }
    }
}

/// Whoever sees it says so; the calendar takes it once.
task<void> attendance::tell_when_all_are_ready() {
    for (;;) {
        const auto now = co_await in_.book.find(of_.id);
        if (now && now->ready) {
            co_return;
        }
        if (now && all_ready(in_.files()->lab, *now)) {
            if (const auto missing = missing_of(*now); !missing.empty()) {
                const auto told = co_await in_.book.set_why(of_.id, "handed over as far as it works; not " + missing);
                if (!told) {
                    log(on_one_line(told.error()));
                }
            }
            const auto noted = co_await in_.book.set_ready(of_.id, rounded_up(in_.rt.wall_now()));
            if (noted) {
                co_return;
            }
            log(on_one_line(noted.error()));
        }
        const auto why = co_await parts_changed_.wait(in_.rt.now() + in_.between_looks);
        if (why == wake::cancelled) {
            co_return;
        }
    }
}

task<void> attendance::end_with_the_others() {
    while (!orders_.leave) {
        const auto now = co_await in_.book.find(of_.id);
        if (now && scheduler::is_over(now->now)) {
            of_.now = now->now;
            co_return;
        }
        if (now) {
            const bool is_past =
                now->now == stage::ending || has_come(in_.rt, now->promised.until) || one_is_given_up(*now);
            if (auto out = verdict_of(in_.files()->lab, *now, is_past)) {
                co_await set_stage(out->now, std::move(out->why));
                co_return;
            }
        }
        const auto why = co_await parts_changed_.wait(in_.rt.now() + in_.between_looks);
        if (why == wake::cancelled) {
            co_return;
        }
    }
}

}  // namespace rollover::scheduler
