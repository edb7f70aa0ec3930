// Arista EOS: "show running-config". Source: Arista EOS User Manual, "VLANs", "802.1Q Tunneling", "Spanning Tree
// Protocol", "L2 Protocol Forwarding", "LLDP".
#include "engine/base/text.h"
#include "engine/switches/dialect.h"
#include "engine/switches/switchport.h"

#include <fmt/format.h>

namespace rollover::switches {

namespace {

constexpr std::string_view own_lldp = "LLDP of the switch's own";
constexpr std::array<std::pair<std::string_view, model::traffic>, 3> forwarded{
    {{"lacp", model::traffic::lacp}, {"lldp", model::traffic::lldp}, {"stp", model::traffic::stp}}};

std::string forward_key(std::string_view protocol) {
    return fmt::format("forwarding of {}", protocol);
}

/// Profiles of l2-protocol: which protocols each of them forwards.
using profiles = std::map<std::string, std::vector<std::string>, std::less<>>;

struct global_eos {
    bool lldp_runs = true;
    profiles forwards;
};

void take_profiles(const block& one, profiles& all) {
    std::vector<std::string>* now = nullptr;
    for (const auto line : one.lines) {
        if (begins(line, "forwarding profile")) {
            now = &all[std::string(behind(line, "forwarding profile"))];
        } else if (now != nullptr) {
            const auto words = trim(line);
            const auto blank = words.find(' ');
            if (blank != std::string_view::npos && words.substr(words.rfind(' ') + 1) == "forward") {
                now->emplace_back(words.substr(0, blank));
            }
        }
    }
}

void take_global_eos(const block& one, switch_state& state, global_eos& global) {
    const auto line = one.heading;
    if (begins(line, "hostname")) {
        state.name = behind(line, "hostname");
    } else if (begins(line, "vlan")) {
        add_vlans(behind(line, "vlan"), *state.vlans);
    } else if (line == "spanning-tree mode none") {
        state.spanning_tree.reset();
    } else if (begins(line, "no spanning-tree vlan-id")) {
        vlan_set off;
        add_vlans(behind(line, "no spanning-tree vlan-id"), off);
        state.spanning_tree &= ~off;
    } else if (line == "no lldp run") {
        global.lldp_runs = false;
    } else if (line == "l2-protocol") {
        take_profiles(one, global.forwards);
    }
}

port_state port_of_eos(const block& interface, const global_eos& global) {
    port_state port = switchport_of(interface, "");
    bool sends = global.lldp_runs;
    bool takes = global.lldp_runs;
    for (const auto& [protocol, unused] : forwarded) {
        port.others[forward_key(protocol)] = "off";
    }
    for (const auto line : interface.lines) {
        if (begins(line, "l2-protocol forwarding profile")) {
            const auto profile = global.forwards.find(behind(line, "l2-protocol forwarding profile"));
            if (profile != global.forwards.end()) {
                for (const auto& protocol : profile->second) {
                    port.others[forward_key(protocol)] = "on";
                }
            }
        } else if (begins(line, "no lldp transmit")) {
            sends = false;
        } else if (begins(line, "no lldp receive")) {
            takes = false;
        }
    }
    port.others[std::string(own_lldp)] = sends || takes ? "on" : "off";
    return port;
}

class arista_eos final : public dialect {
public:
    std::string_view platform() const noexcept override { return "arista-eos"; }
    std::vector<question> questions() const override { return {{{"show running-config"}, false}}; }

    result<switch_state> read(std::span<const std::string> answers, std::string_view /*name*/) const override {
        switch_state state;
        state.vlans.emplace();
        state.vlans->set(1);
        add_vlans("all", state.spanning_tree);
        global_eos global;
        const auto blocks = blocks_of(answers.empty() ? std::string_view() : std::string_view(answers[0]));
        for (const auto& one : blocks) {
            take_global_eos(one, state, global);
        }
        for (const auto& one : blocks) {
            if (begins(one.heading, "interface")) {
                state.ports.push_back(port_of_eos(one, global));
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
        return {};
    }

    std::vector<wanted_setting> wanted_of_port(std::string_view port, model::traffic_set passes) const override {
        std::vector<wanted_setting> all{
            {std::string(own_lldp), "off", in_interface(port, {"no lldp transmit", "no lldp receive"})}};
        for (const auto& [protocol, traffic] : forwarded) {
            const auto expected = on_or_off(passes, traffic);
            std::vector<std::string> mend{"l2-protocol", "forwarding profile rollover",
                                          fmt::format("{}{} forward", expected == "on" ? "" : "no ", protocol)};
            const auto use = in_interface(port, {"l2-protocol forwarding profile rollover"});
            mend.insert(mend.end(), use.begin(), use.end());
            all.push_back({forward_key(protocol), expected, std::move(mend)});
        }
        return all;
    }
    std::vector<wanted_setting> wanted_of_trunk(std::string_view /*port*/) const override { return {}; }
    /// Ports that switch pass jumbo frames without a word; their MTU is not in the configuration.
    std::uint32_t jumbo_mtu() const noexcept override { return 0; }

    std::vector<std::string> make_vlan(std::uint16_t vlan, std::string_view vlan_name) const override {
        return {fmt::format("vlan {}", vlan), fmt::format("name {}", vlan_name)};
    }
    std::vector<std::string> set_vlan(std::string_view port, std::uint16_t vlan,
                                      std::string_view /*vlan_name*/) const override {
        return in_interface(port, {fmt::format("switchport access vlan {}", vlan)});
    }
    std::vector<std::string> set_mode(std::string_view port, port_mode mode) const override {
        return in_interface(port, {fmt::format("switchport mode {}", name_of(mode))});
    }
    std::vector<std::string> bring_up(std::string_view port) const override {
        return in_interface(port, {"no shutdown"});
    }
    std::vector<std::string> carry(std::string_view port, const vlan_set& missing,
                                   const vlan_set& /*all*/) const override {
        return in_interface(port, {"switchport trunk allowed vlan add " + text_of(missing)});
    }
    std::vector<std::string> no_spanning_tree(const vlan_set& /*where*/) const override {
        return {"spanning-tree mode none"};
    }
    std::vector<std::string> set_jumbo_mtu(std::string_view /*port*/) const override { return {}; }
    std::vector<std::string> set_name(std::string_view name) const override {
        return {fmt::format("hostname {}", name)};
    }
};

}  // namespace

std::unique_ptr<dialect> make_arista_eos() {
    return std::make_unique<arista_eos>();
}

}  // namespace rollover::switches
