// A plan for people and for programs.
#pragma once

#include "drivers/platform/description.h"
#include "engine/plan/plan.h"

#include <string>
#include <string_view>

namespace rollover::plan {

/// `name` is that of the device or of the node that it plays; empty fits all.
[[nodiscard]] bool is_about(const model::lab& lab, const model::topology& topology, const device_plan& d,
                            std::string_view name);

/// The devices with how much is typed on each and how long that takes, the joins, and for each device the very
/// characters, one typed line to a line, with control characters made visible ("^Z"), and the checks. `device`: only
/// this one (`is_about`), empty text when there is none. Ends with a line end.
[[nodiscard]] std::string describe(const model::lab& lab, const model::topology& topology, const plan& p,
                                   const platform::library& platforms, const std::string& device = {});

/// One JSON object, always with the same order of keys: lab, topology, arguments, time_ms, devices, joins, placement.
/// `device` as above.
[[nodiscard]] std::string to_json(const model::lab& lab, const model::topology& topology, const plan& p,
                                  const platform::library& platforms, const std::string& device = {});

}  // namespace rollover::plan
