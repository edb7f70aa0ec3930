// Auditing a cross-connect: the bridge and the ports of its trunks are there and work, and of our joins those stand
// that activations have made. Rules of others are told, and are no difference.
#pragma once

#include "engine/activation/environment.h"
#include "engine/model/lab.h"
#include "engine/switches/differences.h"

#include <map>

namespace rollover::audit {

/// Joins by name; true: it must stand; false: it may (an activation is being made or undone).
using known_joins = std::map<std::string, bool, std::less<>>;

/// Reads the cross-connect and compares it; `found` gets the differences, also those from before an error. All three
/// references outlive the task. Errors: those of crossconnect::crossconnect and of its host; a bridge that is not there
/// is a difference.
[[nodiscard]] task<result<void>> audit_cross_connect(activation::environment& env, const model::lab& lab,
                                                     model::cross_connect_index which, known_joins joins,
                                                     std::vector<switches::difference>& found, time_point deadline);

}  // namespace rollover::audit
