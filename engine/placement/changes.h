// For a topology that has no placement: what it misses, and the cheapest change with which it has one, proved by a
// placement of the whole topology.
#pragma once

#include "engine/placement/change.h"
#include "engine/placement/core.h"
#include "engine/placement/placement.h"

#include <vector>

namespace rollover::placement {

struct way_out {
    verdict missing = verdict::unknown;
    /// The cheapest single changes, all of one cost, at most `most_changes`; each makes a placement possible.
    std::vector<change> changes;
    bool all_tried = true;  ///< false: the bound was reached, so there may be a cheaper one, or one at all
};

inline constexpr std::size_t most_changes = 3;

/// `r` is impossible, and `c` is a core of it: only what is in it is worth a change. Tries come to at most
/// `r.change_bound` search nodes together. Deterministic.
[[nodiscard]] way_out find_way_out(const request& r, const core& c);

/// "never possible in this lab", "possible when what is in use is free again", ...; empty for `unknown`.
[[nodiscard]] std::string words_of(verdict v);
/// "the cheapest change: A; or B"; empty when there is none.
[[nodiscard]] std::string words_of(const way_out& w);

}  // namespace rollover::placement
