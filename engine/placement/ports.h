// One device, several link ends: which interface serves which end. Bipartite matching by augmenting paths, so the
// answer is exact.
#pragma once

#include "engine/placement/problem.h"

#include <cstdint>
#include <span>
#include <vector>

namespace rollover::placement {

/// Keeps its buffers between calls: the search asks it very often.
class port_matcher {
public:
    /// Whether every slot gets an interface of its own out of `ports`. `allowed(slot, port)` says which media count;
    /// type and pinned name are looked at here. Afterwards `interface_of(i)` answers for slot i.
    template <class Allowed>
    [[nodiscard]] bool fits(std::span<const slot> slots, std::span<const port> ports, const Allowed& allowed) {
        if (slots.size() > ports.size()) {
            return false;
        }
        usable_.assign(slots.size() * ports.size(), 0);
        ports_ = ports.size();
        for (std::size_t s = 0; s < slots.size(); ++s) {
            for (std::size_t i = 0; i < ports.size(); ++i) {
                usable_[s * ports_ + i] = suits(ports[i], slots[s].needs) && allowed(slots[s], ports[i]);
            }
        }
        return match(slots.size()) == slots.size();
    }

    /// The interface that slot `s` got in the last successful call.
    [[nodiscard]] std::uint32_t interface_of(std::size_t s) const { return interface_of_slot_[s]; }

private:
    /// Matches as many slots as it can and stops at the first that gets nothing; how many were matched.
    [[nodiscard]] std::size_t match(std::size_t slots);
    [[nodiscard]] bool augment(std::size_t s);

    std::size_t ports_ = 0;
    std::vector<char> usable_;  ///< slots x ports
    std::vector<char> seen_;
    std::vector<std::uint32_t> slot_of_interface_;
    std::vector<std::uint32_t> interface_of_slot_;
};

}  // namespace rollover::placement
