#include "drivers/crossconnect/linux_bridge_standing.h"

#include <charconv>
#include <fmt/format.h>
#include <tuple>

namespace rollover::crossconnect {

namespace {

constexpr std::uint32_t outer_and_inner = 8 + 8 + 14 + 8;  // UDP, VXLAN, inner Ethernet, two tags of the users

std::uint32_t overhead_of(const tunnel& t) {
    return outer_and_inner + (t.remote.find(':') == std::string::npos ? 20U : 40U);
}

/// Adds what is wrong with a device as a port of a bridge of ours.
void judge_port(const link_state& port, std::vector<std::string>& faults) {
    const auto tell = [&](bool wrong, std::string_view what) {
        if (wrong) {
            faults.push_back(fmt::format("{} {}", port.name, what));
        }
    };
    tell(!port.up, "is down");
    tell(port.addresses != "none", "gets an IPv6 address of the host");
    tell(port.port && port.port->learning, "learns addresses");
    tell(port.port && !port.port->floods, "does not flood");
    tell(port.port && port.port->hairpin, "sends frames back (hairpin)");
    tell(port.port && port.port->restricted, "is isolated or locked, or answers for neighbours");
    tell(port.port && port.port->forwards != our_port_settings.forwards, "does not forward LACP");
}

void judge_bridge(const link_state& bridge, std::vector<std::string>& faults) {
    const auto tell = [&](bool wrong, std::string_view what) {
        if (wrong) {
            faults.push_back(fmt::format("{} {}", bridge.name, what));
        }
    };
    const auto has = bridge.bridge.value_or(bridge_settings());
    tell(!bridge.up, "is down");
    tell(bridge.arp, "answers ARP for the host");
    tell(bridge.addresses != "none", "gets an IPv6 address of the host");
    tell(has.spanning_tree, "runs STP");
    tell(has.snooping, "snoops multicast");
    tell(has.vlan_filtering, "filters VLANs");
    tell(has.ageing != 0, "learns addresses");
    tell(has.forwards != our_bridge_settings.forwards, "does not forward LLDP and the like");
}

/// Members and tunnels of a bridge, and their faults.
void add_port(const linux_state& state, const link_state& port, standing_bridge& to) {
    judge_port(port, to.faults);
    const auto mark = owner_of_alias(port.alias);
    if (!mark || mark->bridge != to.bridge) {
        to.faults.push_back(fmt::format("{} is not marked as its member", port.name));
    }
    if (port.vxlan) {
        auto t = *port.vxlan;
        t.mtu = port.mtu + overhead_of(t);
        to.what.tunnels.push_back(std::move(t));
        return;
    }
    to.what.members.push_back(attachment_of(port));
    if (!is_claimed(port)) {
        to.faults.push_back(fmt::format("{} is not claimed", port.name));
    }
    if (port.mtu < mtu_of_member(state, port)) {
        to.faults.push_back(fmt::format("{} has an MTU of {}", port.name, port.mtu));
    }
}

/// The shape that all members have.
void add_shape(const linux_state& state, const std::vector<const link_state*>& ports, standing_bridge& to) {
    for (const auto* port : ports) {
        if (!port->vxlan && !to.what.shaped && has_our_discipline(state, port->name)) {
            to.what.shaped = state.disciplines.at(port->name).shaped.value_or(shape());
        }
    }
    for (const auto* port : ports) {
        if (!port->vxlan && !is_shaped_as(state, port->name, to.what.shaped)) {
            to.faults.push_back(fmt::format("{} does not delay, lose and limit as its join", port->name));
        }
    }
}

}  // namespace

const link_state* find_link(const linux_state& state, const std::string& name) {
    const auto found = state.links.find(name);
    return found == state.links.end() ? nullptr : &found->second;
}

std::map<std::string, std::vector<const link_state*>> ports_by_bridge(const linux_state& state) {
    std::map<std::string, std::vector<const link_state*>> ports;
    for (const auto& [name, one] : state.links) {
        if (!one.master.empty()) {
            ports[one.master].push_back(&one);
        }
    }
    return ports;
}

const link_state* device_of(const linux_state& state, const attachment& at) {
    // The usual name first: with thousands of devices the search is not cheap.
    const auto* const named = find_link(state, fmt::format("{}.{}", at.port, at.vlan));
    if (named != nullptr && (named->kind != "vlan" || (named->parent == at.port && named->vlan == at.vlan))) {
        return named;
    }
    const auto found = std::find_if(state.links.begin(), state.links.end(), [&](const auto& one) {
        return one.second.vlan == at.vlan && one.second.parent == at.port;
    });
    return found == state.links.end() ? nullptr : &found->second;
}

attachment attachment_of(const link_state& device) {
    if (device.vlan != 0 && !device.parent.empty()) {
        return {device.parent, device.vlan};
    }
    const auto dot = device.name.rfind('.');
    std::uint16_t vlan = 0;
    if (dot != std::string::npos) {
        const auto* const end_of_name = device.name.data() + device.name.size();
        const auto [end, error] = std::from_chars(device.name.data() + dot + 1, end_of_name, vlan);
        if (error == std::errc{} && end == end_of_name) {
            return {device.name.substr(0, dot), vlan};
        }
    }
    return {device.name, 0};
}

std::uint32_t mtu_of_member(const linux_state& state, const link_state& device) {
    auto most = device.most_mtu == 0 ? device.mtu : device.most_mtu;
    if (device.kind == "vlan") {
        const auto* const below = find_link(state, device.parent);
        most = below == nullptr ? device.mtu : below->mtu;
    }
    return std::max(device.mtu, std::min(most, wanted_mtu));
}

std::uint32_t mtu_inside(const tunnel& t) {
    const auto overhead = overhead_of(t);
    return t.mtu > overhead ? t.mtu - overhead : 0;
}

std::int64_t microseconds_of(duration d) {
    return std::chrono::duration_cast<std::chrono::microseconds>(d).count();
}

std::string discipline_of(const std::optional<shape>& shaped) {
    if (!shaped || *shaped == shape()) {
        return {};
    }
    const bool rate_alone = microseconds_of(shaped->delay) == 0 && shaped->loss_per_million == 0;
    return rate_alone ? "tbf" : "netem";
}

bool has_our_discipline(const linux_state& state, const std::string& device) {
    const auto found = state.disciplines.find(device);
    return found != state.disciplines.end() && found->second.handle == our_discipline;
}

bool is_shaped_as(const linux_state& state, const std::string& device, const std::optional<shape>& shaped) {
    const auto kind = discipline_of(shaped);
    if (!has_our_discipline(state, device)) {
        return kind.empty();
    }
    const auto& has = state.disciplines.at(device);
    const auto about = [](std::int64_t a, std::int64_t b) { return a - b <= 1 && b - a <= 1; };
    return !kind.empty() && has.kind == kind && has.shaped &&
           about(microseconds_of(has.shaped->delay), microseconds_of(shaped->delay)) &&
           about(microseconds_of(has.shaped->jitter), microseconds_of(shaped->jitter)) &&
           about(has.shaped->loss_per_million, shaped->loss_per_million) && has.shaped->rate == shaped->rate;
}

std::vector<standing_bridge> standing_bridges(const linux_state& state, std::string_view prefix) {
    const auto ports = ports_by_bridge(state);
    std::vector<standing_bridge> all;
    for (const auto& [name, link] : state.links) {
        if (!is_our_bridge(link, prefix)) {
            continue;
        }
        standing_bridge one;
        one.bridge = name;
        const auto join_name = join_of_alias(link.alias);
        one.what.name = join_name.value_or(name);
        if (!join_name) {
            one.faults.push_back(fmt::format("{} has lost the name of its join", name));
        }
        judge_bridge(link, one.faults);
        if (const auto found = ports.find(name); found != ports.end()) {
            for (const auto* port : found->second) {
                add_port(state, *port, one);
            }
            add_shape(state, found->second, one);
        }
        std::sort(one.what.members.begin(), one.what.members.end());
        std::sort(one.what.tunnels.begin(), one.what.tunnels.end());
        all.push_back(std::move(one));
    }
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
        return std::tie(a.what.name, a.bridge) < std::tie(b.what.name, b.bridge);
    });
    return all;
}

}  // namespace rollover::crossconnect
