#include "engine/plan/site_part.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::plan {

namespace {

bool same_member(const member& a, const member& b) {
    return a.interface == b.interface && a.port == b.port && a.vlan == b.vlan;
}

bool same_tunnel(const planned_tunnel& a, const planned_tunnel& b) {
    return a.across == b.across && a.local == b.local && a.remote == b.remote && a.vni == b.vni && a.port == b.port &&
           a.mtu == b.mtu;
}

bool same_shape(const model::shape& a, const model::shape& b) {
    return a.delay == b.delay && a.jitter == b.jitter && a.loss_per_million == b.loss_per_million && a.rate == b.rate;
}

bool same_join(const planned_join& a, const planned_join& b) {
    return a.cross_connect == b.cross_connect && a.link == b.link &&
           std::ranges::equal(a.members, b.members, same_member) &&
           std::ranges::equal(a.tunnels, b.tunnels, same_tunnel) && same_shape(a.shaped, b.shaped);
}

}  // namespace

plan part_at(const model::lab& lab, const plan& whole, const std::string& site) {
    const auto is_here = [&](model::site_index i) { return lab.at(i).name == site; };
    plan out = whole;
    std::erase_if(out.devices, [&](const device_plan& d) { return !is_here(lab.at(d.device).site); });
    std::erase_if(out.joins, [&](const planned_join& j) { return !is_here(lab.at(j.cross_connect).site); });
    // Both ends of a patch are at one site.
    std::erase_if(out.patches, [&](const planned_patch& p) { return !is_here(lab.at(p.ends[0].device).site); });
    out.time = {};
    for (const auto& one : out.devices) {
        out.time = std::max(out.time, one.typing_time);
    }
    return out;
}

result<void> can_be_parted(const model::lab& lab, const plan& whole) {
    for (const auto& join : whole.joins) {
        const auto& where = lab.at(join.cross_connect);
        const auto is_there = [&](const device_plan& d) { return lab.at(d.device).site == where.site; };
        if (std::ranges::none_of(whole.devices, is_there)) {
            return failure(errc::impossible,
                           fmt::format("link {} is joined on cross-connect {} of site {}, where no device of this "
                                       "topology is: no host that works on it sets that cross-connect",
                                       join.link, where.name, lab.at(where.site).name))
                .advise("let one service serve all these sites");
        }
    }
    return {};
}

bool same_joins(const std::vector<planned_join>& a, const std::vector<planned_join>& b) {
    return std::ranges::equal(a, b, same_join);
}

}  // namespace rollover::plan
