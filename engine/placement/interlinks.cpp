#include "engine/placement/interlinks.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>

namespace rollover::placement {

namespace {
constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max();
}

interlink_rule::interlink_rule(const problem& p)
    : problem_(p),
      facts_(*p.facts),
      homes_(p.nodes.size(), 0),
      cross_connects_(p.nodes.size(), 0),
      seen_(p.nodes.size(), unlimited),
      certain_(p.facts->interlink_count()) {
    const bool may_load = std::any_of(p.links.begin(), p.links.end(), [](const problem_link& l) {
        return l.via == model::link_via::any || l.via == model::link_via::cross_connect;
    });
    bool limited = false;
    for (std::uint32_t i = 0; i < facts_.interlink_count(); ++i) {
        limited = limited || facts_.interlink_capacity(i) > 0;
    }
    matters_ = may_load && limited && !facts_.homes().empty();
    for (const problem_link& l : p.links) {
        least_.push_back(std::max(facts_.least_load(), l.speed));
    }
    towards_.assign(matters_ ? p.nodes.size() : 0, std::vector<std::uint64_t>(facts_.lab().cross_connects.size(), 0));
}

bool interlink_rule::only_joined(const media_domain& media) const {
    for (std::size_t i = 0; i < media.size(); ++i) {
        if (!facts_.is_joined(media[i]) || facts_.is_patch(media[i])) {
            return false;
        }
    }
    return media.size() > 0;
}

bool interlink_rule::may_fit(const search_state& at) {
    room_.clear();
    for (std::uint32_t i = 0; i < facts_.interlink_count(); ++i) {
        const std::uint64_t capacity = facts_.interlink_capacity(i);
        room_.push_back(capacity > 0 ? capacity : unlimited);
        certain_[i].clear();
    }
    for (std::vector<std::uint64_t>& by_cross_connect : towards_) {
        std::fill(by_cross_connect.begin(), by_cross_connect.end(), 0);
    }
    ruled_out_.clear();
    full_.reset();
    look_at_homes(at);
    return load_links(at) && look_at_open_nodes();
}

void interlink_rule::look_at_homes(const search_state& at) {
    for (std::uint32_t n = 0; n < problem_.nodes.size(); ++n) {
        if (seen_[n] == at.version_of(n)) {
            continue;
        }
        seen_[n] = at.version_of(n);
        homes_[n] = 0;
        cross_connects_[n] = 0;
        for (std::uint32_t h = 0; h < facts_.homes().size(); ++h) {
            const lab_facts::home& home = facts_.homes()[h];
            if (at.devices(n).intersects(home.devices)) {
                homes_[n] |= std::uint64_t{1} << h;
                cross_connects_[n] |= home.cross_connects;
            }
        }
    }
}

bool interlink_rule::load_links(const search_state& at) {
    for (std::uint32_t l = 0; l < problem_.links.size(); ++l) {
        if (!only_joined(at.media(l))) {
            continue;
        }
        if (problem_.links[l].ends.size() == 2 ? !load_pair(l) : !load_many(at, l)) {
            return false;
        }
    }
    return true;
}

bool interlink_rule::load(std::uint32_t interlink, std::uint64_t mbit, std::uint32_t link) {
    if (interlink == lab_facts::no_interlink) {
        return true;  // for the rules of the link to see
    }
    certain_[interlink].push_back(link);
    if (room_[interlink] == unlimited) {
        return true;
    }
    if (room_[interlink] < mbit) {
        culprit_ = problem_.links[link].ends.front().node;
        full_ = interlink;
        return false;
    }
    room_[interlink] -= mbit;
    return true;
}

bool interlink_rule::load_pair(std::uint32_t link) {
    const std::uint32_t a = problem_.links[link].ends[0].node;
    const std::uint32_t b = problem_.links[link].ends[1].node;
    const bool one_a = std::has_single_bit(cross_connects_[a]);
    const bool one_b = std::has_single_bit(cross_connects_[b]);
    const auto at_a = static_cast<medium>(std::countr_zero(cross_connects_[a]));
    const auto at_b = static_cast<medium>(std::countr_zero(cross_connects_[b]));
    if (one_a && one_b) {
        return at_a == at_b || load(facts_.interlink_between(at_a, at_b), least_[link], link);
    }
    if (one_b) {
        towards_[a][at_b] += least_[link];
    } else if (one_a) {
        towards_[b][at_a] += least_[link];
    }
    return true;
}

/// A link of many ends: once its ends have one home each, and its hub is decided or can only be one of two.
bool interlink_rule::load_many(const search_state& at, std::uint32_t link) {
    std::vector<std::pair<medium, std::uint64_t>> ends;  // cross-connect, how many are there
    std::uint64_t all = 0;
    for (const problem_end& e : problem_.links[link].ends) {
        if (!std::has_single_bit(cross_connects_[e.node])) {
            return true;
        }
        const auto there = static_cast<medium>(std::countr_zero(cross_connects_[e.node]));
        const auto known = std::find_if(ends.begin(), ends.end(), [&](const auto& one) { return one.first == there; });
        if (known == ends.end()) {
            ends.emplace_back(there, 1);
        } else {
            ++known->second;
        }
        ++all;
    }
    if (ends.size() < 2 || (ends.size() > 2 && at.media(link).size() > 1)) {
        return true;
    }
    const medium hub = at.media(link).size() == 1 ? at.media(link)[0] : ends.front().first;
    for (const auto& [there, count] : ends) {
        if (there != hub &&
            !load(facts_.interlink_between(there, hub), std::min(count, all - count) * least_[link], link)) {
            return false;
        }
    }
    return true;
}

/// Homes at which a node would load an interlink with more than there is left; and whether all nodes that are still
/// open, each at the home that is best for it, load them with more together.
bool interlink_rule::look_at_open_nodes() {
    std::uint64_t room = 0;
    for (const std::uint64_t r : room_) {
        room += r == unlimited ? 0 : r;
    }
    std::uint64_t needed = 0;
    for (std::uint32_t n = 0; n < problem_.nodes.size(); ++n) {
        if (std::has_single_bit(cross_connects_[n])) {
            continue;
        }
        std::uint64_t least = unlimited;
        for (std::uint64_t rest = homes_[n]; rest != 0; rest &= rest - 1) {
            const auto home = static_cast<std::uint32_t>(std::countr_zero(rest));
            if (fits_at(n, home)) {
                least = std::min(least, load_at(n, home));
            } else {
                ruled_out_.emplace_back(n, home);
            }
        }
        needed += least == unlimited ? 0 : least;
        if (least == unlimited || needed > room) {
            culprit_ = n;
            return false;
        }
    }
    return true;
}

bool interlink_rule::fits_at(std::uint32_t node, std::uint32_t home) const {
    const std::uint64_t here = facts_.homes()[home].cross_connects;
    if (!std::has_single_bit(here)) {
        return true;
    }
    const auto from = static_cast<medium>(std::countr_zero(here));
    for (medium x = 0; x < towards_[node].size(); ++x) {
        if (towards_[node][x] == 0 || x == from) {
            continue;
        }
        const std::uint32_t i = facts_.interlink_between(from, x);
        if (i == lab_facts::no_interlink || room_[i] < towards_[node][x]) {
            return false;
        }
    }
    return true;
}

std::uint64_t interlink_rule::neighbours_at_home(std::uint32_t node) const {
    return std::accumulate(towards_[node].begin(), towards_[node].end(), std::uint64_t{0});
}

std::uint64_t interlink_rule::load_at(std::uint32_t node, std::uint32_t home) const {
    const std::uint64_t here = facts_.homes()[home].cross_connects;
    if (!std::has_single_bit(here)) {
        return 0;
    }
    const auto from = static_cast<medium>(std::countr_zero(here));
    std::uint64_t sum = 0;
    for (medium x = 0; x < towards_[node].size(); ++x) {
        if (towards_[node][x] != 0 && x != from) {
            const std::uint32_t i = facts_.interlink_between(from, x);
            sum += i != lab_facts::no_interlink && room_[i] != unlimited ? towards_[node][x] : 0;
        }
    }
    return sum;
}

}  // namespace rollover::placement
