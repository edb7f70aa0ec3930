// The part of a plan that is done at one site, where several hosts activate one topology together. Pure functions.
#pragma once

#include "engine/plan/plan.h"

#include <string>

namespace rollover::plan {

/// Of `whole` what is at the site: its devices, the joins on its cross-connects (of a tunnel the end there), the
/// patches between its devices. The placement stays whole, and the devices keep their order.
[[nodiscard]] plan part_at(const model::lab& lab, const plan& whole, const std::string& site);

/// Whether each join is made by the host of a site that plays a node. Errors: impossible, naming the cross-connect
/// that none of them would set.
[[nodiscard]] result<void> can_be_parted(const model::lab& lab, const plan& whole);

}  // namespace rollover::plan
