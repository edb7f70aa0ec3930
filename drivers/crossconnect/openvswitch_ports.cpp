#include "drivers/crossconnect/openvswitch_ports.h"

#include "drivers/crossconnect/openvswitch_commands.h"
#include "drivers/crossconnect/openvswitch_rule_text.h"
#include "engine/base/text.h"

#include <arpa/inet.h>
#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace rollover::crossconnect {

namespace {

using nlohmann::json;

constexpr std::string_view tunnel_prefix = "rot";
constexpr std::string_view way_prefix = "ros";        // ways.h
constexpr std::string_view capture_prefix = "rocap";  // capture.cpp
constexpr std::size_t longest_port_name = 15;         // IFNAMSIZ - 1
constexpr std::string_view our_mark = "rollover";
constexpr std::string_view mtu_mark = "rollover-mtu";
constexpr std::array columns{"name", "ofport", "type", "options", "external_ids", "error"};

failure strange(std::string_view output) {
    return failure(errc::protocol, "ovs-vsctl did not list the ports of the bridge as it should")
        .said(std::string(output.substr(0, 200)));
}

std::string word(const json& value) {
    return value.is_string() ? value.get<std::string>() : std::string();
}

/// ["map",[["key","value"],...]]; anything else is an empty map.
text_map map_of(const json& value) {
    text_map read;
    const bool tagged = value.is_array() && value.size() == 2 && value[0] == "map" && value[1].is_array();
    for (const auto& pair : tagged ? value[1] : json::array()) {
        if (pair.is_array() && pair.size() == 2) {
            read.insert_or_assign(word(pair[0]), word(pair[1]));
        }
    }
    return read;
}

/// A row of the table, its cells in the order of `columns`.
bridge_port read_row(const json& row) {
    bridge_port port;
    port.name = word(row[0]);
    if (row[1].is_number_unsigned() && row[1].get<std::uint64_t>() <= 0xffff) {
        port.number = row[1].get<std::uint32_t>();
    }
    port.type = word(row[2]);
    port.options = map_of(row[3]);
    port.marks = map_of(row[4]);
    port.error = word(row[5]);
    return port;
}

result<std::map<std::string, bridge_port>> read_table(std::string_view text) {
    const auto table = json::parse(text, nullptr, false);
    if (!table.is_object() || !table.contains("data") || !table["data"].is_array() || !table.contains("headings") ||
        table["headings"] != json(columns)) {
        return strange(text);
    }
    std::map<std::string, bridge_port> ports;
    for (const auto& row : table["data"]) {
        if (!row.is_array() || row.size() != columns.size()) {
            return strange(text);
        }
        auto port = read_row(row);
        auto name = port.name;
        ports.insert_or_assign(std::move(name), std::move(port));
    }
    return ports;
}

/// {a="1",b="2"}, as ovs-vsctl reads a whole map. No value here has quotes or backslashes.
std::string map_text(const text_map& map) {
    std::string text;
    for (const auto& [key, value] : map) {
        text += fmt::format("{}{}=\"{}\"", text.empty() ? "" : ",", key, value);
    }
    return "{" + text + "}";
}

/// An address as its family writes it, and the family.
std::optional<std::pair<int, std::string>> read_address(const std::string& text) {
    for (const int family : {AF_INET, AF_INET6}) {
        std::array<unsigned char, sizeof(in6_addr)> bytes{};
        std::array<char, INET6_ADDRSTRLEN> written{};
        if (::inet_pton(family, text.c_str(), bytes.data()) == 1 &&
            ::inet_ntop(family, bytes.data(), written.data(), written.size()) != nullptr) {
            return std::pair(family, std::string(written.data()));
        }
    }
    return std::nullopt;
}

std::string entry(const text_map& map, std::string_view key) {
    const auto found = map.find(key);
    return found == map.end() ? std::string() : found->second;
}

}  // namespace

std::vector<std::string> read_ports_command(const std::string& bridge, unsigned seconds) {
    return {"ovs-vsctl", fmt::format("--timeout={}", std::max(1U, seconds)),   "--format=json", "list-ifaces", bridge,
            "--",        fmt::format("--columns={}", fmt::join(columns, ",")), "list",          "Interface"};
}

std::vector<std::string> make_ports_command(const std::string& bridge, std::span<const bridge_port> ports,
                                            unsigned seconds) {
    std::vector<std::string> words{"ovs-vsctl", fmt::format("--timeout={}", std::max(1U, seconds))};
    for (const auto& port : ports) {
        words.insert(words.end(), {"--", "--may-exist", "add-port", bridge, port.name, "trunks=4095", "--", "set",
                                   "Interface", port.name});
        if (!port.type.empty()) {
            words.insert(words.end(), {"type=" + port.type, "options=" + map_text(port.options)});
        }
        words.push_back("external_ids=" + map_text(port.marks));
        if (port.number != 0) {
            words.push_back(fmt::format("ofport_request={}", port.number));
        }
    }
    return words;
}

std::vector<std::string> drop_ports_command(const std::string& bridge, std::span<const std::string> names,
                                            unsigned seconds) {
    std::vector<std::string> words{"ovs-vsctl", fmt::format("--timeout={}", std::max(1U, seconds))};
    for (const auto& name : names) {
        words.insert(words.end(), {"--", "--if-exists", "del-port", bridge, name});
    }
    return words;
}

result<std::vector<bridge_port>> parse_ports(std::string_view output) {
    std::vector<std::string> names;
    std::optional<std::map<std::string, bridge_port>> table;
    for (const auto line : split_lines(output)) {
        const auto text = trim(line);
        if (text.empty()) {
            continue;
        }
        if (table) {
            return strange(text);
        }
        if (!text.starts_with('{')) {
            names.emplace_back(text);
            continue;
        }
        auto read = read_table(text);
        if (!read) {
            return read.error();
        }
        table = std::move(*read);
    }
    if (!table) {
        return strange(output);
    }
    std::vector<bridge_port> ports;
    for (const auto& name : names) {
        if (const auto found = table->find(name); found != table->end()) {
            ports.push_back(found->second);
        }
    }
    return ports;
}

bridge_port port_for(const std::string& bridge, const tunnel& to) {
    const auto number = number_of(fmt::format("{}|{}|{}|{}", bridge, to.local, to.remote, to.port));
    bridge_port port;
    port.name = fmt::format("{}{:012x}", tunnel_prefix, number);
    port.type = "vxlan";
    port.options = {
        {"dst_port", std::to_string(to.port)}, {"key", "flow"}, {"local_ip", to.local}, {"remote_ip", to.remote}};
    port.marks = {{std::string(our_mark), "tunnel"}, {std::string(mtu_mark), std::to_string(to.mtu)}};
    return port;
}

result<tunnel> checked_tunnel(const tunnel& to) {
    constexpr std::uint32_t highest_vni = 0xff'ffff;
    const auto local = read_address(to.local);
    const auto remote = read_address(to.remote);
    if (!local || !remote || local->first != remote->first) {
        return failure(errc::bad_input,
                       fmt::format("a tunnel needs two IP addresses of one family, not \"{}\" and \"{}\"",
                                   printable(to.local), printable(to.remote)));
    }
    if (local->second == remote->second) {
        return failure(errc::bad_input, fmt::format("a tunnel from {} to itself", local->second));
    }
    if (to.vni == 0 || to.vni > highest_vni) {
        return failure(errc::bad_input, fmt::format("VNI {} is not in 1..{}", to.vni, highest_vni));
    }
    if (to.port == 0) {
        return failure(errc::bad_input, "the UDP port of a tunnel is 1..65535");
    }
    tunnel checked = to;
    checked.local = local->second;
    checked.remote = remote->second;
    return checked;
}

bool has_own_name(std::string_view name) {
    return name.size() == longest_port_name &&
           (name.starts_with(tunnel_prefix) || name.starts_with(way_prefix) || name.starts_with(capture_prefix));
}

bool is_tunnel(const bridge_port& port) {
    return has_own_name(port.name) && port.name.starts_with(tunnel_prefix) && entry(port.marks, our_mark) == "tunnel";
}

bool is_ours(const bridge_port& port) {
    const auto marked = entry(port.marks, our_mark);
    return has_own_name(port.name) && (marked == "tunnel" || marked == "shape");
}

std::optional<tunnel> tunnel_of(const bridge_port& port) {
    const auto udp = read_number<std::uint16_t>(entry(port.options, "dst_port"));
    if (!is_tunnel(port) || !udp) {
        return std::nullopt;
    }
    tunnel to;
    to.local = entry(port.options, "local_ip");
    to.remote = entry(port.options, "remote_ip");
    to.port = *udp;
    to.mtu = read_number<std::uint32_t>(entry(port.marks, mtu_mark)).value_or(to.mtu);
    return to;
}

bool same_settings(const bridge_port& found, const bridge_port& wanted) {
    return found.name == wanted.name && found.type == wanted.type && found.options == wanted.options &&
           std::all_of(wanted.marks.begin(), wanted.marks.end(),
                       [&](const auto& one) { return entry(found.marks, one.first) == one.second; });
}

}  // namespace rollover::crossconnect
