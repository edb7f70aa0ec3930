#include "engine/service/service_manager.h"

#include <systemd/sd-daemon.h>

namespace rollover::service::service_manager {

namespace {

/// A manager that does not listen is no reason to fail: it does what it does without us.
void tell(const std::string& state) {
    static_cast<void>(::sd_notify(0, state.c_str()));
}

}  // namespace

void ready(const std::string& status) {
    tell("READY=1\nSTATUS=" + status);
}

void reloading() {
    tell("RELOADING=1");
}

void stopping() {
    tell("STOPPING=1");
}

task<void> keep_watch(runtime& rt, scheduler::scheduler& over) {
    std::uint64_t limit_us = 0;
    if (::sd_watchdog_enabled(0, &limit_us) <= 0) {
        co_return;
    }
    const duration between = std::chrono::microseconds(limit_us) / 4;
    for (;;) {
        const time_point asked = rt.now();
        over.look();
        const auto slept = co_await sleep_for(rt, between);
        if (!slept) {
            co_return;
        }
        if (over.last_turn() >= asked) {
            // Elsewhere, because it blocks when the manager does not read: lines must not wait for that.
            std::function<void()> work = [] { tell("WATCHDOG=1"); };
            co_await rt.offload(std::move(work));
        }
    }
}

}  // namespace rollover::service::service_manager
