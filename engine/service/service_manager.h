// What a service tells the manager that has started it (systemd; sd_notify of libsystemd writes it): that it serves,
// that it still looks, that it ends. Without one (no NOTIFY_SOCKET in the environment) nothing is told.
// Source: sd_notify(3), sd_watchdog_enabled(3).
#pragma once

#include "engine/runtime/runtime.h"
#include "engine/scheduler/scheduler.h"

#include <string>

namespace rollover::service::service_manager {

/// READY=1; `status` is what `systemctl status` shows. Also at the end of a reload.
void ready(const std::string& status);
/// RELOADING=1
void reloading();
/// STOPPING=1
void stopping();

/// Tells it WATCHDOG=1 as often as it wants, and only while the scheduler takes its turns; until its tree is cancelled.
/// A scheduler that waits for a database that is gone takes turns: a restart would not bring the database back.
[[nodiscard]] task<void> keep_watch(runtime& rt, scheduler::scheduler& over);

}  // namespace rollover::service::service_manager
