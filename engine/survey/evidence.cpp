#include "engine/survey/evidence.h"

#include "drivers/crossconnect/prober.h"
#include "engine/base/text.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::survey {

using model::interface_reference;

evidence::evidence(const model::lab& /*lab*/, const observation& o) : o_(o) {
    for (const auto& one : o.interfaces) {
        interfaces_[one.which] = &one;
        if (one.says && one.says->address) {
            owners_[*one.says->address].push_back(one.which);
        }
    }
    for (std::size_t spot = 0; spot < o.spots.size(); ++spot) {
        expected_[o.spots[spot].whose].push_back(spot);
        left_alone_ += o.seen[spot].what == spot_seen::kind::in_a_join ? 1U : 0U;
    }
    place_interfaces();
}

void evidence::place_interfaces() {
    for (std::size_t spot = 0; spot < o_.spots.size(); ++spot) {
        const auto should_be = o_.spots[spot].whose;
        for (const auto& source : o_.seen[spot].sources) {
            if (!crossconnect::number_of_mark(source)) {
                alive_.insert(o_.spots[spot].over);
            }
            const auto owners = owners_.find(source);
            if (owners == owners_.end()) {
                continue;
            }
            // Boxes have one address for several of their interfaces: the one that should be there is there.
            if (std::ranges::count(owners->second, should_be) != 0) {
                places_[should_be].right.push_back(spot);
                continue;
            }
            for (const auto owner : owners->second) {
                places_[owner].wrong.push_back(spot);
            }
        }
    }
    // Of several interfaces with one address, those that are where they should be are not elsewhere too.
    for (const auto& [address, owners] : owners_) {
        for (const auto owner : owners) {
            if (owners.size() > 1 && !places_[owner].right.empty()) {
                places_[owner].wrong.clear();
            }
        }
    }
}

const evidence::placing& evidence::places(interface_reference who) const {
    static const placing nowhere;
    const auto found = places_.find(who);
    return found == places_.end() ? nowhere : found->second;
}

const std::vector<std::size_t>& evidence::expected(interface_reference who) const {
    static const std::vector<std::size_t> none;
    const auto found = expected_.find(who);
    return found == expected_.end() ? none : found->second;
}

bool evidence::is_expected(interface_reference who, std::size_t spot) const {
    return std::ranges::count(expected(who), spot) != 0;
}

bool evidence::answered(interface_reference who) const {
    const auto found = interfaces_.find(who);
    return found != interfaces_.end() && found->second->says;
}

/// Where it was seen instead of where it should be.
std::optional<std::size_t> evidence::moved_to(interface_reference who) const {
    const auto& found = places(who);
    if (!found.right.empty()) {
        return std::nullopt;
    }
    if (!found.wrong.empty()) {
        return found.wrong.front();
    }
    const auto seen = interfaces_.find(who);
    const bool counted = seen != interfaces_.end() && seen->second->hears.where;
    return counted && !is_expected(who, *seen->second->hears.where) ? seen->second->hears.where : std::nullopt;
}

std::vector<interface_reference> evidence::ring_from(interface_reference who) const {
    std::vector<interface_reference> ring{who};
    for (auto at = moved_to(who); at; at = moved_to(ring.back())) {
        const auto next = o_.spots[*at].whose;
        if (next == who) {
            return ring;
        }
        if (std::ranges::count(ring, next) != 0) {
            break;  // it goes round further on, without this one
        }
        ring.push_back(next);
    }
    return {};
}

std::string place_words::port_of(std::size_t spot) const {
    const auto& port = *lab_.at(o_.spots[spot].whose).port;
    return fmt::format("port {} of switch {}", port.port, lab_.at(port.where).name);
}

std::string place_words::place_of(std::size_t spot) const {
    const auto& port = *lab_.at(o_.spots[spot].whose).port;
    const bool several = lab_.at(port.where).trunks.size() > 1;
    return fmt::format("{} (VLAN {}{})", port_of(spot), port.vlan,
                       several ? " at cross-connect " + lab_.at(o_.spots[spot].cross_connect).name : "");
}

std::string place_words::trunk_of(std::size_t spot) const {
    const auto& port = *lab_.at(o_.spots[spot].whose).port;
    return fmt::format("trunk {} of switch {} to cross-connect {}", o_.spots[spot].over->port, lab_.at(port.where).name,
                       lab_.at(o_.spots[spot].cross_connect).name);
}

std::string place_words::look_at(std::size_t spot) const {
    return fmt::format("look at its cable, and at {}: rollover lab audit", port_of(spot));
}

std::string place_words::elsewhere(interface_reference who) const {
    const auto name_in = [&](const std::vector<model::fixed_medium>& media, std::string_view kind) -> std::string {
        for (const auto& medium : media) {
            if (std::ranges::count(medium.ends, who) != 0) {
                return fmt::format("{} {}", kind, medium.name);
            }
        }
        return {};
    };
    auto name = name_in(lab_.wires, "wire");
    if (name.empty()) {
        name = name_in(lab_.segments, "segment");
    }
    return name.empty() ? "no cable" : name;
}

std::string place_words::names(const std::vector<interface_reference>& all) const {
    std::vector<std::string> names;
    for (const auto one : all) {
        names.push_back(name_of(lab_, one));
    }
    return join(names, ", ");
}

}  // namespace rollover::survey
