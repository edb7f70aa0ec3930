#include "drivers/crossconnect/join_places.h"

#include "engine/base/text.h"

#include <fmt/format.h>

namespace rollover::crossconnect {

namespace {

constexpr std::size_t longest_name = 200;
constexpr std::uint32_t not_made_yet = 0xff00'0000U;  ///< numbers for ports that have none, above all of OpenFlow's

/// A port of the bridge that a trunk arrives at.
result<std::uint32_t> find_port(const bridge_state& state, const std::string& name) {
    std::vector<std::string> names;
    std::uint32_t last = 0;
    for (const auto& port : state.ports) {
        if (is_ours(port) || port.number == 0) {
            continue;
        }
        if (port.name == name) {
            return port.number;
        }
        names.push_back(port.name);
        last = port.number;
    }
    if (name.empty() && names.size() == 1) {
        return last;
    }
    if (name.empty()) {
        return failure(errc::not_found,
                       fmt::format("the trunk's port is not named and the bridge has {} ports", names.size()))
            .advise("name it in the lab file: <trunk ... cross-connect-port=\"...\"/>");
    }
    return failure(errc::not_found, fmt::format("the bridge has no working port {}", name))
        .advise(names.empty() ? "it has no working port at all" : "its ports are " + rollover::join(names, ", "));
}

result<void> check_name(const std::string& name) {
    const bool unprintable =
        std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    if (name.empty() || name.size() > longest_name || unprintable) {
        return failure(errc::bad_input,
                       fmt::format("the name of a join is 1 to {} bytes without control characters, not \"{}\"",
                                   longest_name, printable(name)));
    }
    return {};
}

result<void> add_members(const bridge_state& state, const join& wanted, std::set<place>& into) {
    for (const auto& member : wanted.members) {
        if (member.vlan < 1 || member.vlan > 4094) {
            return failure(errc::bad_input,
                           fmt::format("join {}: VLAN {} is not in 1..4094", wanted.name, member.vlan));
        }
        const auto port = find_port(state, member.port);
        if (!port) {
            return failure(port.error()).at("join " + wanted.name);
        }
        if (!into.insert({*port, member.vlan, 0}).second) {
            return failure(errc::bad_input, fmt::format("join {}: VLAN {} is in it twice", wanted.name, member.vlan));
        }
    }
    return {};
}

result<void> add_tunnels(const join& wanted, own_ports& ports, std::set<place>& into) {
    for (const auto& one : wanted.tunnels) {
        const auto to = checked_tunnel(one);
        if (!to) {
            return failure(to.error()).at("join " + wanted.name);
        }
        const auto port = ports.number_for(*to);
        if (!port) {
            return failure(port.error()).at("join " + wanted.name);
        }
        if (!into.insert({*port, 0, to->vni}).second) {
            return failure(errc::bad_input,
                           fmt::format("join {}: VNI {} to {} is in it twice", wanted.name, to->vni, to->remote));
        }
    }
    return {};
}

/// A way for each member; `into` has the members.
result<void> add_ways(const bridge_state& state, const join& wanted, own_ports& ports, route& into) {
    if (auto good = check_shape(*wanted.shaped); !good) {
        return good;
    }
    for (const auto& member : into.ends) {
        const attachment at{port_name(state, member.port), member.vlan};
        const auto numbers = ports.numbers_for(way_to(state.bridge, wanted.name, at, *wanted.shaped));
        if (!numbers) {
            return numbers.error();
        }
        into.ways.emplace(member, *numbers);
    }
    return {};
}

}  // namespace

const bridge_port* port_of(const bridge_state& state, std::uint32_t number) {
    const auto found =
        std::find_if(state.ports.begin(), state.ports.end(), [&](const auto& one) { return one.number == number; });
    return number == 0 || found == state.ports.end() ? nullptr : &*found;
}

std::string port_name(const bridge_state& state, std::uint32_t number) {
    const auto* port = port_of(state, number);
    return port == nullptr ? fmt::format("#{}", number) : port->name;
}

std::vector<flow_rule> rules_of(const route& by, std::uint64_t cookie, const std::string& name) {
    std::vector<flow_rule> rules;
    const auto add = [&](const place& from, std::vector<place> targets) {
        std::sort(targets.begin(), targets.end());
        rules.push_back({cookie, name, by.shaped, from, std::move(targets), true});
    };
    for (const auto& entering : by.ends) {
        std::vector<place> targets;
        for (const auto& other : by.ends) {
            const auto way = by.ways.find(other);
            if (other != entering) {
                targets.push_back(way == by.ways.end() ? other : place{way->second.entry, other.vlan, 0});
            }
        }
        add(entering, std::move(targets));
    }
    for (const auto& [member, way] : by.ways) {
        add({way.exit, member.vlan, 0}, {member});
    }
    std::sort(rules.begin(), rules.end(), [](const auto& a, const auto& b) { return a.from < b.from; });
    return rules;
}

result<std::uint32_t> own_ports::number_for(bridge_port port) {
    const auto [known, fresh] = wanted_.try_emplace(port.name, wanted{port, 0});
    if (!fresh) {
        return same_settings(known->second.port, port)
                   ? result<std::uint32_t>(known->second.number)
                   : failure(errc::bad_input, "two tunnels to one address have different MTUs");
    }
    const auto found = std::find_if(state_.ports.begin(), state_.ports.end(),
                                    [&](const bridge_port& one) { return one.name == port.name; });
    const bool there = found != state_.ports.end();
    if (there && !is_ours(*found)) {
        return failure(errc::busy,
                       fmt::format("port {} is there and has no external_ids:rollover, so it is not ours", port.name))
            .advise(fmt::format("take it away: ovs-vsctl del-port {} {}", state_.bridge, port.name));
    }
    const bool works = there && found->number != 0;
    known->second.number = works ? found->number : not_made_yet + static_cast<std::uint32_t>(wanted_.size());
    if (!works || !same_settings(*found, port)) {
        missing_.push_back(std::move(port));
    }
    return known->second.number;
}

result<route::way_ports> own_ports::numbers_for(const way& one) {
    const auto before = missing_.size();
    const auto entry = number_for(port_for_way(one.entry));
    if (!entry) {
        return entry.error();
    }
    const auto exit = number_for(port_for_way(one.exit));
    if (!exit) {
        return exit.error();
    }
    const auto qdisc = state_.qdiscs.find(one.entry);
    if (missing_.size() != before) {
        links_.push_back(one);
    }
    if (missing_.size() != before || qdisc == state_.qdiscs.end() || qdisc->second != qdisc_kind(one.shaped)) {
        qdiscs_.push_back(one);
    }
    return route::way_ports{*entry, *exit};
}

void own_ports::take_missing(change& into) {
    into.ports = std::move(missing_);
    into.links = std::move(links_);
    into.qdiscs = std::move(qdiscs_);
}

std::vector<std::string> own_ports::unused(const std::set<std::uint32_t>& numbers) const {
    std::vector<std::string> names;
    for (const auto& port : state_.ports) {
        if (is_ours(port) && !wanted_.contains(port.name) && !numbers.contains(port.number)) {
            names.push_back(port.name);
        }
    }
    return names;
}

result<route> route_of(const bridge_state& state, const join& wanted, own_ports& ports) {
    if (auto named = check_name(wanted.name); !named) {
        return named.error();
    }
    route found;
    found.shaped = wanted.shaped;
    if (auto added = add_members(state, wanted, found.ends); !added) {
        return added.error();
    }
    if (wanted.shaped) {
        if (auto added = add_ways(state, wanted, ports, found); !added) {
            return failure(added.error()).at("join " + wanted.name);
        }
    }
    if (auto added = add_tunnels(wanted, ports, found.ends); !added) {
        return added.error();
    }
    if (found.ends.size() < 2) {
        return failure(errc::bad_input, fmt::format("join {} has fewer than 2 members and tunnels", wanted.name));
    }
    return found;
}

}  // namespace rollover::crossconnect
