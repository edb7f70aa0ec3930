#include "drivers/crossconnect/linux_bridge_links.h"

#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace rollover::crossconnect {

namespace {

using nlohmann::json;

/// A member of an object; null when it is not there or `from` is no object.
const json& member(const json& from, const char* name) {
    static const json nothing;
    if (!from.is_object()) {
        return nothing;
    }
    const auto found = from.find(name);
    return found == from.end() ? nothing : *found;
}

std::string text(const json& from, const char* name) {
    const auto& value = member(from, name);
    return value.is_string() ? value.get<std::string>() : std::string();
}

/// 0 when it is not there, is no number or does not fit.
std::uint32_t number(const json& from, const char* name) {
    const auto& value = member(from, name);
    const auto wide = value.is_number_unsigned() ? value.get<std::uint64_t>() : 0;
    return wide <= 0xffff'ffffU ? static_cast<std::uint32_t>(wide) : 0;
}

/// Written as a boolean or as 0 and 1, from version to version.
bool flag(const json& from, const char* name, bool otherwise) {
    const auto& value = member(from, name);
    if (value.is_boolean()) {
        return value.get<bool>();
    }
    return value.is_number_integer() ? value != 0 : otherwise;
}

double real(const json& from, const char* name) {
    const auto& value = member(from, name);
    return value.is_number() ? value.get<double>() : 0.0;
}

/// "0xfff8", or a plain number.
std::uint32_t mask(const json& from, const char* name) {
    const auto written = text(from, name);
    if (!written.starts_with("0x")) {
        return number(from, name);
    }
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(written.data() + 2, written.data() + written.size(), value, 16);
    return error == std::errc{} && end == written.data() + written.size() ? value : 0;
}

bool has_word(const json& list, std::string_view word) {
    return list.is_array() && std::any_of(list.begin(), list.end(), [&](const json& one) { return one == word; });
}

bridge_settings read_bridge(const json& data) {
    bridge_settings s;
    s.spanning_tree = flag(data, "stp_state", true);
    s.snooping = flag(data, "mcast_snooping", true);
    s.vlan_filtering = flag(data, "vlan_filtering", false);
    s.ageing = member(data, "ageing_time").is_number() ? number(data, "ageing_time") : 1;
    s.forwards = mask(data, "group_fwd_mask");
    return s;
}

port_settings read_port(const json& data) {
    port_settings s;
    s.learning = flag(data, "learning", true);
    s.floods = flag(data, "flood", false) && flag(data, "mcast_flood", true) && flag(data, "bcast_flood", true);
    s.hairpin = flag(data, "hairpin", true);
    s.restricted = flag(data, "isolated", false) || flag(data, "locked", false) || flag(data, "neigh_suppress", false);
    s.forwards = mask(data, "group_fwd_mask");
    return s;
}

tunnel read_vxlan(const json& data) {
    tunnel t;
    t.local = text(data, "local") + text(data, "local6");
    t.remote = text(data, "remote") + text(data, "remote6");
    t.vni = number(data, "id");
    t.port = static_cast<std::uint16_t>(number(data, "port"));
    t.mtu = 0;
    return t;
}

void read_kind(link_state& one, const json& info) {
    const auto& data = member(info, "info_data");
    one.kind = text(info, "info_kind");
    if (one.kind == "bridge") {
        one.bridge = read_bridge(data);
    } else if (one.kind == "vlan" && text(data, "protocol") == "802.1Q") {
        one.vlan = static_cast<std::uint16_t>(number(data, "id"));
    } else if (one.kind == "vxlan") {
        one.vxlan = read_vxlan(data);
    }
    if (text(info, "info_slave_kind") == "bridge") {
        one.port = read_port(member(info, "info_slave_data"));
    }
}

link_state read_link(const json& from) {
    link_state one;
    one.name = text(from, "ifname");
    // With a link_netnsid the name is that of a device somewhere else.
    one.parent = member(from, "link_netnsid").is_null() ? text(from, "link") : std::string();
    one.master = text(from, "master");
    one.alias = text(from, "ifalias");
    one.group = text(from, "group");
    if (const auto& names = member(from, "altnames"); names.is_array()) {
        for (const auto& name : names) {
            one.other_names.push_back(name.is_string() ? name.get<std::string>() : std::string());
        }
    }
    one.mtu = number(from, "mtu");
    one.most_mtu = number(from, "max_mtu");
    const auto& flags = member(from, "flags");
    one.up = has_word(flags, "UP");
    one.carrier = has_word(flags, "LOWER_UP");
    one.arp = !has_word(flags, "NOARP");
    one.addresses = text(from, "inet6_addr_gen_mode");
    one.discipline = text(from, "qdisc");
    read_kind(one, member(from, "linkinfo"));
    return one;
}

result<json> read_array(std::string_view written, const char* command) {
    if (written.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        return json::array();  // some versions print nothing for nothing
    }
    auto all = json::parse(written.begin(), written.end(), nullptr, false);
    if (!all.is_array()) {
        return failure(errc::protocol, fmt::format("this is no answer of {}", command))
            .said(std::string(written.substr(0, 200)))
            .advise("the host needs iproute2 4.18 or later");
    }
    return all;
}

duration seconds(double value) {
    constexpr double most = 1e9;
    return std::chrono::microseconds(std::llround(std::clamp(value, 0.0, most) * 1e6));
}

std::uint32_t megabits(double bytes_each_second) {
    return static_cast<std::uint32_t>(std::clamp(std::round(bytes_each_second * 8 / 1e6), 0.0, 4e9));
}

std::optional<shape> read_netem(const json& options) {
    for (const auto* other : {"duplicate", "reorder", "corrupt", "loss-state", "loss-gemodel", "slot"}) {
        if (!member(options, other).is_null()) {
            return std::nullopt;
        }
    }
    shape s;
    s.delay = seconds(real(member(options, "delay"), "delay"));
    s.jitter = seconds(real(member(options, "delay"), "jitter"));
    const double loss = std::clamp(real(member(options, "loss-random"), "loss"), 0.0, 1.0);
    s.loss_per_million = static_cast<std::uint32_t>(std::llround(loss * 1e6));
    s.rate = megabits(real(member(options, "rate"), "rate"));
    return s;
}

}  // namespace

std::vector<std::string> show_links_command() {
    return {"ip", "-j", "-d", "link", "show"};
}

std::vector<std::string> show_disciplines_command() {
    return {"tc", "-j", "qdisc", "show"};
}

result<std::map<std::string, link_state>> parse_links(std::string_view written) {
    const auto all = read_array(written, "ip -j -d link show");
    if (!all) {
        return all.error();
    }
    std::map<std::string, link_state> links;
    for (const auto& from : *all) {
        auto one = read_link(from);
        if (auto name = one.name; !name.empty()) {
            links.emplace(std::move(name), std::move(one));
        }
    }
    return links;
}

result<std::map<std::string, root_discipline>> parse_disciplines(std::string_view written) {
    const auto all = read_array(written, "tc -j qdisc show");
    if (!all) {
        return all.error();
    }
    std::map<std::string, root_discipline> disciplines;
    for (const auto& from : *all) {
        if (!flag(from, "root", false)) {
            continue;
        }
        root_discipline one;
        one.kind = text(from, "kind");
        one.handle = text(from, "handle");
        if (one.kind == "netem") {
            one.shaped = read_netem(member(from, "options"));
        } else if (one.kind == "tbf") {
            one.shaped.emplace();
            one.shaped->rate = megabits(real(member(from, "options"), "rate"));
        }
        disciplines.emplace(text(from, "dev"), std::move(one));
    }
    return disciplines;
}

}  // namespace rollover::crossconnect
