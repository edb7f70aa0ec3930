#include "engine/placement/improve.h"

#include "engine/placement/rebuild.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace rollover::placement {

namespace {

constexpr std::size_t most_nodes = 6;           ///< of a part that is rebuilt
constexpr std::uint64_t moves_of_a_part = 400;  ///< and as often as it has nodes

class improver {
public:
    improver(const request& r, const placement& found, const preferences& wishes, std::uint64_t moves)
        : request_(r), made_(r, found, wishes), moves_(moves), state_(r.seed) {}

    /// Rounds over all nodes: parts of one, then of two, ... until a whole turn of sizes brings nothing.
    placement go() {
        const std::size_t nodes = request_.topology.nodes.size();
        for (bool better = true; better && left() > 0;) {
            better = false;
            for (std::size_t size = 1; size <= std::min(nodes, most_nodes) && left() > 0; ++size) {
                if (size == nodes) {
                    if (whole()) {
                        return made_.now();
                    }
                    continue;
                }
                while (round(size)) {
                    better = true;
                }
            }
        }
        return made_.now();
    }

private:
    [[nodiscard]] std::uint64_t left() const { return moves_ - std::min(moves_, made_.moves()); }

    /// Whether nothing can be cheaper: all was tried.
    bool whole() {
        std::vector<std::uint32_t> all(request_.topology.nodes.size());
        std::iota(all.begin(), all.end(), 0U);
        return made_.rebuild(all, left()).whole;
    }

    /// Whether it brought anything.
    bool round(std::size_t size) {
        bool better = false;
        std::vector<std::uint32_t> order(request_.topology.nodes.size());
        std::iota(order.begin(), order.end(), 0U);
        shuffle(order);
        for (const std::uint32_t n : order) {
            if (left() == 0) {
                return false;
            }
            better = made_.rebuild(around(n, size), std::min(left(), moves_of_a_part * size)).better || better;
        }
        return better;
    }

    /// The node and others that hang together with it, now and then any other one.
    std::vector<std::uint32_t> around(std::uint32_t node, std::size_t size) {
        std::vector<std::uint32_t> part{node};
        while (part.size() < size) {
            const auto nodes = static_cast<std::uint32_t>(request_.topology.nodes.size());
            std::uint32_t next = below(nodes);
            const std::uint32_t from = part[below(static_cast<std::uint32_t>(part.size()))];
            const auto& links = made_.links_of(from);
            if (!links.empty() && below(4) != 0) {
                const auto& ends = request_.topology.links[links[below(static_cast<std::uint32_t>(links.size()))]].ends;
                next = ends[below(static_cast<std::uint32_t>(ends.size()))].node.value;
            }
            while (std::find(part.begin(), part.end(), next) != part.end()) {
                next = (next + 1) % nodes;
            }
            part.push_back(next);
        }
        return part;
    }

    void shuffle(std::vector<std::uint32_t>& v) {
        for (std::size_t i = v.size(); i > 1; --i) {
            std::swap(v[i - 1], v[below(static_cast<std::uint32_t>(i))]);
        }
    }

    // splitmix64 (public domain, Sebastiano Vigna).
    std::uint32_t below(std::uint32_t n) {
        state_ += 0x9E3779B97F4A7C15ULL;
        std::uint64_t x = state_;
        x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9ULL;
        x = (x ^ (x >> 27U)) * 0x94D049BB133111EBULL;
        return static_cast<std::uint32_t>((x ^ (x >> 31U)) % n);
    }

    const request& request_;
    rebuilder made_;
    std::uint64_t moves_;
    std::uint64_t state_;
};

/// The earlier placement itself, where it is still right and costs less.
placement start_of(const request& r, const placement& found, const preferences& wishes) {
    const bool still_right = wishes.earlier && r.kept.empty() && !verify(r, *wishes.earlier);
    const bool cheaper =
        still_right && costs_of(r, *wishes.earlier, wishes).total() < costs_of(r, found, wishes).total();
    return cheaper ? *wishes.earlier : found;
}

}  // namespace

placement improve(const request& r, placement found, const preferences& wishes, std::uint64_t moves) {
    if (moves == 0 || found.devices.empty() || verify(r, found)) {
        return found;
    }
    placement better = improver(r, start_of(r, found, wishes), wishes, moves).go();
    return verify(r, better) ? found : better;  // a mistake of ours must not reach the lab
}

}  // namespace rollover::placement
