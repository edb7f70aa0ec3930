// The part of the judge that is about cross-connects, the trunks to them and the interlinks between them.
#pragma once

#include "engine/placement/placement.h"

#include <optional>
#include <string>

namespace rollover::placement {

/// Whether a link that is said to be on a cross-connect can be there: how its ends reach it, and what passes. The words
/// of the breach, or nothing.
[[nodiscard]] std::optional<std::string> check_hub(const request& r, const model::link& wanted,
                                                   const placed_link& made);

/// Whether no trunk and no interlink is loaded with more than it takes.
[[nodiscard]] std::optional<std::string> check_loads(const request& r, const placement& p);

}  // namespace rollover::placement
