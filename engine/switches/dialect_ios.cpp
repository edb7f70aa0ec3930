// Cisco IOS on Catalyst switches: "show running-config" and "show system mtu". Source: Catalyst 3560 and 3750 Software
// Configuration Guide, "Configuring IEEE 802.1Q and Layer 2 Protocol Tunneling", "Configuring VTP", "Configuring System
// MTU" (system mtu is kept outside of the configuration); the commands' defaults by the Command Reference.
#include "engine/base/text.h"
#include "engine/switches/dialect.h"
#include "engine/switches/switchport.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace rollover::switches {

namespace {

constexpr std::string_view cdp = "CDP of the switch's own";
constexpr std::string_view lldp = "LLDP of the switch's own";
constexpr std::string_view keepalive = "keepalive";
constexpr std::string_view negotiation = "trunk negotiation (DTP)";
constexpr std::string_view encapsulation = "trunk encapsulation";
constexpr std::string_view vtp = "vtp mode";
constexpr std::array<std::pair<std::string_view, model::traffic>, 4> tunnelled{{{"cdp", model::traffic::cdp},
                                                                                {"lacp", model::traffic::lacp},
                                                                                {"lldp", model::traffic::lldp},
                                                                                {"stp", model::traffic::stp}}};

std::string tunnel_key(std::string_view protocol) {
    return fmt::format("tunnel of {}", protocol);
}

/// The switch as a whole, while its lines are read.
struct global_lines {
    bool cdp_runs = true;
    bool lldp_runs = false;
    bool native_is_tagged = false;
    std::uint32_t mtu = 0;
    std::uint32_t jumbo_mtu = 0;
};

std::uint32_t number_in(std::string_view words) noexcept {
    std::uint32_t number = 0;
    const auto first = std::ranges::find_if(words, [](char c) { return c >= '0' && c <= '9'; });
    const auto skipped = words.substr(static_cast<std::size_t>(first - words.begin()));
    std::from_chars(skipped.data(), skipped.data() + skipped.size(), number);
    return number;
}

void take_global(const block& one, switch_state& state, global_lines& global) {
    const auto line = one.heading;
    if (begins(line, "hostname")) {
        state.name = behind(line, "hostname");
    } else if (begins(line, "vtp mode")) {
        state.others[std::string(vtp)] = behind(line, "vtp mode");
    } else if (begins(line, "vlan") && add_vlans(behind(line, "vlan"), *state.vlans)) {
        return;
    } else if (line == "vlan dot1q tag native") {
        global.native_is_tagged = true;
    } else if (begins(line, "no spanning-tree vlan")) {
        vlan_set off;
        add_vlans(behind(line, "no spanning-tree vlan"), off);
        state.spanning_tree &= ~off;
    } else if (line == "no cdp run") {
        global.cdp_runs = false;
    } else if (line == "lldp run") {
        global.lldp_runs = true;
    } else if (begins(line, "system mtu jumbo")) {
        global.jumbo_mtu = number_in(line);
    } else if (begins(line, "system mtu") && !begins(line, "system mtu routing")) {
        global.mtu = number_in(line);
    }
}

void take_tunnel(std::string_view words, port_state& port) {
    if (begins(words, "drop-threshold") || begins(words, "shutdown-threshold")) {
        return;
    }
    words = begins(words, "point-to-point") ? behind(words, "point-to-point") : words;
    for (const auto& [protocol, unused] : tunnelled) {
        // Without a protocol: those that need no point-to-point.
        if (words == protocol || (words.empty() && (protocol == "cdp" || protocol == "stp"))) {
            port.others[tunnel_key(protocol)] = "on";
        }
    }
}

port_state port_of(const block& interface, const global_lines& global) {
    port_state port = switchport_of(interface, "dynamic");
    bool cdp_here = global.cdp_runs;
    bool sends = global.lldp_runs;
    bool takes = global.lldp_runs;
    auto& others = port.others;
    others[std::string(keepalive)] = "on";
    others[std::string(negotiation)] = "on";
    others[std::string(encapsulation)] = "dot1q";
    for (const auto& [protocol, unused] : tunnelled) {
        others[tunnel_key(protocol)] = "off";
    }
    for (const auto line : interface.lines) {
        if (begins(line, "l2protocol-tunnel")) {
            take_tunnel(behind(line, "l2protocol-tunnel"), port);
        } else if (begins(line, "no cdp enable")) {
            cdp_here = false;
        } else if (begins(line, "no lldp transmit")) {
            sends = false;
        } else if (begins(line, "no lldp receive")) {
            takes = false;
        } else if (begins(line, "no keepalive")) {
            others[std::string(keepalive)] = "off";
        } else if (begins(line, "switchport nonegotiate")) {
            others[std::string(negotiation)] = "off";
        } else if (begins(line, "switchport trunk encapsulation")) {
            others[std::string(encapsulation)] = behind(line, "switchport trunk encapsulation");
        } else if (begins(line, "mtu")) {
            port.mtu = number_in(line);
        }
    }
    if (port.mode == port_mode::tunnel) {  // switches turn CDP off there by themselves
        cdp_here = false;
    }
    others[std::string(cdp)] = cdp_here ? "on" : "off";
    others[std::string(lldp)] = sends || takes ? "on" : "off";
    if (global.native_is_tagged) {
        port.native = 0;
    }
    return port;
}

class cisco_ios final : public dialect {
public:
    std::string_view platform() const noexcept override { return "cisco-ios"; }

    std::vector<question> questions() const override {
        return {{{"show running-config"}, false}, {{"show system mtu"}, true}};
    }

    result<switch_state> read(std::span<const std::string> answers, std::string_view /*name*/) const override {
        switch_state state;
        state.vlans.emplace();
        state.vlans->set(1);
        add_vlans("all", state.spanning_tree);
        state.others[std::string(vtp)] = "server";
        global_lines global;
        const auto blocks = blocks_of(answers.empty() ? std::string_view() : std::string_view(answers[0]));
        for (const auto& one : blocks) {
            take_global(one, state, global);
        }
        if (const auto& mode = state.others[std::string(vtp)]; mode != "transparent" && mode != "off") {
            state.vlans.reset();  // then VLANs are not in the configuration
        }
        for (const auto line : split_lines(answers.size() > 1 ? answers[1] : std::string_view())) {
            global.mtu = begins(line, "System MTU size is") ? number_in(line) : global.mtu;
            global.jumbo_mtu = begins(line, "System Jumbo MTU size is") ? number_in(line) : global.jumbo_mtu;
        }
        for (const auto& one : blocks) {
            if (begins(one.heading, "interface")) {
                auto port = port_of(one, global);
                if (port.mtu == 0) {
                    const bool fast = port.name.starts_with("FastEthernet");
                    port.mtu = global.jumbo_mtu != 0 && !fast ? global.jumbo_mtu : global.mtu;
                }
                state.ports.push_back(std::move(port));
            }
        }
        if (state.ports.empty()) {
            return failure(errc::protocol, "there is no interface in the answer to show running-config");
        }
        return state;
    }

    bool same_port(std::string_view ours, std::string_view theirs) const override {
        return same_abbreviated(ours, theirs);
    }

    std::vector<wanted_setting> wanted(std::string_view /*name*/, model::traffic_set /*passes*/) const override {
        return {{std::string(vtp), "transparent", {"vtp mode transparent"}}};
    }

    std::vector<wanted_setting> wanted_of_port(std::string_view port, model::traffic_set passes) const override {
        std::vector<wanted_setting> all{
            {std::string(cdp), "off", in_interface(port, {"no cdp enable"})},
            {std::string(lldp), "off", in_interface(port, {"no lldp transmit", "no lldp receive"})},
            {std::string(keepalive), "off", in_interface(port, {"no keepalive"})}};
        for (const auto& [protocol, traffic] : tunnelled) {
            const auto expected = on_or_off(passes, traffic);
            const auto command = fmt::format("{}l2protocol-tunnel {}{}", expected == "on" ? "" : "no ",
                                             traffic == model::traffic::lacp ? "point-to-point " : "", protocol);
            all.push_back({tunnel_key(protocol), expected, in_interface(port, {command})});
        }
        return all;
    }

    std::vector<wanted_setting> wanted_of_trunk(std::string_view port) const override {
        return {{std::string(negotiation), "off", in_interface(port, {"switchport nonegotiate"})},
                {std::string(encapsulation), "dot1q", in_interface(port, {"switchport trunk encapsulation dot1q"})}};
    }

    std::uint32_t jumbo_mtu() const noexcept override { return 9004; }

    std::vector<std::string> make_vlan(std::uint16_t vlan, std::string_view vlan_name) const override {
        return {fmt::format("vlan {}", vlan), fmt::format("name {}", vlan_name)};
    }
    std::vector<std::string> set_vlan(std::string_view port, std::uint16_t vlan,
                                      std::string_view /*vlan_name*/) const override {
        return in_interface(port, {fmt::format("switchport access vlan {}", vlan)});
    }
    std::vector<std::string> set_mode(std::string_view port, port_mode mode) const override {
        auto lines = in_interface(port, {fmt::format("switchport mode {}", name_of(mode))});
        if (mode == port_mode::trunk) {
            lines.insert(lines.begin() + 1, "switchport trunk encapsulation dot1q");
        }
        return lines;
    }
    std::vector<std::string> bring_up(std::string_view port) const override {
        return in_interface(port, {"no shutdown"});
    }
    std::vector<std::string> carry(std::string_view port, const vlan_set& missing,
                                   const vlan_set& /*all*/) const override {
        return in_interface(port, {"switchport trunk allowed vlan add " + text_of(missing)});
    }
    std::vector<std::string> no_spanning_tree(const vlan_set& /*where*/) const override {
        return {"no spanning-tree vlan 1-4094"};
    }
    std::vector<std::string> set_jumbo_mtu(std::string_view /*port*/) const override {
        return {"system mtu jumbo 9198 (and reload)"};
    }
    std::vector<std::string> set_name(std::string_view name) const override {
        return {fmt::format("hostname {}", name)};
    }
};

}  // namespace

std::unique_ptr<dialect> make_cisco_ios() {
    return std::make_unique<cisco_ios>();
}

}  // namespace rollover::switches
