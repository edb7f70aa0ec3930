// What `rollover sim` does: a simulated lab that runs until it is told to stop.
#pragma once

#include "engine/runtime/real_runtime.h"
#include "simulators/lab/lab_simulator.h"

namespace rollover::sim {

/// Simulates `lab` at the addresses in its file until `stop` is notified or the tree is cancelled; then closes
/// everything. `lab` must outlive it. `log` gets one line when everything listens, and what is worth a line later.
/// Errors: those of lab_simulator::start.
[[nodiscard]] task<result<void>> serve(real_runtime& rt, const model::lab& lab, simulator_options options, event& stop,
                                       log_sink log);

}  // namespace rollover::sim
