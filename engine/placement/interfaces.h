// With all devices and media decided: which interface serves which link end, for all nodes together. Only needed where
// one choice matters to others: where ends share limited trunks, or links may pass interlinks.
#pragma once

#include "engine/placement/ports.h"
#include "engine/placement/state.h"
#include "engine/placement/trunks.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace rollover::placement {

/// Interfaces for all slots of all nodes, by node and slot.
using interface_choice = std::vector<std::vector<std::uint32_t>>;

class interface_chooser {
public:
    explicit interface_chooser(const problem& p);

    [[nodiscard]] bool matters() const noexcept { return matters_; }

    /// Interfaces with which no trunk and no interlink is loaded with more than it takes, and every link that passes
    /// interlinks has an end straight on its hub. Where all interfaces have one speed, and those of a device reach a
    /// hub in one way, the answer is exact; else nothing may also mean that `steps` were not enough, and `gave_up` says
    /// so.
    [[nodiscard]] std::optional<interface_choice> choose(const search_state& at, trunk_rule& trunks,
                                                         std::uint64_t steps);
    [[nodiscard]] bool gave_up() const noexcept { return gave_up_; }

private:
    static constexpr std::uint32_t none = ~std::uint32_t{0};
    /// A port that an end may have.
    struct candidate {
        std::uint32_t port = 0;
        std::uint32_t load = 0;          ///< Mbit/s
        std::uint32_t trunk = none;      ///< the limited one that is loaded
        std::uint32_t interlink = none;  ///< none: straight on the hub
    };
    struct end {
        std::uint32_t node = 0;
        std::uint32_t slot = 0;
        std::uint32_t link = 0;
        std::vector<candidate> candidates;
    };
    /// How an end of a link arrives, while interfaces are chosen.
    struct arrival {
        std::uint32_t load = 0;
        std::uint32_t interlink = none;
    };

    [[nodiscard]] std::vector<end> ends_of(const search_state& at) const;
    [[nodiscard]] std::vector<candidate> candidates_of(const slot& s, rank d, medium by) const;
    [[nodiscard]] bool begin(const search_state& at);
    [[nodiscard]] bool settle_plain_links();
    [[nodiscard]] std::optional<interface_choice> match_each();
    [[nodiscard]] bool load(std::size_t from, std::size_t to, interface_choice& into);
    [[nodiscard]] bool load_each(interface_choice& into);
    [[nodiscard]] bool take(const end& e, const candidate& c);
    void give_back(const end& e, const candidate& c);
    [[nodiscard]] bool load_interlinks(std::uint32_t link);
    void unload_interlinks(std::uint32_t link);
    [[nodiscard]] std::vector<arrival> loads_of(std::uint32_t link) const;

    const problem& problem_;
    const lab_facts& facts_;
    bool matters_ = false;
    port_matcher matcher_;
    std::vector<std::uint32_t> trunk_room_;      ///< Mbit/s
    std::vector<std::uint64_t> interlink_room_;  ///< Mbit/s
    std::vector<end> ends_;
    std::vector<rank> device_of_;                    ///< by node
    std::vector<std::vector<char>> used_;            ///< by node and port
    std::vector<std::vector<std::uint32_t>> quota_;  ///< by node and trunk, while `by_quota_`
    std::vector<char> plain_;                        ///< by link: whatever is chosen, it loads interlinks alike
    std::vector<std::vector<arrival>> arrivals_;     ///< by link that is not plain: of the ends chosen so far
    bool by_quota_ = false;  ///< a node sends no more over a trunk than the flow has found for it
    std::uint64_t steps_ = 0;
    bool gave_up_ = false;
};

}  // namespace rollover::placement
