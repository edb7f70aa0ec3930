// The second phase: a placement that is right is made cheaper, for as long as it may take. What is cheap spares scarce
// devices and the links between sites, spreads wear, and stays close to an earlier placement.
#pragma once

#include "engine/placement/placement.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace rollover::placement {

/// What the costs below are counted in: 1024 points are one bit. A feature that half of the lab's devices have is worth
/// one bit, one that every eighth has three.
inline constexpr std::int64_t points_of_a_bit = 1024;

/// What a placement should be close to, and what weighs how much (points).
struct preferences {
    std::vector<std::uint64_t> uses = {};       ///< by device of the lab: how often it was used so far; may be empty
    std::optional<placement> earlier = {};      ///< of the same topology in the same lab; it need not be right now
    std::int64_t wear = points_of_a_bit - 1;    ///< a device that was used more often than every other one
    std::int64_t join = points_of_a_bit / 2;    ///< a link that is not a wire
    std::int64_t site = 4 * points_of_a_bit;    ///< each site of a link beyond the first
    std::int64_t across = 4 * points_of_a_bit;  ///< each interlink of a link
    std::int64_t moved = 16 * points_of_a_bit;  ///< a node that is on another device than in `earlier`
};

/// What a placement costs, in points: a sum over its nodes and links.
struct costs {
    /// Of each node: what its device has beyond what the node asks for, in bits: log2(A/B), where A devices of the lab
    /// have what is asked (all of them, when nothing is) and B have what this one has. Counted are platform, model,
    /// each feature, each capacity, the number of cabled interfaces by type, and of those of each higher speed.
    std::int64_t scarcity = 0;
    /// Of each node: `wear` times the share of the lab's devices that were used less often than its device.
    std::int64_t wear = 0;
    /// Of each node: `moved` if it is on another device than earlier.
    std::int64_t moved = 0;
    /// Of each link: `join`, unless it is on a wire; `site` for each site beyond the first among those of its devices
    /// and of its cross-connect; `across` for each interlink.
    std::int64_t links = 0;

    [[nodiscard]] std::int64_t total() const noexcept { return scarcity + wear + moved + links; }
    bool operator==(const costs&) const = default;
};

[[nodiscard]] costs costs_of(const request& r, const placement& p, const preferences& wishes);

/// How many moves `improve` makes where nobody says otherwise: some milliseconds on a lab of 1,000 devices.
inline constexpr std::uint64_t usual_moves = 20'000;

/// `found`, a right answer to `r` (else it comes back as it is), or a right answer that costs less. A move is a device
/// tried for a node or a medium tried for a link; after `moves` of them it ends, and earlier when it knows of nothing
/// more to try. More moves never give a worse answer, and the same arguments always the same one. Parts of the
/// placement are taken apart and put together in the cheapest way, exactly: nodes alone, then twos, threes and more;
/// with enough moves a small topology is placed as cheaply as it can be.
[[nodiscard]] placement improve(const request& r, placement found, const preferences& wishes,
                                std::uint64_t moves = usual_moves);

}  // namespace rollover::placement
