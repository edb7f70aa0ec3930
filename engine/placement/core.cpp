#include "engine/placement/core.h"

#include "engine/placement/search.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

namespace rollover::placement {

namespace {

constexpr std::uint64_t try_bound = 5'000;  ///< search nodes of one try
constexpr std::uint64_t surroundings_bound = 5'000;
constexpr std::size_t most_centres = 3;
constexpr unsigned most_distance = 3;
constexpr std::uint64_t least_charge = 100;  ///< what a try costs at least: setting it up is work too
constexpr std::uint64_t total_factor = 20;   ///< all tries together: this many times try_bound

// Something that can be left out.
struct element {
    enum class kind { link, requirement, node };
    kind what = kind::link;
    std::size_t node = 0;
    std::size_t index = 0;  ///< of the link, or of the requirement within its node
};

class core_finder {
public:
    core_finder(const lab_facts& facts, const model::topology& t, std::uint64_t seed, std::uint64_t bound,
                const std::vector<std::uint64_t>& trouble)
        : facts_(facts),
          topology_(t),
          trouble_(trouble),
          seed_(seed),
          left_(std::clamp(bound, try_bound, try_bound * total_factor)) {}

    core find();

private:
    [[nodiscard]] bool impossible(const selection& s, std::uint64_t most = try_bound);
    [[nodiscard]] std::optional<selection> around_trouble();
    [[nodiscard]] selection around(std::size_t node, unsigned distance) const;
    [[nodiscard]] selection nothing() const;
    [[nodiscard]] selection nodes_alone() const;
    [[nodiscard]] selection start();
    [[nodiscard]] std::vector<element> elements_of(const selection& s, element::kind what) const;
    [[nodiscard]] bool is_needed(const selection& s, std::size_t node) const;
    void leave_out(selection& s, const element& e) const;
    void shrink(selection& s, std::vector<element> elements);

    const lab_facts& facts_;
    const model::topology& topology_;
    const std::vector<std::uint64_t>& trouble_;
    std::uint64_t seed_;
    std::uint64_t left_;
    bool all_devices_ = false;
    bool smallest_ = true;
};

bool core_finder::impossible(const selection& s, std::uint64_t most) {
    if (left_ == 0) {
        smallest_ = false;
        return false;
    }
    const std::uint64_t bound = std::min(left_, most);
    const search_result r = search(compile(facts_, topology_, s), seed_, bound, aim::proof);
    left_ -= std::min(left_, std::max(r.visited, least_charge));
    smallest_ = smallest_ && r.what != outcome::undecided;
    return r.what == outcome::impossible;
}

selection core_finder::nothing() const {
    selection s = selection::everything(topology_);
    s.nodes.assign(s.nodes.size(), false);
    s.links.assign(s.links.size(), false);
    s.all_devices = all_devices_;
    return s;
}

selection core_finder::nodes_alone() const {
    selection s = nothing();
    s.nodes.assign(s.nodes.size(), true);
    return s;
}

// Small parts first: one node; one link; all nodes without links; one node with its links; else everything.
selection core_finder::start() {
    for (std::size_t n = 0; n < topology_.nodes.size(); ++n) {
        selection s = nothing();
        s.nodes[n] = true;
        if (impossible(s)) {
            return s;
        }
    }
    selection alone = nodes_alone();
    if (impossible(alone)) {
        return alone;
    }
    const auto with_link = [&](selection& s, std::size_t l) {
        s.links[l] = true;
        for (const model::link_end& e : topology_.links[l].ends) {
            s.nodes[e.node.value] = true;
        }
    };
    for (std::size_t l = 0; l < topology_.links.size(); ++l) {
        selection s = nothing();
        with_link(s, l);
        if (impossible(s)) {
            return s;
        }
    }
    for (std::uint32_t n = 0; n < topology_.nodes.size(); ++n) {
        selection s = nothing();
        for (std::size_t l = 0; l < topology_.links.size(); ++l) {
            const auto& ends = topology_.links[l].ends;
            if (std::any_of(ends.begin(), ends.end(), [&](const model::link_end& e) { return e.node.value == n; })) {
                with_link(s, l);
            }
        }
        if (impossible(s)) {
            return s;
        }
    }
    if (auto near = around_trouble()) {
        return *near;
    }
    selection all = selection::everything(topology_);
    all.all_devices = all_devices_;
    return all;
}

/// The nodes within so many links, and all links between them.
selection core_finder::around(std::size_t node, unsigned distance) const {
    selection s = nothing();
    s.nodes[node] = true;
    for (unsigned step = 0; step < distance; ++step) {
        const std::vector<bool> reached = s.nodes;
        for (const model::link& l : topology_.links) {
            const bool touched = std::any_of(l.ends.begin(), l.ends.end(),
                                             [&](const model::link_end& e) { return reached[e.node.value]; });
            for (const model::link_end& e : l.ends) {
                s.nodes[e.node.value] = s.nodes[e.node.value] || touched;
            }
        }
    }
    for (std::size_t l = 0; l < topology_.links.size(); ++l) {
        const auto& ends = topology_.links[l].ends;
        s.links[l] =
            std::all_of(ends.begin(), ends.end(), [&](const model::link_end& e) { return s.nodes[e.node.value]; });
    }
    return s;
}

/// What clashes lies close together, mostly: growing surroundings of the nodes that made the most trouble. Shrinking
/// one of these is far less work than shrinking everything.
std::optional<selection> core_finder::around_trouble() {
    if (trouble_.size() != topology_.nodes.size()) {
        return std::nullopt;
    }
    std::vector<std::size_t> nodes(trouble_.size());
    std::iota(nodes.begin(), nodes.end(), std::size_t{0});
    std::sort(nodes.begin(), nodes.end(),
              [&](std::size_t a, std::size_t b) { return std::pair(trouble_[b], a) < std::pair(trouble_[a], b); });
    nodes.resize(std::min(nodes.size(), most_centres));
    for (unsigned distance = 2; distance <= most_distance; ++distance) {
        for (const std::size_t node : nodes) {
            selection s = around(node, distance);
            const auto links = static_cast<std::size_t>(std::count(s.links.begin(), s.links.end(), true));
            if (links * 4 < topology_.links.size() * 3 && impossible(s, surroundings_bound)) {
                return s;
            }
        }
    }
    return std::nullopt;
}

// Whether a link or a relation of the part speaks of the node: then it cannot be left out by itself.
bool core_finder::is_needed(const selection& s, std::size_t node) const {
    for (std::size_t l = 0; l < topology_.links.size(); ++l) {
        const auto& ends = topology_.links[l].ends;
        if (s.links[l] &&
            std::any_of(ends.begin(), ends.end(), [&](const model::link_end& e) { return e.node.value == node; })) {
            return true;
        }
    }
    for (std::size_t n = 0; n < topology_.nodes.size(); ++n) {
        const auto& requirements = topology_.nodes[n].requirements;
        for (std::size_t i = 0; i < requirements.size(); ++i) {
            if (s.nodes[n] && s.requirements[n][i] && is_relation(requirements[i]) &&
                (n == node || requirements[i].other.value == node)) {
                return true;
            }
        }
    }
    return false;
}

std::vector<element> core_finder::elements_of(const selection& s, element::kind what) const {
    std::vector<element> found;
    if (what == element::kind::link) {
        for (std::size_t l = 0; l < s.links.size(); ++l) {
            if (s.links[l]) {
                found.push_back({what, 0, l});
            }
        }
        return found;
    }
    for (std::size_t n = 0; n < s.nodes.size(); ++n) {
        if (!s.nodes[n]) {
            continue;
        }
        if (what == element::kind::node) {
            if (!is_needed(s, n)) {
                found.push_back({what, n, 0});
            }
            continue;
        }
        for (std::size_t i = 0; i < s.requirements[n].size(); ++i) {
            if (s.requirements[n][i]) {
                found.push_back({what, n, i});
            }
        }
    }
    return found;
}

void core_finder::leave_out(selection& s, const element& e) const {
    switch (e.what) {
        case element::kind::link: s.links[e.index] = false; break;
        case element::kind::requirement: s.requirements[e.node][e.index] = false; break;
        case element::kind::node: s.nodes[e.node] = false; break;
    }
}

// Leaves out what is not needed: big bunches first, then one by one.
void core_finder::shrink(selection& s, std::vector<element> elements) {
    for (std::size_t bunch = elements.size(); bunch > 0; bunch /= 2) {
        for (std::size_t from = 0; from < elements.size();) {
            const std::size_t to = std::min(from + bunch, elements.size());
            selection without = s;
            for (std::size_t i = from; i < to; ++i) {
                leave_out(without, elements[i]);
            }
            if (impossible(without)) {
                s = std::move(without);
                elements.erase(elements.begin() + static_cast<std::ptrdiff_t>(from),
                               elements.begin() + static_cast<std::ptrdiff_t>(to));
            } else {
                from = to;
            }
        }
    }
}

core core_finder::find() {
    selection everything_free = selection::everything(topology_);
    everything_free.all_devices = true;
    all_devices_ = impossible(everything_free);
    selection s = start();
    smallest_ = true;  // only the tries from here on say whether something could still be left out
    shrink(s, elements_of(s, element::kind::link));
    shrink(s, elements_of(s, element::kind::node));
    shrink(s, elements_of(s, element::kind::requirement));
    shrink(s, elements_of(s, element::kind::node));
    return {std::move(s), smallest_};
}

}  // namespace

core find_core(const lab_facts& facts, const model::topology& t, std::uint64_t seed, std::uint64_t bound,
               const std::vector<std::uint64_t>& trouble) {
    return core_finder(facts, t, seed, bound, trouble).find();
}

}  // namespace rollover::placement
