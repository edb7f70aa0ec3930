// What interlinks can take while devices are still open: a link between nodes at different homes (facts.h) passes the
// interlink between these.
#pragma once

#include "engine/placement/state.h"

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace rollover::placement {

class interlink_rule {
public:
    explicit interlink_rule(const problem& p);

    /// Whether the lab has an interlink that is limited, and homes, and the topology a link that may pass one.
    [[nodiscard]] bool matters() const noexcept { return matters_; }

    /// False: whatever is still decided, some interlinks are loaded with more than they take; `culprit` is a node of
    /// which more is wanted than there is. True: `ruled_out` has homes that nodes cannot have.
    [[nodiscard]] bool may_fit(const search_state& at);
    [[nodiscard]] const std::vector<std::pair<std::uint32_t, std::uint32_t>>& ruled_out() const noexcept {
        return ruled_out_;
    }
    [[nodiscard]] std::uint32_t culprit() const noexcept { return culprit_; }

    /// After `may_fit`: the homes that a node may still have, as bits.
    [[nodiscard]] std::uint64_t homes_of(std::uint32_t node) const { return homes_[node]; }
    /// After `may_fit`: what links to neighbours that have one home would load interlinks with, were the node at
    /// `home`.
    [[nodiscard]] std::uint64_t load_at(std::uint32_t node, std::uint32_t home) const;

    /// After `may_fit`: Mbit/s of the links to neighbours that have one home.
    [[nodiscard]] std::uint64_t neighbours_at_home(std::uint32_t node) const;
    /// After `may_fit`: by interlink, the links that pass it whatever is decided.
    [[nodiscard]] const std::vector<std::vector<std::uint32_t>>& certain() const noexcept { return certain_; }

    /// After `may_fit` said no: the interlink that these are too many for, if it is one.
    [[nodiscard]] std::optional<std::uint32_t> full() const noexcept { return full_; }
    /// Mbit/s with which a link loads an interlink at least.
    [[nodiscard]] std::uint64_t least_load_of(std::uint32_t link) const { return least_[link]; }

private:
    [[nodiscard]] bool only_joined(const media_domain& media) const;
    void look_at_homes(const search_state& at);
    [[nodiscard]] bool load_links(const search_state& at);
    [[nodiscard]] bool load_pair(std::uint32_t link);
    [[nodiscard]] bool load_many(const search_state& at, std::uint32_t link);
    [[nodiscard]] bool load(std::uint32_t interlink, std::uint64_t mbit, std::uint32_t link);
    [[nodiscard]] bool look_at_open_nodes();
    [[nodiscard]] bool fits_at(std::uint32_t node, std::uint32_t home) const;

    const problem& problem_;
    const lab_facts& facts_;
    bool matters_ = false;
    std::vector<std::uint64_t> homes_;           ///< by node, as bits
    std::vector<std::uint64_t> cross_connects_;  ///< by node, as bits: of all its homes
    std::vector<std::uint64_t> seen_;            ///< by node: the version that these are of
    std::vector<std::uint64_t> room_;            ///< by interlink: Mbit/s
    std::vector<std::uint64_t> least_;           ///< by link: Mbit/s that an end of it has at least
    std::vector<std::vector<std::uint64_t>>
        towards_;  ///< by node and cross-connect: Mbit/s to neighbours that are there
    std::vector<std::vector<std::uint32_t>> certain_;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> ruled_out_;
    std::uint32_t culprit_ = 0;
    std::optional<std::uint32_t> full_;
};

}  // namespace rollover::placement
