#include "engine/placement/annealing.h"

#include "engine/placement/matching.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace rollover::placement {

namespace {

constexpr std::size_t most_cross_connects = 64;  // one bit each
constexpr double hot = 1.5;                      // in broken rules
constexpr double cold = 0.08;
constexpr unsigned tries_for_trouble = 6;  // to find a node with something to mend

}  // namespace

annealing::annealing(const problem& p, std::vector<bit_set> domains)
    : problem_(p), facts_(*p.facts), domains_(std::move(domains)) {
    read_links();
    if (!applies_) {
        return;
    }
    read_devices();
    read_interlinks();
    relations_.resize(p.nodes.size());
    for (std::uint32_t i = 0; i < p.relations.size(); ++i) {
        relations_[p.relations[i].a].push_back(i);
        relations_[p.relations[i].b].push_back(i);
    }
    for (const bit_set& domain : domains_) {
        choices_from_.push_back(static_cast<std::uint32_t>(choices_.size()));
        for (std::size_t d = domain.first(); d < domain.size(); d = domain.next(d + 1)) {
            choices_.push_back(static_cast<rank>(d));
        }
    }
    choices_from_.push_back(static_cast<std::uint32_t>(choices_.size()));
}

void annealing::read_links() {
    neighbours_.resize(problem_.nodes.size());
    const auto count = [this](std::uint32_t from, std::uint32_t to, model::link_via via) {
        auto& all = neighbours_[from];
        auto known = std::find_if(all.begin(), all.end(), [&](const neighbour& n) { return n.node == to; });
        if (known == all.end()) {
            known = all.insert(all.end(), {to, 0, 0, 0});
        }
        ++known->links;
        known->only_wires += via == model::link_via::wire ? 1 : 0;
        known->only_joins += via == model::link_via::cross_connect ? 1 : 0;
    };
    applies_ = facts_.lab().segments.empty() && facts_.lab().cross_connects.size() <= most_cross_connects;
    for (const problem_link& l : problem_.links) {
        const bool plain = l.ends.size() == 2 && l.type == model::interface_type::ethernet &&
                           l.via != model::link_via::segment && l.via != model::link_via::patch &&
                           l.speed == problem_.links.front().speed && l.needs == problem_.links.front().needs &&
                           l.ends[0].name == no_pin && l.ends[1].name == no_pin;
        applies_ = applies_ && plain;
        if (!applies_) {
            return;
        }
        count(l.ends[0].node, l.ends[1].node, l.via);
        count(l.ends[1].node, l.ends[0].node, l.via);
    }
}

void annealing::read_devices() {
    const port_needs needs =
        problem_.links.empty() ? port_needs{} : problem_.slots[problem_.links[0].ends[0].node][0].needs;
    wires_.resize(facts_.device_count());
    joined_.assign(facts_.device_count(), 0);
    joined_ports_.assign(facts_.device_count(), 0);
    for (rank d = 0; d < facts_.device_count(); ++d) {
        std::map<rank, std::uint32_t> peers;
        for (const port& p : facts_.ports_of(d)) {
            if (!suits(p, needs)) {
                continue;
            }
            bool on_join = false;
            for (const medium m : p.media) {
                if (facts_.is_wire(m)) {
                    const auto ends = facts_.ends_of(m);
                    const media_end& other = ends[0].device == d ? ends[1] : ends[0];
                    if (suits(facts_.ports_of(other.device)[other.interface], needs)) {
                        ++peers[other.device];
                    }
                } else if (facts_.is_joined(m) && !facts_.is_patch(m) && facts_.passes(m).bits != 0) {
                    const bool passes = (facts_.passes(m).bits & needs.passes) == needs.passes;
                    joined_[d] |= passes ? std::uint64_t{1} << m : 0;
                    on_join = on_join || passes;
                }
            }
            joined_ports_[d] += on_join ? 1 : 0;
        }
        for (const auto& [peer, count] : peers) {
            wires_[d].push_back({peer, count});
        }
    }
}

// splitmix64 (public domain, Sebastiano Vigna).
std::uint64_t annealing::random() noexcept {
    std::uint64_t x = (state_ += 0x9E3779B97F4A7C15ULL);
    x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27U)) * 0x94D049BB133111EBULL;
    return x ^ (x >> 31U);
}

/// From a maximum matching, shaken.
bool annealing::start(std::uint64_t seed) {
    state_ = seed;
    node_matching matching(problem_.nodes.size(), facts_.device_count(),
                           [this](std::uint32_t n) -> const bit_set& { return domains_[n]; });
    if (matching.mend() >= 0) {
        return false;
    }
    device_of_.assign(problem_.nodes.size(), 0);
    node_of_.assign(facts_.device_count(), nobody);
    on_converter_.assign(facts_.lab().converters.size(), 0);
    flow_.room.clear();
    for (std::uint32_t t = 0; t < facts_.trunk_count(); ++t) {
        flow_.room.push_back(facts_.trunk_capacity(t) / facts_.smallest_load());
    }
    flow_.sent.assign(problem_.nodes.size() * facts_.trunk_count(), 0);
    flow_.missing.assign(problem_.nodes.size(), 0);
    for (std::uint32_t n = 0; n < problem_.nodes.size(); ++n) {
        device_of_[n] = matching.device_of(n);
        node_of_[device_of_[n]] = n;
        if (facts_.consoles_matter()) {
            ++on_converter_[facts_.converter_of(device_of_[n])];
        }
    }
    for (std::uint32_t n = 0; n < problem_.nodes.size(); ++n) {
        reflow(n);
    }
    passing_.assign(most_links_.size(), 0);
    too_many_ = 0;
    for (std::uint32_t n = 0; n < problem_.nodes.size() && !passing_.empty(); ++n) {
        for (const neighbour& beside : neighbours_[n]) {
            if (n < beside.node) {
                load_pair(n, beside, 1);
            }
        }
    }
    costs_.clear();
    for (std::uint32_t n = 0; n < problem_.nodes.size(); ++n) {
        costs_.push_back(cost_of(n));
    }
    return true;
}

std::uint32_t annealing::wires_between(rank a, rank b) const {
    const auto& from = wires_[a];
    const auto found =
        std::lower_bound(from.begin(), from.end(), b, [](const wires_to& w, rank d) { return w.peer < d; });
    return found == from.end() || found->peer != b ? 0 : found->count;
}

/// Ends of a node that take a cross-connect, because no wire is left for them. A wire can serve nobody else, so wires
/// come first.
std::uint32_t annealing::joins_of(std::uint32_t node) const {
    std::uint32_t joins = 0;
    for (const neighbour& n : neighbours_[node]) {
        joins += joins_between(n, wires_between(device_of_[node], device_of_[n.node]));
    }
    return joins;
}

std::uint32_t annealing::joins_between(const neighbour& n, std::uint32_t wires) const {
    const std::uint32_t by_wire = std::min(wires, n.links - n.only_joins);
    return n.links - std::max(by_wire, n.only_wires);
}

std::int64_t annealing::relations_broken(std::uint32_t node) const {
    std::int64_t broken = 0;
    for (const std::uint32_t i : relations_[node]) {
        const relation& r = problem_.relations[i];
        const bool same = facts_.site_of(device_of_[r.a]) == facts_.site_of(device_of_[r.b]);
        broken += same == r.same ? 0 : 1;
    }
    return broken;
}

/// Broken rules at a node: links that nothing carries, interfaces that are missing, relations.
std::int64_t annealing::cost_of(std::uint32_t node) const {
    const rank d = device_of_[node];
    std::int64_t cost = relations_broken(node);
    std::int64_t joins = 0;
    for (const neighbour& n : neighbours_[node]) {
        const rank other = device_of_[n.node];
        const std::uint32_t wires = wires_between(d, other);
        if (wires < n.only_wires) {
            cost += n.only_wires - wires;
        }
        const std::uint32_t rest = joins_between(n, wires);
        if (rest > 0 && (joined_[d] & joined_[other]) == 0 && interlink_between(d, other) == nobody) {
            cost += rest;
        } else {
            joins += rest;
        }
    }
    return cost + std::max<std::int64_t>(0, joins - joined_ports_[d]);
}

std::int64_t annealing::consoles_over() const {
    std::int64_t over = 0;
    for (std::uint32_t c = 0; c < on_converter_.size(); ++c) {
        const std::uint32_t most = facts_.most_devices(c);
        over += most > 0 && on_converter_[c] > most ? on_converter_[c] - most : 0;
    }
    return over;
}

/// Two nodes and all beside them (b may be nobody), each once.
void annealing::look_around(std::uint32_t a, std::uint32_t b) {
    around_.clear();
    for (const std::uint32_t node : {a, b}) {
        if (node == nobody) {
            continue;
        }
        around_.push_back(node);
        for (const neighbour& n : neighbours_[node]) {
            around_.push_back(n.node);
        }
    }
    std::sort(around_.begin(), around_.end());
    around_.erase(std::unique(around_.begin(), around_.end()), around_.end());
    former_.clear();
    for (const std::uint32_t node : around_) {
        former_.push_back(costs_[node]);
    }
}

/// The costs there anew. Result: how much more they are.
std::int64_t annealing::change_around() {
    std::int64_t change = 0;
    for (std::size_t i = 0; i < around_.size(); ++i) {
        costs_[around_[i]] = cost_of(around_[i]);
        change += costs_[around_[i]] - former_[i];
    }
    return change;
}

void annealing::assign(std::uint32_t node, rank d) {
    if (facts_.consoles_matter()) {
        --on_converter_[facts_.converter_of(device_of_[node])];
        ++on_converter_[facts_.converter_of(d)];
    }
    device_of_[node] = d;
    node_of_[d] = node;
}

/// Sends the ends of a node over trunks anew.
void annealing::reflow(std::uint32_t node) {
    const std::size_t trunks = flow_.room.size();
    if (trunks == 0) {
        return;
    }
    for (std::size_t t = 0; t < trunks; ++t) {
        flow_.room[t] += flow_.sent[node * trunks + t];
        flow_.sent[node * trunks + t] = 0;
    }
    const std::uint32_t elsewhere = facts_.trunk_ports_of(device_of_[node]).elsewhere;
    const std::uint32_t joins = joins_of(node);
    flow_.missing[node] = joins - std::min(joins, elsewhere);
    while (flow_.missing[node] > 0) {
        seen_.assign(trunks, 0);
        if (!push(node)) {
            return;
        }
        --flow_.missing[node];
    }
}

/// One end more from `node`; others make room where they can go elsewhere.
bool annealing::push(std::uint32_t node) {
    const std::size_t trunks = flow_.room.size();
    for (const auto& [trunk, ports] : facts_.trunk_ports_of(device_of_[node]).by_trunk) {
        if (flow_.sent[node * trunks + trunk] >= ports || seen_[trunk] != 0) {
            continue;
        }
        seen_[trunk] = 1;
        if (flow_.room[trunk] > 0) {
            --flow_.room[trunk];
            ++flow_.sent[node * trunks + trunk];
            return true;
        }
        for (std::uint32_t other = 0; other < device_of_.size(); ++other) {
            if (other != node && flow_.sent[other * trunks + trunk] > 0 && push(other)) {
                --flow_.sent[other * trunks + trunk];
                ++flow_.sent[node * trunks + trunk];
                return true;
            }
        }
    }
    return false;
}

std::int64_t annealing::unplaced() const {
    std::int64_t sum = 0;
    for (const std::uint32_t n : flow_.missing) {
        sum += n;
    }
    return sum;
}

std::int64_t annealing::whole_cost() const {
    return std::accumulate(costs_.begin(), costs_.end(), consoles_over() + unplaced() + too_many_);
}

/// One with something to mend, mostly.
std::uint32_t annealing::choose_node() {
    std::uint32_t node = 0;
    for (unsigned i = 0; i < tries_for_trouble; ++i) {
        node = static_cast<std::uint32_t>(random() % device_of_.size());
        if (in_trouble(node)) {
            break;
        }
    }
    return node;
}

std::optional<std::vector<rank>> annealing::run(std::uint64_t seed, std::uint64_t moves) {
    if (!applies_ || problem_.nodes.empty() || moves == 0 || !start(seed)) {
        return std::nullopt;
    }
    std::int64_t cost = whole_cost();
    double temperature = hot;
    const double cooling = std::pow(cold / hot, 1.0 / static_cast<double>(moves));
    for (std::uint64_t m = 0; m < moves && cost > 0; ++m, temperature *= cooling) {
        const std::uint32_t node = choose_node();
        const std::uint32_t from = choices_from_[node];
        const rank wanted = choices_[from + random() % (choices_from_[node + 1] - from)];
        const rank own = device_of_[node];
        const std::uint32_t other = node_of_[wanted];
        if (wanted == own || (other != nobody && !domains_[other].contains(own))) {
            continue;
        }
        const bool limited = !flow_.room.empty();
        const flow before = limited ? flow_ : flow();
        const std::int64_t old_cost = consoles_over() + unplaced() + too_many_;
        look_around(node, other);
        load_around(node, other, -1);
        node_of_[own] = nobody;
        assign(node, wanted);
        if (other != nobody) {
            assign(other, own);
        }
        load_around(node, other, 1);
        if (limited) {
            const auto flow_again = [this](std::uint32_t changed) {
                reflow(changed);
                for (const neighbour& n : neighbours_[changed]) {
                    reflow(n.node);  // a wire may have come or gone
                }
            };
            flow_again(node);
            if (other != nobody) {
                flow_again(other);
            }
            for (std::uint32_t n = 0; n < flow_.missing.size(); ++n) {
                if (flow_.missing[n] > 0) {
                    reflow(n);
                }
            }
        }
        const std::int64_t change = change_around() + consoles_over() + unplaced() + too_many_ - old_cost;
        const double chance = static_cast<double>(random() >> 11U) * 0x1p-53;
        if (change <= 0 || chance < std::exp(-static_cast<double>(change) / temperature)) {
            cost += change;
            continue;
        }
        load_around(node, other, -1);
        if (other != nobody) {
            assign(other, wanted);
        } else {
            node_of_[wanted] = nobody;
        }
        assign(node, own);
        load_around(node, other, 1);
        for (std::size_t i = 0; i < around_.size(); ++i) {
            costs_[around_[i]] = former_[i];
        }
        if (limited) {
            flow_ = before;
        }
    }
    return cost == 0 ? std::optional(device_of_) : std::nullopt;
}

}  // namespace rollover::placement
