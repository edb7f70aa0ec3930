#include "engine/placement/verify_joins.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>

namespace rollover::placement {

namespace {

using words = std::optional<std::string>;

words check_across(const request& r, const model::link& wanted, const placed_link& made, const model::way& w) {
    const model::interlink& i = r.lab.at(*w.across);
    if (!i.passes.has(wanted.needs)) {
        return fmt::format("link {}: interlink {} does not pass what it needs", wanted.name, i.name);
    }
    if (!r.lab.at(w.over->cross_connect).passes.has(wanted.needs)) {
        return fmt::format("link {}: cross-connect {} does not pass what it needs", wanted.name,
                           r.lab.at(w.over->cross_connect).name);
    }
    if (made.ends.size() == 2 && w.over->cross_connect < made.by.cross_connect) {
        return fmt::format("link {}: over interlink {} its hub is cross-connect {}", wanted.name, i.name,
                           r.lab.at(w.over->cross_connect).name);
    }
    return {};
}

std::uint64_t load_of(const model::lab& lab, model::interface_reference e) {
    constexpr std::uint32_t usual_speed = 1000;
    return lab.at(e).speed > 0 ? lab.at(e).speed : usual_speed;
}

}  // namespace

words check_hub(const request& r, const model::link& wanted, const placed_link& made) {
    if (made.by.cross_connect.value >= r.lab.cross_connects.size()) {
        return fmt::format("link {}: no such cross-connect", wanted.name);
    }
    bool straight = false;
    for (const model::interface_reference& e : made.ends) {
        const auto way = model::way_to(r.lab, e, made.by.cross_connect);
        if (!way) {
            return fmt::format("link {}: {} {} does not reach the cross-connect", wanted.name, r.lab.at(e.device).name,
                               r.lab.at(e).name);
        }
        straight = straight || !way->across;
        if (way->across) {
            if (words breach = check_across(r, wanted, made, *way)) {
                return breach;
            }
        }
    }
    if (!straight) {
        return fmt::format("link {}: no end of it is straight on cross-connect {}", wanted.name,
                           r.lab.at(made.by.cross_connect).name);
    }
    if (!r.lab.at(made.by.cross_connect).passes.has(wanted.needs)) {
        return fmt::format("link {}: the cross-connect does not pass what it needs", wanted.name);
    }
    return {};
}

words check_loads(const request& r, const placement& p) {
    std::map<const model::trunk*, std::uint64_t> trunks;
    std::map<model::interlink_index, std::uint64_t> interlinks;
    for (const placed_link& l : p.links) {
        if (l.by.what != carrier::kind::cross_connect) {
            continue;
        }
        std::uint64_t all = 0;
        std::map<model::interlink_index, std::uint64_t> across;
        for (const model::interface_reference& e : l.ends) {
            const std::uint64_t load = load_of(r.lab, e);
            const auto way = model::way_to(r.lab, e, l.by.cross_connect);
            trunks[way->over] += load;
            all += load;
            if (way->across) {
                across[*way->across] += load;
            }
        }
        for (const auto& [interlink, load] : across) {
            interlinks[interlink] += std::min(load, all - load);
        }
    }
    for (const auto& [trunk, load] : trunks) {
        if (trunk->capacity > 0 && load > trunk->capacity) {
            return fmt::format("trunk {} is loaded with {} Mbit/s, and takes {}", trunk->port, load, trunk->capacity);
        }
    }
    for (const auto& [interlink, load] : interlinks) {
        const model::interlink& i = r.lab.at(interlink);
        if (i.capacity > 0 && load > i.capacity) {
            return fmt::format("interlink {} is loaded with {} Mbit/s, and takes {}", i.name, load, i.capacity);
        }
    }
    return {};
}

}  // namespace rollover::placement
