// Jobs of the system's at(1), for labs whose reservations are begun and ended by it.
// Source: at(1) of Debian's package `at` 3.2.5, POSIX.1-2017 `at`.
#pragma once

#include "engine/base/error.h"
#include "engine/runtime/runtime.h"
#include "engine/scheduler/window.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollover::service {

/// For `at -t`, in UTC: whole minutes, the one in which `when` lies.
[[nodiscard]] std::string at_time_text(scheduler::instant when);

/// The number out of what `at` says on standard error: "job 12 at Mon Nov 30 03:15:00 2026", behind its warnings.
[[nodiscard]] std::optional<std::string> at_job_number(std::string_view said);

/// The jobs of reservation::via: "at 12 13" is 12 and 13.
[[nodiscard]] std::vector<std::string> at_jobs_of(std::string_view via);

/// A word of a POSIX shell.
[[nodiscard]] std::string shell_word(std::string_view text);

/// Has `script` run by a shell at the beginning of the minute of `when`: the job's number. Of our environment the job
/// has PATH, HOME and who we are: at writes what it gets into its spool, and secrets are never written down.
/// Errors: not_found (there is no `at`), io with the words of `at`.
[[nodiscard]] task<result<std::string>> submit_at_job(runtime& rt, scheduler::instant when, std::string script);

/// Those that still wait; what cannot be removed finds nothing to do when it runs.
[[nodiscard]] task<void> remove_at_jobs(runtime& rt, std::string via);

}  // namespace rollover::service
