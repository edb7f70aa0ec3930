// Why there is no placement, as a set of nodes, requirements and links that already has none: as small as can be found.
#pragma once

#include "engine/placement/facts.h"
#include "engine/placement/problem.h"

#include <cstdint>

namespace rollover::placement {

/// A part of the topology that is impossible by itself.
struct core {
    selection part;        ///< part.all_devices: impossible even if every device was free
    bool smallest = true;  ///< nothing more can be left out; false where a try ended undecided
};

/// For a topology that `search` proved impossible. `trouble`: by node of it, what the search has seen there
/// (search_result), so that the parts with most of it are tried first; may be empty. Tries that come to `bound` search
/// nodes count as "not proved", so the core is always a real one.
[[nodiscard]] core find_core(const lab_facts& facts, const model::topology& t, std::uint64_t seed, std::uint64_t bound,
                             const std::vector<std::uint64_t>& trouble = {});

}  // namespace rollover::placement
