#include "engine/placement/trunks.h"

#include <algorithm>

namespace rollover::placement {

trunk_rule::trunk_rule(const problem& p) : problem_(p), facts_(*p.facts) {
    const bool may_load = std::any_of(p.links.begin(), p.links.end(), [](const problem_link& l) {
        return l.via == model::link_via::any || l.via == model::link_via::cross_connect;
    });
    matters_ = may_load && facts_.trunk_count() > 0;
    most_.assign(p.nodes.size(), std::vector<std::uint32_t>(facts_.trunk_count(), 0));
    sent_ = most_;
    units_.assign(p.nodes.size(), 0);
    all_sent_ = units_;
    for (std::uint32_t t = 0; t < facts_.trunk_count(); ++t) {
        room_.push_back(facts_.trunk_capacity(t) / facts_.smallest_load());
    }
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
// decided yet may be any of its domain. The flow is kept from call to call and mended.
bool trunk_rule::may_fit(const search_state& at) {
    for (std::uint32_t n = 0; n < problem_.nodes.size(); ++n) {
        ask(at, n);
        take_back(at, n);
    }
    for (std::uint32_t n = 0; n < problem_.nodes.size(); ++n) {
        while (all_sent_[n] < units_[n]) {
            seen_.assign(room_.size(), 0);
            if (!push(at, n)) {
                return false;
            }
            ++all_sent_[n];
        }
    }
    return true;
}

/// How many units a node sends, and where to.
void trunk_rule::ask(const search_state& at, std::uint32_t node) {
    std::uint32_t units = certain_ends(at, node);
    if (units > 0 && at.device_count(node) == 1) {
        const auto& ways = facts_.trunk_ports_of(at.device_of(node));
        units -= std::min(units, ways.elsewhere);
        std::fill(most_[node].begin(), most_[node].end(), 0);
        for (const auto& [trunk, ports] : ways.by_trunk) {
            most_[node][trunk] = ports;
        }
    } else if (units > 0) {
        units = at.devices(node).intersects(facts_.elsewhere()) ? 0 : units;
        std::fill(most_[node].begin(), most_[node].end(), unknown);  // most of it nobody will ask for
    }
    units_[node] = units;
}

/// What a node has sent in an earlier call, and does not send now.
void trunk_rule::take_back(const search_state& at, std::uint32_t node) {
    std::uint32_t kept = 0;
    std::uint32_t rest = all_sent_[node];
    for (std::uint32_t t = 0; rest > 0; ++t) {
        std::uint32_t& sent = sent_[node][t];
        rest -= sent;
        if (sent > 0) {
            const std::uint32_t may = units_[node] == kept ? 0 : std::min(units_[node] - kept, most(at, node, t));
            room_[t] += sent - std::min(sent, may);
            sent = std::min(sent, may);
            kept += sent;
        }
    }
    all_sent_[node] = kept;
}

std::uint32_t trunk_rule::most(const search_state& at, std::uint32_t node, std::uint32_t trunk) {
    std::uint32_t& units = most_[node][trunk];
    if (units == unknown) {
        units = at.devices(node).intersects(facts_.on_trunk(trunk)) ? units_[node] : 0;
    }
    return units;
}

/// One unit more from `node`, others make room where they can go elsewhere.
bool trunk_rule::push(const search_state& at, std::uint32_t node) {
    for (std::uint32_t t = 0; t < room_.size(); ++t) {
        if (seen_[t] != 0 || sent_[node][t] >= most(at, node, t)) {
            continue;
        }
        seen_[t] = 1;
        if (room_[t] > 0) {
            --room_[t];
            ++sent_[node][t];
            return true;
        }
        for (std::uint32_t other = 0; other < sent_.size(); ++other) {
            if (other != node && sent_[other][t] > 0 && push(at, other)) {
                --sent_[other][t];
                ++sent_[node][t];
                return true;
            }
        }
    }
    return false;
}

}  // namespace rollover::placement
