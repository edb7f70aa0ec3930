// The cheapest placement, by trying all: shares nothing with `improve` but the prices.
#pragma once

#include "engine/placement/improve.h"

#include <cstdint>
#include <optional>

namespace rollover::placement {

/// What the cheapest right placement costs; nothing when there is none.
[[nodiscard]] std::optional<std::int64_t> cheapest_by_brute_force(const request& r, const preferences& wishes);

}  // namespace rollover::placement
