// The joins of a plan that was written down: whoever mends them after the plan's process has only the journal.
#pragma once

#include "engine/plan/plan.h"

#include <string_view>
#include <vector>

namespace rollover::plan {

/// The joins in `json`, as `to_json` has written it, in this lab; ports, VLANs and tunnels as they were planned, even
/// where the lab file says otherwise by now. Errors: bad_input when it is no plan; not_found when the lab file has lost
/// a cross-connect, an interlink, a device or an interface of them.
[[nodiscard]] result<std::vector<planned_join>> read_joins(const model::lab& lab, std::string_view json);

}  // namespace rollover::plan
