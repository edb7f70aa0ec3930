// What devices and links cost in a placement, apart from which other devices and links there are (improve.h says what
// is counted).
#pragma once

#include "engine/placement/improve.h"

#include <cstdint>
#include <vector>

namespace rollover::placement {

/// points_of_a_bit * log2(x), rounded down, the same on every machine; x is at least 1.
[[nodiscard]] std::int64_t bits_of(std::uint64_t x);

struct prices {
    prices(const model::lab& lab, const model::topology& topology, const preferences& wishes);

    std::vector<std::int64_t> scarcity;  ///< by device: if nothing was asked of it
    std::vector<std::int64_t> wear;      ///< by device
    /// By node: what it asks for and hence does not pay; the same for every device that has what it asks for.
    std::vector<std::int64_t> asked;
};

/// Sites of a link beyond the first. `l` has all of its ends.
[[nodiscard]] std::int64_t sites_beyond_first(const model::lab& lab, const placed_link& l);
/// Interlinks that a link needs.
[[nodiscard]] std::int64_t count_interlinks(const model::lab& lab, const placed_link& l);

}  // namespace rollover::placement
