// What the trunks of lab switches can take: every end of a link that arrives over one loads it with the speed of its
// interface.
#pragma once

#include "engine/placement/state.h"

#include <cstdint>
#include <vector>

namespace rollover::placement {

class trunk_rule {
public:
    explicit trunk_rule(const problem& p);

    /// Whether the lab has a trunk that is limited, and the topology a link that may load it.
    [[nodiscard]] bool matters() const noexcept { return matters_; }

    /// False: whatever is still decided, some trunks are loaded with more than they take.
    [[nodiscard]] bool may_fit(const search_state& at);

    /// After `may_fit` with all devices and media decided: ends of a node that go over a trunk, each as small as any.
    [[nodiscard]] std::uint32_t sent(std::uint32_t node, std::uint32_t trunk) const { return sent_[node][trunk]; }

private:
    [[nodiscard]] bool only_joined(const media_domain& media) const;
    [[nodiscard]] std::uint32_t certain_ends(const search_state& at, std::uint32_t node) const;
    void ask(const search_state& at, std::uint32_t node);
    void take_back(const search_state& at, std::uint32_t node);
    [[nodiscard]] bool push(const search_state& at, std::uint32_t node);
    [[nodiscard]] std::uint32_t most(const search_state& at, std::uint32_t node, std::uint32_t trunk);

    const problem& problem_;
    const lab_facts& facts_;
    bool matters_ = false;
    std::vector<std::uint32_t> room_;  ///< by trunk: units that nobody sends
    static constexpr std::uint32_t unknown = ~std::uint32_t{0};
    std::vector<std::uint32_t> units_;              ///< by node: that are to be sent over trunks
    std::vector<std::vector<std::uint32_t>> most_;  ///< by node and trunk: units that it may send there, or `unknown`
    std::vector<std::vector<std::uint32_t>> sent_;  ///< by node and trunk: units that it sends there
    std::vector<std::uint32_t> all_sent_;           ///< by node
    std::vector<char> seen_;                        ///< by trunk
};

}  // namespace rollover::placement
