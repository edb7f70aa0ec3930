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

}  // namespace rollover::placement
