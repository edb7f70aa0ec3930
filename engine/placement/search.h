// The exact search: backtracking over devices, then over media, with everything of propagation.h after each decision.
#pragma once

#include "engine/placement/problem.h"

#include <cstdint>
#include <vector>

namespace rollover::placement {

enum class outcome { placed, impossible, undecided };

struct solution {
    std::vector<rank> devices;                           ///< by node of the problem
    std::vector<medium> media;                           ///< by link of the problem
    std::vector<std::vector<std::uint32_t>> interfaces;  ///< by link and end
};

struct search_result {
    outcome what = outcome::undecided;
    solution found;                      ///< for `placed`
    std::uint64_t visited = 0;           ///< search nodes
    std::vector<std::uint64_t> trouble;  ///< by node of the problem: how much it made, unless `placed`
};

/// What the search is after.
enum class aim {
    answer,  ///< either one: runs that begin anew, and annealing between them
    proof,   ///< most likely that there is none: one run
};

/// `impossible` is a proof; at `bound` search nodes the answer is `undecided`. Deterministic in all arguments.
[[nodiscard]] search_result search(const problem& p, std::uint64_t seed, std::uint64_t bound, aim what = aim::answer);

}  // namespace rollover::placement
