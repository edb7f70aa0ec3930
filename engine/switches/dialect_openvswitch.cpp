// Open vSwitch, asked by ovs-vsctl --format=json. Source: ovs-vsctl(8) "Output Formatting Options", RFC 7047 section
// 5.1 (<value>, <set>, <map>), ovs-vswitchd.conf.db(5): tables Bridge, Port, Interface.
#include "engine/switches/dialect.h"
#include "engine/switches/switch_config.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>

namespace rollover::switches {

namespace {

using nlohmann::json;

/// A column of a row, null where there is none. A set of one element is that element.
using row = std::map<std::string, const json*, std::less<>>;

result<std::vector<row>> rows_of(const json& table, const std::string& answer) {
    failure strange =
        failure(errc::protocol, "this is no answer of ovs-vsctl --format=json").said(answer.substr(0, 200));
    if (!table.is_object() || !table.contains("headings") || !table.contains("data") || !table["data"].is_array()) {
        return strange;
    }
    std::vector<row> rows;
    const auto& headings = table["headings"];
    for (const auto& cells : table["data"]) {
        if (!cells.is_array() || !headings.is_array() || cells.size() != headings.size()) {
            return strange;
        }
        row& one = rows.emplace_back();
        for (std::size_t i = 0; i < cells.size(); ++i) {
            if (headings[i].is_string()) {
                one.emplace(headings[i].get<std::string>(), &cells[i]);
            }
        }
    }
    return rows;
}

const json& cell(const row& r, std::string_view column) {
    static const json nothing;
    const auto found = r.find(column);
    return found == r.end() ? nothing : *found->second;
}

bool is_tagged(const json& value, std::string_view tag) {
    return value.is_array() && value.size() == 2 && value[0].is_string() &&
           value[0].get_ref<const std::string&>() == tag;
}

/// The elements of a set; an atom is a set of one.
std::vector<const json*> elements(const json& value) {
    std::vector<const json*> all;
    if (is_tagged(value, "set")) {
        for (const auto& one : value[1]) {
            all.push_back(&one);
        }
    } else if (!value.is_null()) {
        all.push_back(&value);
    }
    return all;
}

/// Of an atom or a set of one; empty for the empty set.
std::string word(const json& value) {
    const auto all = elements(value);
    if (all.empty()) {
        return {};
    }
    return all[0]->is_string() ? all[0]->get<std::string>()
                               : all[0]->dump(-1, ' ', true, json::error_handler_t::replace);
}

std::string entry(const json& map, std::string_view key) {
    if (!is_tagged(map, "map") || !map[1].is_array()) {
        return {};
    }
    for (const auto& pair : map[1]) {
        if (pair.is_array() && pair.size() == 2 && pair[0] == key) {
            return word(pair[1]);
        }
    }
    return {};
}

std::set<std::string> uuids(const json& value) {
    std::set<std::string> all;
    for (const auto* one : elements(value)) {
        if (is_tagged(*one, "uuid") && (*one)[1].is_string()) {
            all.insert((*one)[1].get<std::string>());
        }
    }
    return all;
}

std::string own_uuid(const row& r) {
    const auto all = uuids(cell(r, "_uuid"));
    return all.empty() ? std::string() : *all.begin();
}

/// Column vlan_mode; where it is empty, a tag makes an access port and no tag a trunk.
void take_vlans(const row& r, port_state& port) {
    const auto mode = word(cell(r, "vlan_mode"));
    const auto tag = vlan_number(word(cell(r, "tag"))).value_or(0);
    const bool by_tag = mode.empty() && tag != 0;
    port.mode = mode == "access" || by_tag        ? port_mode::access
                : mode == "dot1q-tunnel"          ? port_mode::tunnel
                : mode == "trunk" || mode.empty() ? port_mode::trunk
                                                  : port_mode::other;
    port.mode_text = mode;
    const bool many = port.mode == port_mode::trunk || port.mode == port_mode::other;
    port.vlan = port.mode == port_mode::trunk ? std::uint16_t{0} : tag;
    if (many) {
        for (const auto* one : elements(cell(r, "trunks"))) {
            add_vlans(word(*one), port.carries);
        }
        if (port.carries.none()) {
            add_vlans("all", port.carries);
        }
    }
}

/// The interfaces of a port; several are a bond, which works as long as one of them does.
void take_interfaces(const row& r, const std::map<std::string, const row*, std::less<>>& interfaces, port_state& port) {
    std::size_t down = 0;
    std::size_t broken = 0;
    const auto wanted = uuids(cell(r, "interfaces"));
    for (const auto& uuid : wanted) {
        const auto found = interfaces.find(uuid);
        if (found == interfaces.end()) {
            continue;
        }
        const row& one = *found->second;
        const auto error = word(cell(one, "error"));
        const bool no_port = word(cell(one, "ofport")) == "-1";
        if (no_port || !error.empty()) {
            ++broken;
            port.broken = error.empty() ? "a port that the switch could not open" : error;
        }
        down += word(cell(one, "admin_state")) == "down" ? 1U : 0U;
        const auto& mtu = cell(one, "mtu");
        if (mtu.is_number_unsigned() && (port.mtu == 0 || mtu.get<std::uint64_t>() < port.mtu)) {
            port.mtu = static_cast<std::uint32_t>(std::min<std::uint64_t>(mtu.get<std::uint64_t>(), 1U << 20U));
        }
    }
    port.down = down != 0 && down == wanted.size() && broken == 0;
    if (broken != wanted.size()) {
        port.broken.clear();
    }
}

class openvswitch final : public dialect {
public:
    std::string_view platform() const noexcept override { return "openvswitch"; }

    std::vector<question> questions() const override {
        const auto list = [](std::string_view columns, std::string_view table) {
            return question{{"ovs-vsctl", "--timeout=20", "--format=json", fmt::format("--columns={}", columns), "list",
                             std::string(table)},
                            false};
        };
        return {list("name,ports,stp_enable,rstp_enable,other_config", "Bridge"),
                list("_uuid,name,tag,trunks,vlan_mode,other_config,interfaces", "Port"),
                list("_uuid,name,admin_state,error,ofport,mtu", "Interface")};
    }

    result<switch_state> read(std::span<const std::string> answers, std::string_view name) const override;

    bool same_port(std::string_view ours, std::string_view theirs) const override { return ours == theirs; }

    std::vector<wanted_setting> wanted(std::string_view name, model::traffic_set passes) const override {
        const auto set = [&](std::string_view what) {
            return std::vector{fmt::format("ovs-vsctl set bridge {} {}", name, what)};
        };
        const std::string forward = forwards_bpdus(passes) ? "true" : "false";
        return {{"stp_enable", "false", set("stp_enable=false")},
                {"rstp_enable", "false", set("rstp_enable=false")},
                {"other_config:forward-bpdu", forward, set("other-config:forward-bpdu=" + forward)}};
    }

    std::vector<wanted_setting> wanted_of_port(std::string_view port, model::traffic_set passes) const override {
        if (mode_of_ports(passes) != port_mode::tunnel) {
            return {};
        }
        return {{"other_config:qinq-ethtype",
                 "802.1q",
                 {fmt::format("ovs-vsctl set port {} other-config:qinq-ethtype=802.1q", port)}}};
    }
    std::vector<wanted_setting> wanted_of_trunk(std::string_view /*port*/) const override { return {}; }
    std::uint32_t jumbo_mtu() const noexcept override { return 9004; }

    std::vector<std::string> make_bridge(std::string_view name) const override {
        return {fmt::format("rollover lab switch-config {} | sh", name)};
    }
    std::vector<std::string> make_port(std::string_view name, std::string_view port) const override {
        return {fmt::format("ovs-vsctl --may-exist add-port {} {}", name, port),
                fmt::format("rollover lab switch-config {} | sh", name)};
    }
    std::vector<std::string> make_vlan(std::uint16_t /*vlan*/, std::string_view /*vlan_name*/) const override {
        return {};
    }
    std::vector<std::string> set_vlan(std::string_view port, std::uint16_t vlan,
                                      std::string_view /*vlan_name*/) const override {
        return {fmt::format("ovs-vsctl set port {} tag={}", port, vlan)};
    }
    std::vector<std::string> set_mode(std::string_view port, port_mode mode) const override {
        if (mode == port_mode::trunk) {
            return {fmt::format("ovs-vsctl clear port {} tag", port),
                    fmt::format("ovs-vsctl set port {} vlan_mode=trunk", port)};
        }
        return {fmt::format("ovs-vsctl set port {} vlan_mode={}", port, name_of(mode))};
    }
    std::vector<std::string> bring_up(std::string_view port) const override {
        return {fmt::format("ip link set {} up", port)};
    }
    std::vector<std::string> carry(std::string_view port, const vlan_set& /*missing*/,
                                   const vlan_set& all) const override {
        std::string list;
        for (std::size_t vlan = 1; vlan <= highest_vlan; ++vlan) {
            if (all[vlan]) {
                list += fmt::format("{}{}", list.empty() ? "" : ",", vlan);
            }
        }
        return {fmt::format("ovs-vsctl set port {} trunks={}", port, list)};
    }
    std::vector<std::string> no_spanning_tree(const vlan_set& /*where*/) const override { return {}; }
    std::vector<std::string> set_jumbo_mtu(std::string_view port) const override {
        return {fmt::format("ovs-vsctl set interface {} mtu_request=9100", port)};
    }
    std::vector<std::string> set_name(std::string_view /*name*/) const override { return {}; }
};

result<switch_state> openvswitch::read(std::span<const std::string> answers, std::string_view name) const {
    std::array<json, 3> tables;
    std::array<std::vector<row>, 3> rows;
    for (std::size_t i = 0; i < tables.size(); ++i) {
        const std::string answer = i < answers.size() ? answers[i] : std::string();
        tables.at(i) = json::parse(answer, nullptr, false);
        auto read = rows_of(tables.at(i), answer);
        if (!read) {
            return read.error();
        }
        rows.at(i) = std::move(*read);
    }
    const auto& [bridges, ports, interfaces] = rows;
    switch_state state;
    const auto bridge = std::ranges::find_if(bridges, [&](const row& r) { return word(cell(r, "name")) == name; });
    if (bridge == bridges.end()) {
        state.there = false;
        return state;
    }
    state.others["stp_enable"] = word(cell(*bridge, "stp_enable"));
    state.others["rstp_enable"] = word(cell(*bridge, "rstp_enable"));
    const auto forward = entry(cell(*bridge, "other_config"), "forward-bpdu");
    state.others["other_config:forward-bpdu"] = forward.empty() ? "false" : forward;
    std::map<std::string, const row*, std::less<>> by_uuid;
    for (const auto& one : interfaces) {
        by_uuid.emplace(own_uuid(one), &one);
    }
    const auto mine = uuids(cell(*bridge, "ports"));
    for (const auto& one : ports) {
        if (mine.contains(own_uuid(one))) {
            port_state port;
            port.name = word(cell(one, "name"));
            port.counts = port.name != name;  // the bridge's own, to the host
            take_vlans(one, port);
            take_interfaces(one, by_uuid, port);
            const auto type = entry(cell(one, "other_config"), "qinq-ethtype");
            port.others["other_config:qinq-ethtype"] = type.empty() ? "802.1ad" : type;
            state.ports.push_back(std::move(port));
        }
    }
    return state;
}

}  // namespace

std::unique_ptr<dialect> make_openvswitch() {
    return std::make_unique<openvswitch>();
}

}  // namespace rollover::switches
