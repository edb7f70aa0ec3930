#include "engine/plan/site_part.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::plan {

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

}  // namespace rollover::plan
