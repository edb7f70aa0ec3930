// The other worker of the search: simulated annealing over whole assignments. It is good where every device counts and
// the exact search, which decides one node after the other, sees too late that it went wrong (a lab that is used up to
// the last device). It only ever finds; that there is nothing it cannot say.
#pragma once

#include "engine/placement/problem.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace rollover::placement {

class annealing {
public:
    /// `domains`: by node, narrowed as far as it is known; they and `p` must outlive it.
    annealing(const problem& p, std::vector<bit_set> domains);

    /// Whether it understands the problem: links of two ends that ask for the same, no pinned names, no segments.
    [[nodiscard]] bool applies() const noexcept { return applies_; }

    /// A device for each node that breaks no rule it knows, found in `moves` steps from a start given by `seed`;
    /// nothing otherwise. Whether the interfaces work out too is for the exact search to see.
    [[nodiscard]] std::optional<std::vector<rank>> run(std::uint64_t seed, std::uint64_t moves);

private:
    static constexpr std::uint32_t nobody = ~std::uint32_t{0};
    struct wires_to {
        rank peer = 0;
        std::uint32_t count = 0;
    };
    struct neighbour {
        std::uint32_t node = 0;
        std::uint32_t links = 0;       ///< that any medium may carry
        std::uint32_t only_wires = 0;  ///< of them: by a wire
        std::uint32_t only_joins = 0;  ///< of them: by a cross-connect
    };
    struct flow {
        std::vector<std::uint32_t> room;     ///< by trunk
        std::vector<std::uint32_t> sent;     ///< by node and trunk
        std::vector<std::uint32_t> missing;  ///< by node: ends that found no trunk
    };

    void read_links();
    void read_devices();
    void read_interlinks();
    [[nodiscard]] bool start(std::uint64_t seed);
    [[nodiscard]] std::uint32_t wires_between(rank a, rank b) const;
    [[nodiscard]] std::int64_t cost_of(std::uint32_t node) const;
    [[nodiscard]] std::uint32_t joins_of(std::uint32_t node) const;
    [[nodiscard]] std::uint32_t joins_between(const neighbour& n, std::uint32_t wires) const;
    [[nodiscard]] std::uint32_t interlink_between(rank a, rank b) const;
    [[nodiscard]] bool in_trouble(std::uint32_t node) const;
    void load_around(std::uint32_t a, std::uint32_t b, std::int64_t sign);
    void load_pair(std::uint32_t node, const neighbour& beside, std::int64_t sign);
    [[nodiscard]] std::int64_t relations_broken(std::uint32_t node) const;
    [[nodiscard]] std::int64_t consoles_over() const;
    void look_around(std::uint32_t a, std::uint32_t b);
    [[nodiscard]] std::int64_t change_around();
    void assign(std::uint32_t node, rank d);
    void reflow(std::uint32_t node);
    [[nodiscard]] bool push(std::uint32_t node);
    [[nodiscard]] std::int64_t unplaced() const;
    [[nodiscard]] std::int64_t whole_cost() const;
    [[nodiscard]] std::uint32_t choose_node();
    [[nodiscard]] std::uint64_t random() noexcept;

    const problem& problem_;
    const lab_facts& facts_;
    std::vector<bit_set> domains_;
    bool applies_ = true;
    std::vector<std::vector<neighbour>> neighbours_;     ///< by node
    std::vector<std::vector<std::uint32_t>> relations_;  ///< by node: its relations
    std::vector<std::vector<wires_to>> wires_;           ///< by device; sorted by peer
    std::vector<std::uint64_t> joined_;                  ///< by device: the cross-connects that it reaches, as bits
    std::vector<std::uint32_t> joined_ports_;            ///< by device
    std::vector<rank> choices_;                          ///< of all domains, one after the other
    std::vector<std::uint32_t> choices_from_;            ///< by node
    std::vector<rank> device_of_;
    std::vector<std::uint32_t> node_of_;
    std::vector<std::uint32_t> on_converter_;
    flow flow_;
    std::vector<std::uint32_t> between_;    ///< by cross-connect and cross-connect: the interlink that links may pass
    std::vector<std::int64_t> most_links_;  ///< by interlink
    std::vector<std::int64_t> passing_;     ///< by interlink: links
    std::int64_t too_many_ = 0;             ///< links over interlinks that these do not take, all together
    std::vector<std::int64_t> costs_;       ///< by node: `cost_of`
    std::vector<std::uint32_t> around_;     ///< the nodes whose costs a move changes
    std::vector<std::int64_t> former_;      ///< their costs before it
    std::vector<char> seen_;
    std::uint64_t state_ = 0;
};

}  // namespace rollover::placement
