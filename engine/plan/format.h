// A plan for people and for programs.
#pragma once

#include "drivers/platform/description.h"
#include "engine/plan/plan.h"

#include <string>

namespace rollover::plan {

/// The devices with how much is typed on each and how long that takes, the joins, and for each device the very
/// characters, one typed line to a line, with control characters made visible ("^Z"), and the checks. `device`: only
/// this one, named by the device or by the node that it plays; empty: all. Ends with a line end.
[[nodiscard]] std::string describe(const model::lab& lab, const model::topology& topology, const plan& p,
                                   const platform::library& platforms, const std::string& device = {});

/// One JSON object, always with the same order of keys: lab, topology, arguments, time_ms, devices, joins, placement.
[[nodiscard]] std::string to_json(const model::lab& lab, const model::topology& topology, const plan& p,
                                  const platform::library& platforms);

}  // namespace rollover::plan
