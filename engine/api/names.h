// Devices by the names that a caller gives.
#pragma once

#include "engine/api/engine.h"
#include "engine/model/lab.h"

namespace rollover::api {

/// Indices of `names`, all of the lab when there are none; a problem for each that the lab does not have.
[[nodiscard]] std::vector<model::device_index> devices_named(const model::lab& lab,
                                                             const std::vector<std::string>& names,
                                                             std::vector<problem>& problems);

}  // namespace rollover::api
