// Nodes against devices, one to one: the maximum matching, kept from call to call and mended where a domain has shrunk.
// When there is none that covers all nodes, the nodes that have too few devices together (Hall's theorem).
#pragma once

#include "engine/placement/bits.h"
#include "engine/placement/facts.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace rollover::placement {

class node_matching {
public:
    using domain_of = std::function<const bit_set&(std::uint32_t node)>;

    node_matching(std::size_t nodes, std::size_t devices, domain_of domain);

    /// Mends the matching. The first node that cannot be matched, or -1.
    [[nodiscard]] std::int64_t mend();

    /// After mend() succeeded: the device of a node.
    [[nodiscard]] rank device_of(std::uint32_t node) const { return device_of_[node]; }

    /// After mend() failed: nodes that have one device too few between them. Not always the smallest such set.
    [[nodiscard]] const std::vector<std::uint32_t>& too_many() const noexcept { return reached_; }

private:
    [[nodiscard]] bool augment(std::uint32_t node);

    domain_of domain_;
    std::vector<std::uint32_t> device_of_;
    std::vector<std::uint32_t> node_of_;
    std::vector<std::uint32_t> came_from_;  ///< by device: the node that found it in this round
    bit_set seen_;
    std::vector<std::uint32_t> reached_;
};

}  // namespace rollover::placement
