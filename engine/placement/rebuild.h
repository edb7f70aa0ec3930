// Takes a part of a placement apart and puts it together in the cheapest way: branch and bound, exact.
#pragma once

#include "engine/placement/holding.h"
#include "engine/placement/prices.h"

#include <cstdint>
#include <vector>

namespace rollover::placement {

class rebuilder {
public:
    /// `p` is a right answer to `r`; both, and `wishes`, outlive it.
    rebuilder(const request& r, const placement& p, const preferences& wishes);

    /// The nodes, and all links with an end on one of them, are put together anew so that they cost as little as they
    /// can while all else stays; nothing changes unless that is less than now. At most `limit` moves. What the nodes
    /// are in `nodes` is the order in which they are tried.
    struct outcome {
        bool better = false;
        bool whole = false;  ///< everything was tried: nothing is cheaper
    };
    outcome rebuild(const std::vector<std::uint32_t>& nodes, std::uint64_t limit);

    [[nodiscard]] const placement& now() const noexcept { return now_; }
    /// Tried so far, devices and media.
    [[nodiscard]] std::uint64_t moves() const noexcept { return moves_; }
    /// Links that have an end on the node.
    [[nodiscard]] const std::vector<std::uint32_t>& links_of(std::uint32_t node) const { return links_of_[node]; }

private:
    struct step {
        bool is_link = false;
        std::uint32_t index = 0;
    };
    struct option {
        carrier by;
        std::int64_t cost = 0;
    };

    void read_domains();
    [[nodiscard]] std::int64_t price(std::uint32_t node, std::uint32_t device) const;
    [[nodiscard]] std::int64_t link_price(const placed_link& l) const;
    [[nodiscard]] std::int64_t least_price(std::uint32_t link) const;
    [[nodiscard]] std::int64_t cheapest(std::uint32_t node) const;
    void make_agenda(const std::vector<std::uint32_t>& nodes);
    [[nodiscard]] std::int64_t take_apart();
    void put_back(bool changed);
    void bound_below();
    [[nodiscard]] bool count_one();

    void go_on(std::size_t at, std::int64_t cost);
    void seat(std::size_t at, std::int64_t cost);
    void seat_on(std::size_t at, std::int64_t cost, std::uint32_t device);
    void carry(std::size_t at, std::int64_t cost);
    void options(std::uint32_t link, std::vector<option>& all) const;
    void take_end(std::size_t at, std::int64_t cost, std::size_t end);
    void remember(std::int64_t cost);
    [[nodiscard]] std::uint64_t wanted_by(std::uint32_t device) const;

    const request& request_;
    const preferences& wishes_;
    offered lab_;
    holding held_;
    prices prices_;
    placement now_;
    std::vector<std::uint32_t> by_price_;  ///< devices, the cheapest first
    std::vector<std::uint32_t> place_;     ///< by device: where in by_price_
    std::vector<bit_set> domains_;         ///< by node, of places in by_price_
    bit_set free_;                         ///< places in by_price_
    std::vector<std::uint32_t> earlier_;   ///< by node: its device in wishes.earlier, if that suits it
    std::vector<std::vector<std::uint32_t>> links_of_;
    std::vector<std::int64_t> least_;  ///< by link: it costs that at least

    // Of the part that is being rebuilt.
    std::vector<step> agenda_;
    std::vector<std::int64_t> rest_;  ///< by place in the agenda: what is left costs that at least
    std::vector<std::vector<option>> options_;
    std::vector<placed_link> tried_;  ///< by link
    std::int64_t bound_ = 0;          ///< only what is cheaper than this is of interest
    placement best_;
    bool found_ = false;
    bool stopped_ = false;
    std::uint64_t moves_ = 0;
    std::uint64_t limit_ = 0;
};

}  // namespace rollover::placement
