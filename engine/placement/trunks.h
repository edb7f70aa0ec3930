// What the trunks of lab switches can take: every end of a link that arrives over one loads it with the speed of its
// interface.
#pragma once

#include "engine/placement/state.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace rollover::placement {

/// Interfaces for all slots of all nodes, by node and slot.
using interface_choice = std::vector<std::vector<std::uint32_t>>;

class trunk_rule {
public:
    explicit trunk_rule(const problem& p);

    /// Whether the lab has a trunk that is limited, and the topology a link that may load it.
    [[nodiscard]] bool matters() const noexcept { return matters_; }

    /// False: whatever is still decided, some trunks are loaded with more than they take.
    [[nodiscard]] bool may_fit(const search_state& at);

    /// With all devices and media decided: interfaces with which no trunk is loaded with more than it takes. Where all
    /// interfaces have one speed the answer is exact; else nothing may also mean that `steps` were not enough, and
    /// `gave_up` says so.
    [[nodiscard]] std::optional<interface_choice> choose(const search_state& at, std::uint64_t steps);
    [[nodiscard]] bool gave_up() const noexcept { return gave_up_; }

private:
    struct end {
        std::uint32_t node = 0;
        std::uint32_t slot = 0;
        medium by = 0;
        std::vector<std::uint32_t> ports;  ///< of its device that suit it
    };
    [[nodiscard]] bool only_joined(const media_domain& media) const;
    [[nodiscard]] std::uint32_t certain_ends(const search_state& at, std::uint32_t node) const;
    [[nodiscard]] bool place(std::uint32_t node, std::uint32_t units);
    [[nodiscard]] bool push(std::uint32_t node);
    [[nodiscard]] bool load(std::size_t from, std::size_t to, interface_choice& into);
    [[nodiscard]] bool load_each(interface_choice& into);
    void begin_choosing(const search_state& at);
    [[nodiscard]] std::uint32_t& quota(std::uint32_t node, std::uint32_t trunk) { return sent_[node][trunk]; }
    [[nodiscard]] std::vector<end> ends_of(const search_state& at) const;

    const problem& problem_;
    const lab_facts& facts_;
    bool matters_ = false;
    std::vector<std::uint32_t> room_;               ///< by trunk: units, then Mbit/s while interfaces are chosen
    std::vector<std::vector<std::uint32_t>> most_;  ///< by node and trunk: units that it may send there
    std::vector<std::vector<std::uint32_t>> sent_;  ///< by node and trunk: units that it sends there
    std::vector<char> seen_;                        ///< by trunk
    std::vector<end> ends_;
    std::vector<rank> device_of_;          ///< by node
    std::vector<std::vector<char>> used_;  ///< by node and port
    bool by_quota_ = false;                ///< a node sends no more over a trunk than the flow has found for it
    std::uint64_t steps_ = 0;
    bool gave_up_ = false;
};

}  // namespace rollover::placement
