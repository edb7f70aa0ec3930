#include "engine/switches/switchport.h"

#include "engine/base/text.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace rollover::switches {

namespace {

void take_mode(std::string_view words, port_state& port) {
    port.mode = words == "access"         ? port_mode::access
                : words == "dot1q-tunnel" ? port_mode::tunnel
                : words == "trunk"        ? port_mode::trunk
                                          : port_mode::other;
    port.mode_text = words;
}

/// "101-104", "add 110", "remove 5", "except 7", "none".
void take_allowed(std::string_view words, vlan_set& carries) {
    vlan_set listed;
    if (begins(words, "add")) {
        add_vlans(behind(words, "add"), carries);
    } else if (begins(words, "remove") || begins(words, "except")) {
        const bool except = begins(words, "except");
        add_vlans(behind(words, except ? "except" : "remove"), listed);
        if (except) {
            add_vlans("all", carries);
        }
        carries &= ~listed;
    } else {
        add_vlans(words, listed);
        carries = listed;
    }
}

}  // namespace

port_state switchport_of(const block& interface, std::string_view negotiated) {
    port_state port;
    port.name = behind(interface.heading, "interface");
    port.mode = negotiated.empty() ? port_mode::access : port_mode::other;
    port.mode_text = negotiated;
    port.vlan = 1;
    port.native = 1;
    port.counts = !is_virtual_interface(port.name);
    add_vlans("all", port.carries);
    bool routed = false;
    for (const auto line : interface.lines) {
        if (begins(line, "switchport mode")) {
            take_mode(behind(line, "switchport mode"), port);
        } else if (begins(line, "switchport access vlan")) {
            port.vlan = vlan_number(behind(line, "switchport access vlan")).value_or(0);
        } else if (begins(line, "switchport trunk allowed vlan")) {
            take_allowed(behind(line, "switchport trunk allowed vlan"), port.carries);
        } else if (begins(line, "switchport trunk native vlan")) {
            port.native = vlan_number(behind(line, "switchport trunk native vlan")).value_or(0);
        } else if (trim(line) == "no switchport") {
            routed = true;
        } else if (trim(line) == "shutdown") {
            port.down = true;
        } else if (begins(line, "channel-group")) {
            const auto words = behind(line, "channel-group");
            port.member_of = "Port-channel" + std::string(words.substr(0, words.find(' ')));
        }
    }
    if (routed || !port.counts) {
        port.mode = port_mode::other;
        port.mode_text = "routed";
        port.vlan = 0;
    }
    if (port.mode != port_mode::trunk) {
        port.carries.reset();
        port.native = 0;
    } else {
        port.vlan = 0;
    }
    return port;
}

bool is_virtual_interface(std::string_view name) noexcept {
    constexpr std::array<std::string_view, 6> kinds{"Vlan", "Loopback", "Tunnel", "Null", "Management", "BDI"};
    return std::ranges::any_of(kinds, [&](std::string_view kind) { return name.starts_with(kind); });
}

std::vector<std::string> in_interface(std::string_view port, std::vector<std::string> lines) {
    lines.insert(lines.begin(), fmt::format("interface {}", port));
    return lines;
}

}  // namespace rollover::switches
