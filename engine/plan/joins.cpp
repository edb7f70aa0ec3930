// A link on cross-connects, as joins: on one, or on its hub and on those around it, with a tunnel to each.
#include "engine/plan/plan.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::plan {

namespace {

/// Ends of tunnels of one interlink that have their hub at its second cross-connect take the upper half of the numbers.
constexpr std::uint32_t upper_half = model::vnis_of_interlink / 2;

std::uint16_t lowest_vlan(const planned_join& j) {
    return std::ranges::min_element(j.members, {}, &member::vlan)->vlan;
}

/// Of the tunnel between a hub and the cross-connect at the other end of `across`, seen from the hub.
planned_tunnel tunnel_from(const model::lab& lab, const planned_join& hub, model::interlink_index across) {
    const model::interlink& il = lab.at(across);
    const std::size_t here = il.ends[0].cross_connect == hub.cross_connect ? 0 : 1;
    // A VLAN is in one join of a cross-connect, so the lowest of the hub's members tells this link from all others.
    const std::uint32_t vni = il.vni + (here == 0 ? 0 : upper_half) + lowest_vlan(hub);
    return {across, il.ends.at(here).address, il.ends.at(1 - here).address, vni, il.port, il.mtu};
}

planned_tunnel turned(planned_tunnel t) {
    std::swap(t.local, t.remote);
    return t;
}

}  // namespace

result<std::vector<planned_join>> joins_of(const model::lab& lab, const model::link& link,
                                           const placement::placed_link& placed) {
    const auto hub_index = placed.by.cross_connect;
    std::vector<planned_join> joins{{hub_index, link.name, {}, {}, link.shaped}};
    std::vector<model::interlink_index> crossed;  // of each join but the hub's
    for (const model::interface_reference& end : placed.ends) {
        const auto way = model::way_to(lab, end, hub_index);
        if (!way) {
            return failure(errc::not_found, fmt::format("link {}: {} has no way to cross-connect {}", link.name,
                                                        model::name_of(lab, end), lab.at(hub_index).name));
        }
        const auto where = way->over->cross_connect;
        auto found = std::ranges::find(joins, where, &planned_join::cross_connect);
        if (found == joins.end()) {
            crossed.push_back(*way->across);
            found = joins.insert(joins.end(), {where, link.name, {}, {}, link.shaped});
        }
        found->members.push_back({end, way->over->cross_connect_port, lab.at(end).port->vlan});
    }
    if (joins.front().members.empty()) {
        return failure(errc::not_found, fmt::format("link {}: no end of it is straight on cross-connect {}", link.name,
                                                    lab.at(hub_index).name));
    }
    for (std::size_t i = 0; i < crossed.size(); ++i) {
        const auto out = tunnel_from(lab, joins.front(), crossed[i]);
        joins.front().tunnels.push_back(out);
        joins[i + 1].tunnels.push_back(turned(out));
    }
    return joins;
}

}  // namespace rollover::plan
