#include "engine/placement/trunks.h"

#include <algorithm>
#include <tuple>

namespace rollover::placement {

trunk_rule::trunk_rule(const problem& p) : problem_(p), facts_(*p.facts) {
    const bool may_load = std::any_of(p.links.begin(), p.links.end(), [](const problem_link& l) {
        return l.type == model::interface_type::ethernet &&
               (l.via == model::link_via::any || l.via == model::link_via::cross_connect);
    });
    matters_ = may_load && facts_.trunk_count() > 0;
    most_.assign(p.nodes.size(), std::vector<std::uint32_t>(facts_.trunk_count(), 0));
    sent_ = most_;
}

/// On a cross-connect whatever happens.
bool trunk_rule::only_joined(const media_domain& media) const {
    for (std::size_t i = 0; i < media.size(); ++i) {
        if (!facts_.is_joined(media[i]) || facts_.is_patch(media[i])) {
            return false;
        }
    }
    return media.size() > 0;
}

std::uint32_t trunk_rule::certain_ends(const search_state& at, std::uint32_t node) const {
    return static_cast<std::uint32_t>(std::count_if(problem_.slots[node].begin(), problem_.slots[node].end(),
                                                    [&](const slot& s) { return only_joined(at.media(s.link)); }));
}

// A flow of ends into trunks, each end as small as any: what does not fit so does not fit at all. A device that is not
// decided yet may be any of its domain.
bool trunk_rule::may_fit(const search_state& at) {
    const std::uint32_t unit = facts_.smallest_load();
    room_.clear();
    for (std::uint32_t t = 0; t < facts_.trunk_count(); ++t) {
        room_.push_back(facts_.trunk_capacity(t) / unit);
    }
    for (std::uint32_t n = 0; n < problem_.nodes.size(); ++n) {
        std::fill(most_[n].begin(), most_[n].end(), 0);
        std::fill(sent_[n].begin(), sent_[n].end(), 0);
    }
    for (std::uint32_t n = 0; n < problem_.nodes.size(); ++n) {
        std::uint32_t units = certain_ends(at, n);
        if (units == 0) {
            continue;
        }
        if (at.device_count(n) == 1) {
            const auto& ways = facts_.trunk_ports_of(at.device_of(n));
            units -= std::min(units, ways.elsewhere);
            for (const auto& [trunk, ports] : ways.by_trunk) {
                most_[n][trunk] = ports;
            }
        } else {
            if (at.devices(n).intersects(facts_.elsewhere())) {
                continue;
            }
            for (std::uint32_t t = 0; t < facts_.trunk_count(); ++t) {
                most_[n][t] = at.devices(n).intersects(facts_.on_trunk(t)) ? units : 0;
            }
        }
        if (!place(n, units)) {
            return false;
        }
    }
    return true;
}

bool trunk_rule::place(std::uint32_t node, std::uint32_t units) {
    for (std::uint32_t u = 0; u < units; ++u) {
        seen_.assign(facts_.trunk_count(), 0);
        if (!push(node)) {
            return false;
        }
    }
    return true;
}

/// One unit more from `node`, others make room where they can go elsewhere.
bool trunk_rule::push(std::uint32_t node) {
    for (std::uint32_t t = 0; t < room_.size(); ++t) {
        if (sent_[node][t] >= most_[node][t] || seen_[t] != 0) {
            continue;
        }
        seen_[t] = 1;
        if (room_[t] > 0) {
            --room_[t];
            ++sent_[node][t];
            return true;
        }
        for (std::uint32_t other = 0; other < sent_.size(); ++other) {
            if (other != node && sent_[other][t] > 0 && push(other)) {
                --sent_[other][t];
                ++sent_[node][t];
                return true;
            }
        }
    }
    return false;
}

std::vector<trunk_rule::end> trunk_rule::ends_of(const search_state& at) const {
    std::vector<end> all;
    for (std::uint32_t n = 0; n < problem_.nodes.size(); ++n) {
        const auto& ports = facts_.ports_of(at.device_of(n));
        for (std::uint32_t s = 0; s < problem_.slots[n].size(); ++s) {
            const slot& wanted = problem_.slots[n][s];
            end e{n, s, at.media(wanted.link)[0], {}};
            for (std::uint32_t i = 0; i < ports.size(); ++i) {
                const auto& media = ports[i].media;
                if (suits(ports[i], wanted.needs) && std::binary_search(media.begin(), media.end(), e.by)) {
                    e.ports.push_back(i);
                }
            }
            all.push_back(std::move(e));
        }
    }
    return all;
}

void trunk_rule::begin_choosing(const search_state& at) {
    used_.clear();
    room_.clear();
    device_of_.clear();
    for (std::uint32_t t = 0; t < facts_.trunk_count(); ++t) {
        room_.push_back(facts_.trunk_capacity(t));
    }
    for (std::uint32_t n = 0; n < problem_.nodes.size(); ++n) {
        device_of_.push_back(at.device_of(n));
        used_.emplace_back(facts_.ports_of(device_of_[n]).size(), 0);
    }
}

// Node by node along the flow that `may_fit` finds, which is exact but for pinned names and mixed speeds; where that
// fails, all together.
std::optional<interface_choice> trunk_rule::choose(const search_state& at, std::uint64_t steps) {
    gave_up_ = false;
    if (!may_fit(at)) {
        return std::nullopt;
    }
    interface_choice made;
    for (const auto& slots : problem_.slots) {
        made.emplace_back(slots.size(), 0);
    }
    begin_choosing(at);
    ends_ = ends_of(at);
    steps_ = steps;
    by_quota_ = true;
    if (load_each(made)) {
        return made;
    }
    begin_choosing(at);
    std::sort(ends_.begin(), ends_.end(), [](const end& a, const end& b) {
        return std::tuple(a.ports.size(), a.node, a.slot) < std::tuple(b.ports.size(), b.node, b.slot);
    });
    steps_ = steps;
    gave_up_ = false;
    by_quota_ = false;
    if (!load(0, ends_.size(), made)) {
        return std::nullopt;
    }
    return made;
}

/// The ends lie together by node.
bool trunk_rule::load_each(interface_choice& into) {
    for (std::size_t from = 0; from < ends_.size();) {
        std::size_t to = from;
        while (to < ends_.size() && ends_[to].node == ends_[from].node) {
            ++to;
        }
        if (!load(from, to, into)) {
            return false;
        }
        from = to;
    }
    return true;
}

/// Every way to give the ends `from` to `to` an interface, until one fits.
bool trunk_rule::load(std::size_t from, std::size_t to, interface_choice& into) {
    if (from == to) {
        return true;
    }
    const end& e = ends_[from];
    const auto& ports = facts_.ports_of(device_of_[e.node]);
    for (const std::uint32_t i : e.ports) {
        if (used_[e.node][i] != 0) {
            continue;
        }
        if (steps_ == 0) {
            gave_up_ = true;
            return false;
        }
        --steps_;
        const auto trunk = facts_.trunk_of(ports[i], e.by);
        if (trunk && (room_[*trunk] < ports[i].load || (by_quota_ && quota(e.node, *trunk) == 0))) {
            continue;
        }
        const std::uint32_t units = by_quota_ ? 1 : 0;
        used_[e.node][i] = 1;
        if (trunk) {
            room_[*trunk] -= ports[i].load;
            quota(e.node, *trunk) -= units;
        }
        into[e.node][e.slot] = i;
        if (load(from + 1, to, into)) {
            return true;
        }
        used_[e.node][i] = 0;
        if (trunk) {
            room_[*trunk] += ports[i].load;
            quota(e.node, *trunk) += units;
        }
    }
    return false;
}

}  // namespace rollover::placement
