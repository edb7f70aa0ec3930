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

result<std::uint32_t> own_ports::number_for(const tunnel& to) {
    auto port = port_for(state_.bridge, to);
    const auto [known, fresh] = wanted_.try_emplace(port.name, wanted{port, 0});
    if (!fresh) {
        return same_settings(known->second.port, port)
                   ? result<std::uint32_t>(known->second.number)
                   : failure(errc::bad_input, fmt::format("tunnels to {} have different MTUs", to.remote));
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

std::vector<std::string> own_ports::unused(const std::map<place, std::string>& in_use) const {
    std::set<std::uint32_t> numbers;
    for (const auto& [place, user] : in_use) {
        numbers.insert(place.port);
    }
    std::vector<std::string> names;
    for (const auto& port : state_.ports) {
        if (is_ours(port) && !wanted_.contains(port.name) && !numbers.contains(port.number)) {
            names.push_back(port.name);
        }
    }
    return names;
}

result<std::set<place>> places_of(const bridge_state& state, const join& wanted, own_ports& ports) {
    if (auto named = check_name(wanted.name); !named) {
        return named.error();
    }
    if (wanted.shaped) {
        return failure(errc::unsupported,
                       fmt::format("join {}: this driver has no delay, loss or rate yet", wanted.name));
    }
    std::set<place> members;
    if (auto added = add_members(state, wanted, members); !added) {
        return added.error();
    }
    if (auto added = add_tunnels(wanted, ports, members); !added) {
        return added.error();
    }
    if (members.size() < 2) {
        return failure(errc::bad_input, fmt::format("join {} has fewer than 2 members and tunnels", wanted.name));
    }
    return members;
}

}  // namespace rollover::crossconnect
