// Running the parts of a phase together: all succeed, or the first failure (or a stop, or the deadline) ends the rest.
#pragma once

#include "engine/activation/environment.h"

#include <vector>

namespace rollover::activation {

/// What became of a phase. Empty failures: everything succeeded.
struct phase_result {
    std::vector<failure> failures;  ///< in the order of time; those that were merely cancelled are left out
    bool stopped = false;           ///< the stop switch was used
    [[nodiscard]] bool ok() const noexcept { return failures.empty() && !stopped; }
};

/// How often the stop switch must be used to end a phase: the way back, which a first request starts, goes on until it
/// is used again.
enum class on_stop : unsigned { end_at_first = 1, end_at_second = 2 };

/// Runs all parts at once, waits for every one of them. On the first failure, a stop or `deadline` the others are
/// cancelled (with `keep_going` they are not: each part reports for itself).
[[nodiscard]] task<phase_result> run_together(runtime& rt, std::vector<task<result<void>>> parts, stop_switch& stop,
                                              on_stop stopping, bool keep_going, time_point deadline);

}  // namespace rollover::activation
