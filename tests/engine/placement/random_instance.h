// Small labs and topologies by seed, tight enough that about half of them have no placement.
#pragma once

#include "engine/placement/placement.h"

#include <cstdint>

namespace rollover::placement {

struct instance {
    model::lab lab;
    model::topology topology;
    std::set<model::device_index> unavailable;
    std::map<std::uint32_t, std::string> unavailable_segments;

    [[nodiscard]] request ask(std::uint64_t seed = 1) const {
        return {lab, topology, unavailable, {}, seed, 1'000'000, unavailable_segments};
    }
};

[[nodiscard]] instance random_instance(std::uint64_t seed);

/// The same with two to four cross-connects and interlinks between most of them, and links that are on these mostly.
[[nodiscard]] instance random_instance_with_interlinks(std::uint64_t seed);

}  // namespace rollover::placement
