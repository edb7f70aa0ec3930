// Hooks: programs of the operator around an activation, each in a process group of its own with a time limit.
#pragma once

#include "engine/activation/environment.h"
#include "engine/model/lab.h"

#include <string>
#include <utility>
#include <vector>

namespace rollover::activation {

using hook_variables = std::vector<std::pair<std::string, std::string>>;

/// Runs the lab's hooks of one moment, in the order of the file, until one fails. A hook gets ROLLOVER_ACTIVATION,
/// ROLLOVER_LAB, ROLLOVER_TOPOLOGY, ROLLOVER_MOMENT and ROLLOVER_FOLDER in its environment, and `more`.
/// Errors: timed_out (the whole group was killed), io (exit code other than 0, with the last words of the hook),
/// cancelled.
[[nodiscard]] task<result<void>> run_hooks(environment& env, const model::lab& lab, model::hook::moment when,
                                           std::string activation, std::string topology, hook_variables more = {});

}  // namespace rollover::activation
