// What annealing knows of interlinks: how many links pass each.
#include "engine/placement/annealing.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace rollover::placement {

void annealing::read_interlinks() {
    if (facts_.interlink_count() == 0 || problem_.links.empty()) {
        return;
    }
    const problem_link& first = problem_.links.front();
    const port_needs needs = first.needs_at(first.ends.front());
    const std::size_t all = facts_.lab().cross_connects.size();
    const std::uint32_t each = std::max({facts_.least_load(), first.speed, 1U});
    between_.assign(all * all, nobody);
    for (std::uint32_t i = 0; i < facts_.interlink_count(); ++i) {
        const std::uint32_t capacity = facts_.interlink_capacity(i);
        most_links_.push_back(capacity == 0 ? std::numeric_limits<std::int64_t>::max() : capacity / each);
        const auto a = facts_.lab().interlinks[i].ends[0].cross_connect.value;
        const auto b = facts_.lab().interlinks[i].ends[1].cross_connect.value;
        if (facts_.allows({std::min(a, b), std::max(a, b), i}, needs) &&
            facts_.passes(std::min(a, b)).has(first.needs)) {
            between_[a * all + b] = between_[b * all + a] = i;
        }
    }
}

/// The interlink that a link between two devices passes that are not on one cross-connect.
std::uint32_t annealing::interlink_between(rank a, rank b) const {
    if (between_.empty()) {
        return nobody;
    }
    const std::size_t all = facts_.lab().cross_connects.size();
    for (std::uint64_t from = joined_[a]; from != 0; from &= from - 1) {
        for (std::uint64_t to = joined_[b]; to != 0; to &= to - 1) {
            const auto x = static_cast<std::size_t>(std::countr_zero(from));
            const auto y = static_cast<std::size_t>(std::countr_zero(to));
            if (between_[x * all + y] != nobody) {
                return between_[x * all + y];
            }
        }
    }
    return nobody;
}

/// Puts the links between a node and one beside it on the interlink that they pass, or with -1 takes them off.
void annealing::load_pair(std::uint32_t node, const neighbour& beside, std::int64_t sign) {
    const rank a = device_of_[node];
    const rank b = device_of_[beside.node];
    if ((joined_[a] & joined_[b]) != 0) {
        return;
    }
    const std::uint32_t i = interlink_between(a, b);
    if (i == nobody) {
        return;
    }
    const std::int64_t before = std::max<std::int64_t>(0, passing_[i] - most_links_[i]);
    passing_[i] += sign * joins_between(beside, wires_between(a, b));
    too_many_ += std::max<std::int64_t>(0, passing_[i] - most_links_[i]) - before;
}

/// All links of two nodes (b may be nobody).
void annealing::load_around(std::uint32_t a, std::uint32_t b, std::int64_t sign) {
    if (passing_.empty()) {
        return;
    }
    for (const neighbour& n : neighbours_[a]) {
        load_pair(a, n, sign);
    }
    if (b == nobody) {
        return;
    }
    for (const neighbour& n : neighbours_[b]) {
        if (n.node != a) {
            load_pair(b, n, sign);
        }
    }
}

/// Whether there is something to mend at a node.
bool annealing::in_trouble(std::uint32_t node) const {
    if (flow_.missing[node] > 0 || costs_[node] > 0) {
        return true;
    }
    return too_many_ > 0 && std::any_of(neighbours_[node].begin(), neighbours_[node].end(), [&](const neighbour& n) {
               const rank a = device_of_[node];
               const rank b = device_of_[n.node];
               if ((joined_[a] & joined_[b]) != 0) {
                   return false;
               }
               const std::uint32_t i = interlink_between(a, b);
               return i != nobody && passing_[i] > most_links_[i];
           });
}

}  // namespace rollover::placement
