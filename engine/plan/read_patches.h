// The patches of a plan that was written down: whoever carries them after the plan's process has only the journal.
#pragma once

#include "engine/plan/plan.h"

#include <string_view>
#include <vector>

namespace rollover::plan {

/// The patches in `json`, as `to_json` has written it, in this lab; none where it knows of none. Errors: bad_input when
/// it is no plan; not_found when the lab file has changed and lost a device, an interface or its line.
[[nodiscard]] result<std::vector<planned_patch>> read_patches(const model::lab& lab, std::string_view json);

}  // namespace rollover::plan
