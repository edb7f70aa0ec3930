// How ports reach cross-connects: straight, or over an interlink.
#include "engine/placement/facts.h"

#include <algorithm>

namespace rollover::placement {

namespace {

/// Of a switch: as model::way_to has it, for all cross-connects at once.
std::vector<way_across> ways_of(const model::lab& lab, const model::lab_switch& s) {
    std::vector<way_across> ways;
    const auto is_straight = [&](medium m) {
        return std::any_of(s.trunks.begin(), s.trunks.end(),
                           [&](const model::trunk& t) { return t.cross_connect.value == m; });
    };
    for (const model::trunk& t : s.trunks) {
        for (std::uint32_t i = 0; i < lab.interlinks.size(); ++i) {
            const auto& [a, b] = lab.interlinks[i].ends;
            if (a.cross_connect != t.cross_connect && b.cross_connect != t.cross_connect) {
                continue;
            }
            const medium hub = (a.cross_connect == t.cross_connect ? b : a).cross_connect.value;
            const bool known = std::any_of(ways.begin(), ways.end(), [&](const way_across& w) { return w.hub == hub; });
            if (!known && !is_straight(hub)) {
                ways.push_back({hub, t.cross_connect.value, i});
            }
        }
    }
    std::sort(ways.begin(), ways.end());
    return ways;
}

}  // namespace

void lab_facts::read_ways() {
    if (lab_.interlinks.empty()) {
        return;
    }
    std::map<std::vector<way_across>, std::uint32_t> known{{{}, 0}};
    std::vector<std::uint32_t> of_switch;
    for (const model::lab_switch& s : lab_.switches) {
        const auto [entry, fresh] = known.emplace(ways_of(lab_, s), static_cast<std::uint32_t>(ways_.size()));
        if (fresh) {
            ways_.push_back(entry->first);
        }
        of_switch.push_back(entry->second);
    }
    for (rank d = 0; d < device_count(); ++d) {
        port* p = ports_at(d).data();
        for (const model::interface& described : lab_.at(device_of_rank_[d]).interfaces) {
            p->ways = described.port ? of_switch[described.port->where.value] : p->ways;
            ++p;
        }
    }
}

void lab_facts::read_homes() {
    if (lab_.interlinks.empty() || cross_connects_ > most_homes) {
        return;
    }
    std::map<std::uint64_t, std::uint32_t> known;
    std::uint32_t least = 0;
    for (rank d = 0; d < device_count(); ++d) {
        std::uint64_t on = 0;
        for (const port& p : ports_of(d)) {
            for (const medium m : p.media) {
                if (m < cross_connects_) {
                    on |= std::uint64_t{1} << m;
                    least = least == 0 ? p.load : std::min(least, p.load);
                }
            }
        }
        const auto [entry, fresh] = known.emplace(on, static_cast<std::uint32_t>(homes_.size()));
        if (fresh) {
            homes_.push_back({on, bit_set(device_count())});
        }
        homes_[entry->second].devices.insert(d);
        home_of_.push_back(entry->second);
    }
    if (homes_.size() > most_homes) {
        homes_.clear();
        return;
    }
    least_load_ = std::max(least, std::uint32_t{1});
    between_.assign(cross_connects_ * cross_connects_, no_interlink);
    for (std::uint32_t i = 0; i < lab_.interlinks.size(); ++i) {
        const auto a = lab_.interlinks[i].ends[0].cross_connect.value;
        const auto b = lab_.interlinks[i].ends[1].cross_connect.value;
        between_[a * cross_connects_ + b] = i;
        between_[b * cross_connects_ + a] = i;
    }
}

bool lab_facts::allows(const way_across& w, const port_needs& needs) const {
    const model::traffic_set wanted{needs.passes};
    return (!needs.pair || w.hub < w.from) && lab_.interlinks[w.interlink].passes.has(wanted) &&
           lab_.cross_connects[w.from].passes.has(wanted);
}

const way_across* lab_facts::way_to(const port& p, medium hub, const port_needs& needs) const {
    const auto& ways = across(p);
    const auto found =
        std::lower_bound(ways.begin(), ways.end(), hub, [](const way_across& w, medium m) { return w.hub < m; });
    return found != ways.end() && found->hub == hub && allows(*found, needs) ? &*found : nullptr;
}

std::optional<std::uint32_t> lab_facts::trunk_of(const port& p, medium m) const {
    if (p.on_switch == port::no_switch) {
        return std::nullopt;
    }
    const auto& ways = across(p);
    const auto over = std::find_if(ways.begin(), ways.end(), [&](const way_across& w) { return w.hub == m; });
    const medium arrives = over == ways.end() ? m : over->from;
    for (const auto& [cross_connect, trunk] : trunks_[p.on_switch]) {
        if (cross_connect == arrives) {
            return trunk;
        }
    }
    return std::nullopt;
}

const joined_reach& lab_facts::reach(const port_needs& needs) const {
    const auto [entry, fresh] = reach_.try_emplace(needs);
    if (!fresh) {
        return entry->second;
    }
    joined_reach& made = entry->second;
    made.straight.assign(joined_, bit_set(device_count()));
    made.across.assign(lab_.interlinks.empty() ? 0 : joined_, bit_set(device_count()));
    for (rank d = 0; d < device_count(); ++d) {
        std::uint32_t done = 0;  // the ports of a device are mostly on one switch
        for (const port& p : ports_of(d)) {
            if (!suits(p, needs)) {
                continue;
            }
            for (const medium m : p.media) {
                if (is_joined(m)) {
                    made.straight[m].insert(d);
                }
            }
            for (const way_across& w : p.ways == done ? ways_.front() : across(p)) {
                if (allows(w, needs)) {
                    made.across[w.hub].insert(d);
                }
            }
            done = p.ways;
        }
    }
    return made;
}

}  // namespace rollover::placement
