// All assignments, tried one after the other: slow, and too simple to be wrong. Shares nothing with the search.
#pragma once

#include "engine/placement/placement.h"

namespace rollover::placement {

/// Whether any assignment of devices, carriers and interfaces obeys every rule.
[[nodiscard]] bool exists_by_brute_force(const request& r);

}  // namespace rollover::placement
