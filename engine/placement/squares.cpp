#include "engine/placement/squares.h"

#include <algorithm>
#include <utility>

namespace rollover::placement {

namespace {

/// To look at more wires of wires than this would take longer than it spares.
constexpr std::size_t most_steps = 4'000'000;

struct opposite {
    std::uint32_t other = 0;
    std::uint32_t common = 0;  ///< neighbours of both; two or more
};

/// A graph of nodes or devices, and who in it is opposite whom in a square.
class squares {
public:
    /// `neighbours`: by member, sorted, each once.
    explicit squares(std::vector<std::vector<std::uint32_t>> neighbours) : neighbours_(std::move(neighbours)) {
        std::vector<std::uint32_t> common(neighbours_.size());
        std::vector<std::uint32_t> reached;
        for (std::uint32_t from = 0; from < neighbours_.size(); ++from) {
            reached.clear();
            for (const std::uint32_t between : neighbours_[from]) {
                for (const std::uint32_t to : neighbours_[between]) {
                    if (to != from && common[to]++ == 0) {
                        reached.push_back(to);
                    }
                }
            }
            opposites_.emplace_back();
            for (const std::uint32_t to : reached) {
                if (common[to] > 1) {
                    opposites_.back().push_back({to, common[to]});
                }
                common[to] = 0;
            }
            std::sort(opposites_.back().begin(), opposites_.back().end(),
                      [](const opposite& a, const opposite& b) { return a.common > b.common; });
        }
    }

    [[nodiscard]] std::size_t size() const noexcept { return opposites_.size(); }
    /// Those with the most neighbours in common first.
    [[nodiscard]] const std::vector<opposite>& of(std::size_t member) const { return opposites_[member]; }
    [[nodiscard]] bool any() const {
        return std::any_of(opposites_.begin(), opposites_.end(), [](const auto& some) { return !some.empty(); });
    }

private:
    std::vector<std::vector<std::uint32_t>> neighbours_;
    std::vector<std::vector<opposite>> opposites_;
};

void sort_once(std::vector<std::vector<std::uint32_t>>& neighbours) {
    for (auto& some : neighbours) {
        std::sort(some.begin(), some.end());
        some.erase(std::unique(some.begin(), some.end()), some.end());
    }
}

/// Nothing else is left to the link.
bool only_wires(const lab_facts& facts, const media_domain& media) {
    for (medium m = 0; m < facts.media_count(); m = facts.is_wire(m) ? facts.first_segment() : m + 1) {
        if (!facts.is_wire(m) && media.contains(m)) {
            return false;
        }
    }
    return true;
}

/// Nodes that are beside each other by a wire whatever the answer is.
squares squares_of_nodes(const problem& p, const search_state& at) {
    std::vector<std::vector<std::uint32_t>> neighbours(p.nodes.size());
    for (std::uint32_t l = 0; l < p.links.size(); ++l) {
        const auto& ends = p.links[l].ends;
        if (ends.size() == 2 && ends[0].node != ends[1].node && only_wires(*p.facts, at.media(l))) {
            neighbours[ends[0].node].push_back(ends[1].node);
            neighbours[ends[1].node].push_back(ends[0].node);
        }
    }
    sort_once(neighbours);
    return squares(std::move(neighbours));
}

/// Devices that some node may have, by wires between them. Empty: there are too many wires.
std::vector<std::vector<std::uint32_t>> wired_devices(const problem& p, const search_state& at) {
    const lab_facts& facts = *p.facts;
    bit_set wanted(facts.device_count());
    for (std::uint32_t n = 0; n < p.nodes.size(); ++n) {
        wanted.add(at.devices(n));
    }
    std::vector<std::vector<std::uint32_t>> neighbours(facts.device_count());
    for (std::size_t d = wanted.first(); d < wanted.size(); d = wanted.next(d + 1)) {
        for (const port& from : facts.ports_of(static_cast<rank>(d))) {
            for (const medium m : from.media) {
                if (!facts.is_wire(m)) {
                    continue;
                }
                const auto ends = facts.ends_of(m);
                const rank other = ends[ends[0].device == d ? 1 : 0].device;
                if (other != d && wanted.contains(other)) {
                    neighbours[d].push_back(other);
                }
            }
        }
    }
    sort_once(neighbours);
    std::size_t steps = 0;
    for (const auto& some : neighbours) {
        steps += some.size() * some.size();
    }
    return steps > most_steps ? std::vector<std::vector<std::uint32_t>>() : neighbours;
}

/// Every node opposite is a device opposite of its own.
bool as_many(const std::vector<opposite>& asked, const std::vector<opposite>& offered) {
    return asked.size() <= offered.size() &&
           std::equal(asked.begin(), asked.end(), offered.begin(),
                      [](const opposite& a, const opposite& o) { return a.common <= o.common; });
}

class narrowing {
public:
    narrowing(const squares& nodes, const squares& devices, const search_state& at) : nodes_(nodes), devices_(devices) {
        for (std::uint32_t n = 0; n < nodes.size(); ++n) {
            left_.push_back(at.devices(n));
        }
    }

    std::vector<bit_set> go() {
        bool changed = false;
        for (std::uint32_t n = 0; n < nodes_.size(); ++n) {
            changed = keep_if(n, [&](std::size_t d) { return as_many(nodes_.of(n), devices_.of(d)); }) || changed;
        }
        if (!changed) {
            return {};
        }
        std::vector<char> shrunk(nodes_.size(), 1);  // since those opposite were last looked at
        while (changed) {
            changed = false;
            std::vector<char> now(nodes_.size(), 0);
            for (std::uint32_t n = 0; n < nodes_.size(); ++n) {
                for (const opposite& asked : nodes_.of(n)) {
                    if ((shrunk[asked.other] != 0 || now[asked.other] != 0) &&
                        keep_if(n, [&](std::size_t d) { return has(d, asked); })) {
                        changed = true;
                        now[n] = 1;
                    }
                }
            }
            shrunk.swap(now);
        }
        return std::move(left_);
    }

private:
    template <class Holds>
    bool keep_if(std::uint32_t node, const Holds& holds) {
        bool changed = false;
        for (std::size_t d = left_[node].first(); d < left_[node].size(); d = left_[node].next(d + 1)) {
            if (!holds(d)) {
                left_[node].erase(d);
                changed = true;
            }
        }
        return changed;
    }

    /// Whether the node that is asked for may have a device opposite d.
    [[nodiscard]] bool has(std::size_t d, const opposite& asked) const {
        const auto& offered = devices_.of(d);
        return std::any_of(offered.begin(), offered.end(), [&](const opposite& o) {
            return o.common >= asked.common && left_[asked.other].contains(o.other);
        });
    }

    const squares& nodes_;
    const squares& devices_;
    std::vector<bit_set> left_;  ///< by node
};

/// By node: what is left of its domain. Empty: nothing follows.
std::vector<bit_set> within_squares(const problem& p, const search_state& at) {
    const squares nodes = squares_of_nodes(p, at);
    if (!nodes.any()) {
        return {};
    }
    auto wired = wired_devices(p, at);
    if (wired.empty()) {
        return {};
    }
    return narrowing(nodes, squares(std::move(wired)), at).go();
}

}  // namespace

// Until nothing more follows: with fewer devices there are fewer squares.
bool keep_squares(const problem& p, propagation& at) {
    for (auto left = within_squares(p, at.at()); !left.empty(); left = within_squares(p, at.at())) {
        if (!at.keep_all(left)) {
            return false;
        }
    }
    return true;
}

}  // namespace rollover::placement
