#include "engine/activation/together.h"

namespace rollover::activation {

namespace {

/// What the parts and the one that waits for them share.
struct meeting {
    explicit meeting(runtime& rt) : changed(rt) {}
    event changed;
    phase_result outcome;
    std::size_t running = 0;
};

task<void> take_part(task<result<void>> part, meeting& all) {
    result<void> ended;
    try {
        ended = co_await std::move(part);
    } catch (const std::exception& bug) {
        ended = failure(errc::internal, std::string("a bug: ") + bug.what());
    }
    if (!ended && ended.error().code != errc::cancelled) {
        all.outcome.failures.push_back(ended.error());
    }
    --all.running;
    all.changed.notify();
}

}  // namespace

task<phase_result> run_together(runtime& rt, std::vector<task<result<void>>> parts, stop_switch& stop, on_stop stopping,
                                bool keep_going, time_point deadline) {
    meeting all(rt);
    task_group group(rt);
    all.running = parts.size();
    for (auto& part : parts) {
        group.spawn(take_part(std::move(part), all));
    }
    stop.wake(&all.changed);
    while (all.running > 0) {
        const bool stop_now = stop.requests() >= static_cast<unsigned>(stopping);
        if (stop_now || (!keep_going && !all.outcome.failures.empty())) {
            all.outcome.stopped = stop_now;
            break;
        }
        const wake why = co_await all.changed.wait(deadline);
        if (why == wake::timed_out) {
            all.outcome.failures.emplace_back(errc::timed_out, "the limit for the whole activation has passed");
            break;
        }
        if (why == wake::cancelled) {
            all.outcome.stopped = true;
            break;
        }
    }
    stop.wake(nullptr);
    group.cancel();
    co_await group.join();
    co_return std::move(all.outcome);
}

}  // namespace rollover::activation
