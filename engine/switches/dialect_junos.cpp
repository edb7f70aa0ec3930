// Junos on EX switches: "show configuration | display set". Source: Junos Ethernet Switching User Guide: bridging and
// VLANs (ELS: interface-mode; before it: port-mode), Layer 2 protocol tunneling (mac-rewrite), spanning tree protocols.
#include "engine/base/text.h"
#include "engine/switches/dialect.h"
#include "engine/switches/set_text.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace rollover::switches {

namespace {

using words = std::vector<std::string_view>;

constexpr std::array<std::pair<std::string_view, model::traffic>, 4> rewritten{{{"cdp", model::traffic::cdp},
                                                                                {"lacp", model::traffic::lacp},
                                                                                {"lldp", model::traffic::lldp},
                                                                                {"stp", model::traffic::stp}}};

constexpr std::uint32_t usual_mtu = 1514;

std::string rewrite_key(std::string_view protocol) {
    return fmt::format("mac-rewrite of {}", protocol);
}

std::string_view word_at(const words& w, std::size_t i) noexcept {
    return i < w.size() ? w[i] : std::string_view();
}

bool way_is(const words& w, std::initializer_list<std::string_view> way) {
    return w.size() >= way.size() && std::equal(way.begin(), way.end(), w.begin(), [](auto expected, auto word) {
               return expected.empty() || expected == word;  // an empty one stands for any
           });
}

/// "ge-0/0/1" of "ge-0/0/1.0".
std::string_view physical(std::string_view name) noexcept {
    return name.substr(0, name.rfind('.'));
}

/// All that is said of a port, until the VLANs' numbers are known.
struct port_words {
    port_state state;
    bool switches_frames = false;
    std::vector<std::string_view> members;
    std::uint16_t native = 0;
};

class junos_reading {
public:
    result<switch_state> read(std::string_view text) {
        state_.vlans.emplace();
        for (const auto& statement : statements_of(text)) {
            take(statement);
        }
        if (state_.name.empty() && ports_.empty()) {
            return failure(errc::protocol, "there is no statement in the answer to show configuration | display set");
        }
        take_members();
        std::vector<std::string> running;
        std::ranges::set_difference(spanning_trees_, disabled_, std::back_inserter(running));
        state_.others["spanning tree protocols"] = running.empty() ? "none" : join(running, ", ");
        for (auto& [name, port] : ports_) {
            // The usual MTU is not written down; without the header it is 1,500.
            port.state.mtu = port.state.mtu == 0 ? usual_mtu : port.state.mtu;
            finish(port);
            state_.ports.push_back(std::move(port.state));
        }
        return std::move(state_);
    }

private:
    void take(const words& w) {
        if (way_is(w, {"system", "host-name"})) {
            state_.name = word_at(w, 2);
        } else if (way_is(w, {"vlans", "", "vlan-id"})) {
            if (const auto number = vlan_number(word_at(w, 3))) {
                numbers_[std::string(w[1])] = *number;
                state_.vlans->set(*number);
            }
        } else if (way_is(w, {"vlans", "", "vlan-id-list"}) || way_is(w, {"vlans", "", "vlan-range"})) {
            add_vlans(word_at(w, 3), *state_.vlans);
        } else if (way_is(w, {"vlans", "", "interface"}) && w.size() > 3) {  // before ELS: the VLAN names its ports
            port(w[3]).members.push_back(w[1]);
        } else if (way_is(w, {"interfaces"}) && w.size() > 2) {
            take_interface(w);
        } else if (way_is(w, {"protocols"})) {
            take_protocol(w);
        }
    }

    port_words& port(std::string_view name) {
        const auto [found, is_new] = ports_.try_emplace(std::string(physical(name)));
        if (is_new) {
            found->second.state.name = physical(name);
            for (const auto& [protocol, unused] : rewritten) {
                found->second.state.others[rewrite_key(protocol)] = "off";
            }
        }
        return found->second;
    }

    void take_interface(const words& w) {
        if (w[1] == "interface-range") {
            take_range(w);
            return;
        }
        auto& one = port(w[1]);
        if (w[2] == "disable" || (way_is(w, {"interfaces", "", "unit", "0", "disable"}))) {
            one.state.down = true;
        } else if (w[2] == "mtu") {
            const auto text = word_at(w, 3);
            std::from_chars(text.data(), text.data() + text.size(), one.state.mtu);
        } else if (w[2] == "native-vlan-id") {
            one.native = vlan_number(word_at(w, 3)).value_or(0);
        } else if (way_is(w, {"interfaces", "", "ether-options", "802.3ad"}) ||
                   way_is(w, {"interfaces", "", "gigether-options", "802.3ad"})) {
            one.state.member_of = word_at(w, 4);
        } else if (way_is(w, {"interfaces", "", "unit", "0", "family", "ethernet-switching"})) {
            one.switches_frames = true;
            take_switching(w, one);
        }
    }

    /// "interfaces interface-range NAME member PORT", and what all of them have: kept until the members are known.
    void take_range(const words& w) {
        if (word_at(w, 3) == "member") {
            ranges_[std::string(w[2])].first.push_back(word_at(w, 4));
        } else if (w.size() > 3) {
            words inherited{"interfaces", ""};
            inherited.insert(inherited.end(), w.begin() + 3, w.end());
            ranges_[std::string(w[2])].second.push_back(std::move(inherited));
        }
    }

    static void take_switching(const words& w, port_words& one) {
        constexpr std::size_t below = 6;
        const auto what = word_at(w, below);
        if (what == "interface-mode" || what == "port-mode") {
            const auto mode = word_at(w, below + 1);
            one.state.mode_text = mode;
            one.state.mode = mode == "trunk"    ? port_mode::trunk
                             : mode == "access" ? port_mode::access
                                                : port_mode::other;
        } else if (what == "vlan" && word_at(w, below + 1) == "members") {
            one.members.push_back(word_at(w, below + 2));
        } else if (what == "native-vlan-id") {
            one.native = vlan_number(word_at(w, below + 1)).value_or(0);
        }
    }

    /// What is said of a range counts where nothing else is said of the port itself.
    void take_members() {
        for (auto& [unused, range] : ranges_) {
            for (const auto member : range.first) {
                const auto own = ports_.find(physical(member));
                const bool by_itself = own != ports_.end() && own->second.switches_frames;
                for (auto& statement : range.second) {
                    const bool switching = word_at(statement, 2) == "unit";
                    if (!(by_itself && switching)) {
                        statement[1] = member;
                        take_interface(statement);
                    }
                }
            }
        }
    }

    void take_protocol(const words& w) {
        const auto protocol = word_at(w, 1);
        if (protocol == "rstp" || protocol == "mstp" || protocol == "vstp" || protocol == "stp") {
            if (word_at(w, 2) == "disable") {
                disabled_.emplace(protocol);
            } else {
                spanning_trees_.emplace(protocol);
            }
        } else if (way_is(w, {"protocols", "layer2-control", "mac-rewrite", "interface", "", "protocol"})) {
            port(w[4]).state.others[rewrite_key(word_at(w, 6))] = "on";
        }
    }

    void finish(port_words& one) {
        port_state& p = one.state;
        vlan_set vlans;
        for (const auto member : one.members) {
            const auto named = numbers_.find(member);
            if (named != numbers_.end()) {
                vlans.set(named->second);
            } else {
                add_vlans(member, vlans);
            }
        }
        if (!one.switches_frames) {
            p.mode_text = "without family ethernet-switching";
        } else if (p.mode == port_mode::trunk) {
            p.carries = vlans;
            p.native = one.native;
            return;
        } else if (p.mode_text.empty()) {
            p.mode = port_mode::access;
        }
        for (std::uint16_t vlan = 1; vlan <= highest_vlan && p.vlan == 0; ++vlan) {
            p.vlan = vlans[vlan] ? vlan : std::uint16_t{0};
        }
        if (vlans.count() > 1) {
            p.broken = "a port in VLAN " + text_of(vlans);
        }
    }

    switch_state state_;
    std::map<std::string, std::uint16_t, std::less<>> numbers_;
    std::map<std::string, port_words, std::less<>> ports_;
    std::map<std::string, std::pair<words, std::vector<words>>, std::less<>> ranges_;
    std::set<std::string> spanning_trees_;
    std::set<std::string> disabled_;
};

class junos final : public dialect {
public:
    std::string_view platform() const noexcept override { return "junos"; }
    std::vector<question> questions() const override {
        return {{{"show configuration | display set | no-more"}, false}};
    }

    result<switch_state> read(std::span<const std::string> answers, std::string_view /*name*/) const override {
        return junos_reading().read(answers.empty() ? std::string_view() : std::string_view(answers[0]));
    }

    bool same_port(std::string_view ours, std::string_view theirs) const override {
        return physical(ours) == physical(theirs);
    }

    std::vector<wanted_setting> wanted(std::string_view /*name*/, model::traffic_set /*passes*/) const override {
        return {{"spanning tree protocols", "none", {"delete protocols rstp"}}};
    }

    std::vector<wanted_setting> wanted_of_port(std::string_view port, model::traffic_set passes) const override {
        std::vector<wanted_setting> all;
        for (const auto& [protocol, traffic] : rewritten) {
            const auto expected = on_or_off(passes, traffic);
            all.push_back({rewrite_key(protocol),
                           expected,
                           {fmt::format("{} protocols layer2-control mac-rewrite interface {} protocol {}",
                                        expected == "on" ? "set" : "delete", port, protocol)}});
        }
        return all;
    }
    std::vector<wanted_setting> wanted_of_trunk(std::string_view /*port*/) const override { return {}; }
    /// The template has no word about tags of the users: every port is an access port.
    port_mode mode_of_ports(model::traffic_set /*passes*/) const noexcept override { return port_mode::access; }
    std::uint32_t jumbo_mtu() const noexcept override { return 9022; }  // with the header and two tags

    std::vector<std::string> make_vlan(std::uint16_t vlan, std::string_view vlan_name) const override {
        return {fmt::format("set vlans {} vlan-id {}", vlan_name, vlan)};
    }
    std::vector<std::string> set_vlan(std::string_view port, std::uint16_t vlan,
                                      std::string_view vlan_name) const override {
        const auto family = fmt::format("interfaces {} unit 0 family ethernet-switching", port);
        return {fmt::format("set vlans {} vlan-id {}", vlan_name, vlan), fmt::format("delete {} vlan members", family),
                fmt::format("set {} vlan members {}", family, vlan_name)};
    }
    std::vector<std::string> set_mode(std::string_view port, port_mode mode) const override {
        return {
            fmt::format("set interfaces {} unit 0 family ethernet-switching interface-mode {}", port, name_of(mode))};
    }
    std::vector<std::string> bring_up(std::string_view port) const override {
        return {fmt::format("delete interfaces {} disable", port)};
    }
    std::vector<std::string> carry(std::string_view port, const vlan_set& missing,
                                   const vlan_set& /*all*/) const override {
        std::vector<std::string> lines;
        for (std::size_t vlan = 1; vlan <= highest_vlan; ++vlan) {
            if (missing[vlan]) {
                lines.push_back(
                    fmt::format("set interfaces {} unit 0 family ethernet-switching vlan members {}", port, vlan));
            }
        }
        return lines;
    }
    std::vector<std::string> no_spanning_tree(const vlan_set& /*where*/) const override { return {}; }
    std::vector<std::string> set_jumbo_mtu(std::string_view port) const override {
        return {fmt::format("set interfaces {} mtu 9216", port)};
    }
    std::vector<std::string> set_name(std::string_view name) const override {
        return {fmt::format("set system host-name {}", name)};
    }
};

}  // namespace

std::unique_ptr<dialect> make_junos() {
    return std::make_unique<junos>();
}

}  // namespace rollover::switches
