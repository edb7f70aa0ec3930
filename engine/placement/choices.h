// For each node: which devices could play it, and what rules out the others.
#pragma once

#include "engine/placement/placement.h"

#include <string>
#include <vector>

namespace rollover::placement {

/// Devices that are ruled out for one reason; each device stands under the first that holds for it.
struct ruled_out {
    std::string why;  ///< "not platform frr", "busy in activation a3", "too few interfaces for its links"
    std::vector<std::string> devices;
};

struct node_choice {
    std::string node;
    std::vector<std::string> possible;  ///< by themselves: other nodes may need them more
    std::vector<ruled_out> others;      ///< the requirements in their order, then availability, then interfaces
};

/// In the order of the topology.
[[nodiscard]] std::vector<node_choice> choices_of(const request& r);

/// "A: 3 of 40 devices could play it: r1, r2 and r3\n  not platform frr: 30\n ...".
[[nodiscard]] std::string describe(const std::vector<node_choice>& choices);
/// A JSON array.
[[nodiscard]] std::string to_json(const std::vector<node_choice>& choices);

}  // namespace rollover::placement
