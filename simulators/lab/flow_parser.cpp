#include "simulators/lab/flow.h"
#include "simulators/lab/flow_text.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace rollover::sim {

namespace {

constexpr std::size_t note_head = 6;  // a note is padded to 6, 14, 22, ... bytes: NXAST_NOTE in ovs-actions(7)
constexpr std::size_t note_step = 8;

failure wrong(std::string words) {
    return {errc::bad_input, std::move(words)};
}

/// Keywords that the real program knows and a cross-connect has no use for.
bool is_beyond_us(std::string_view key) {
    static constexpr std::array known{
        "dl_src",   "dl_dst",   "dl_type",     "eth_src",    "eth_dst", "eth_type",     "ip",           "arp",
        "icmp",     "tcp",      "udp",         "ipv6",       "nw_src",  "nw_dst",       "idle_timeout", "hard_timeout",
        "vlan_tci", "out_port", "dl_vlan_pcp", "importance", "reg0",    "send_flow_rem"};
    return std::find(known.begin(), known.end(), key) != known.end();
}

bool same_word(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return (x | 0x20) == (y | 0x20); });
}

std::optional<std::uint16_t> port_of(std::string_view text, const port_lookup& ports) {
    if (same_word(text, "local")) {
        return local_port;
    }
    const auto number = parse_number(text);
    if (number && *number < 0xff00) {
        return static_cast<std::uint16_t>(*number);
    }
    return number ? std::nullopt : ports(text);
}

result<void> read_cookie(std::string_view value, flow_request& request) {
    const std::size_t slash = value.find('/');
    const auto cookie = parse_number(value.substr(0, slash));
    if (!cookie) {
        return wrong(fmt::format("invalid numeric format {}", value.substr(0, slash)));
    }
    request.rule.cookie = *cookie;
    if (slash != std::string_view::npos) {
        const auto mask = parse_number(value.substr(slash + 1));
        if (!mask) {
            return wrong(fmt::format("invalid numeric format {}", value.substr(slash + 1)));
        }
        if (request.what == flow_request::verb::add) {
            return failure(errc::unsupported, "adding with a cookie mask is not simulated");
        }
        request.cookie_mask = *mask;
    } else if (request.what != flow_request::verb::add) {
        return wrong(fmt::format("cannot set cookie (to match on a cookie, specify a mask, e.g. cookie={}/-1)", value));
    }
    return {};
}

result<void> read_vlan(const key_value& pair, flow_match& match) {
    const auto number = parse_number(pair.value);
    if (!number || *number > 0xffff) {
        return wrong(fmt::format("{}: bad syntax for {} value", pair.value, pair.key));
    }
    if (pair.key == "vlan_vid" && (*number & vlan_present) == 0) {
        return failure(errc::unsupported, "vlan_vid without 0x1000 is not simulated");
    }
    match.vlan = static_cast<std::uint16_t>(*number & 0xfffU);
    return {};
}

result<void> read_metadata(std::string_view value, flow_match& match) {
    const std::size_t slash = value.find('/');
    const auto bits = parse_number(value.substr(0, slash));
    if (!bits) {
        return wrong(fmt::format("{}: bad syntax for metadata value", value));
    }
    match.metadata_mask = ~std::uint64_t{0};
    if (slash != std::string_view::npos) {
        const auto mask = parse_number(value.substr(slash + 1));
        if (!mask) {
            return wrong(fmt::format("{}: bad syntax for metadata mask", value));
        }
        match.metadata_mask = *mask;
    }
    match.metadata = *bits & match.metadata_mask;
    return {};
}

result<void> read_field(const key_value& pair, flow_request& request, const port_lookup& ports) {
    const bool with_priority =
        request.what == flow_request::verb::add || request.what == flow_request::verb::remove_strict;
    if (request.what == flow_request::verb::add && (pair.key == "check_overlap" || pair.key == "reset_counts")) {
        (pair.key == "check_overlap" ? request.rule.checks_overlap : request.rule.resets_counts) = true;
        return {};
    }
    const bool known = pair.key == "cookie" || pair.key == "metadata" || pair.key == "table" || pair.key == "in_port" ||
                       pair.key == "dl_vlan" || pair.key == "vlan_vid" || pair.key == "tun_id" ||
                       (pair.key == "priority" && with_priority);
    if (!known && is_beyond_us(pair.key)) {
        return failure(errc::unsupported, fmt::format("the field {} is not simulated", pair.key));
    }
    if (pair.value.empty() && pair.key != "in_port") {
        return wrong(fmt::format("field {} missing value", pair.key));
    }
    if (!known) {
        return wrong(fmt::format("unknown keyword {}", pair.key));
    }
    if (pair.key == "cookie") {
        return read_cookie(pair.value, request);
    }
    if (pair.key == "dl_vlan" || pair.key == "vlan_vid") {
        return read_vlan(pair, request.rule.match);
    }
    if (pair.key == "tun_id") {
        const auto vni = parse_number(pair.value);
        if (!vni || *vni > 0xffff'ffffU) {
            return wrong(fmt::format("{}: bad syntax for tun_id value", pair.value));
        }
        request.rule.match.vni = static_cast<std::uint32_t>(*vni);
        return {};
    }
    if (pair.key == "metadata") {
        return read_metadata(pair.value, request.rule.match);
    }
    if (pair.key == "in_port") {
        const auto port = port_of(pair.value, ports);
        if (!port || *port == 0) {
            return wrong(
                fmt::format("{}: invalid or unknown port for in_port", pair.value.empty() ? "0/0" : pair.value));
        }
        request.rule.match.in_port = port;
        return {};
    }
    const auto number = parse_number(pair.value);
    if (pair.key == "table") {
        if (!number || *number > 0xff) {
            return wrong(fmt::format("unknown table \"{}\"", pair.value));
        }
        request.table = static_cast<std::uint8_t>(*number);
        request.rule.table = *request.table == 0xff ? 0 : *request.table;
        return {};
    }
    if (!number || *number > 0xffff) {
        return wrong(fmt::format("invalid priority \"{}\"", pair.value));
    }
    request.rule.priority = static_cast<std::uint16_t>(*number);
    return {};
}

result<flow_action> read_tunnel(std::string_view value) {
    const auto vni = parse_number(value);
    if (!vni || *vni > 0xffff'ffffU) {
        return wrong(fmt::format("{}: bad syntax for tun_id value", value));
    }
    flow_action action{flow_action::kind::set_tunnel, 0, {}};
    action.vni = static_cast<std::uint32_t>(*vni);
    return action;
}

result<flow_action> read_set_field(std::string_view value) {
    const std::size_t arrow = value.find("->");
    if (arrow == std::string_view::npos) {
        return wrong(fmt::format("{}: missing `->'", value));
    }
    const std::string_view field = value.substr(arrow + 2);
    if (field == "tun_id") {
        return read_tunnel(value.substr(0, arrow));
    }
    if (field != "vlan_vid") {
        return is_beyond_us(field) ? failure(errc::unsupported, fmt::format("setting {} is not simulated", field))
                                   : wrong(fmt::format("{} is not a valid OXM field name", field));
    }
    const auto number = parse_number(value.substr(0, arrow));
    if (!number) {
        return wrong(fmt::format("{}: bad syntax for vlan_vid value", value.substr(0, arrow)));
    }
    if (*number > 0x1fff) {
        return wrong(fmt::format("{}: value too large for 2-byte field vlan_vid", value.substr(0, arrow)));
    }
    const auto bits = static_cast<std::uint16_t>(*number);
    const auto vlan = static_cast<std::uint16_t>(bits & 0xfffU);
    return flow_action{flow_action::kind::set_vlan,
                       (bits & vlan_present) != 0 ? vlan : static_cast<std::uint16_t>(vlan | no_presence_bit),
                       {}};
}

/// Bytes in hexadecimal, two digits each, with dots between them where one likes.
result<flow_action> read_note(std::string_view value) {
    std::string bytes;
    while (!value.empty()) {
        if (value.front() == '.') {
            value.remove_prefix(1);
            continue;
        }
        const auto byte =
            value.size() < 2 || value[1] == '-' ? std::nullopt : parse_number("0x" + std::string(value.substr(0, 2)));
        if (!byte) {
            return wrong("bad hex digit in `note' argument");
        }
        bytes += static_cast<char>(*byte);
        value.remove_prefix(2);
    }
    const std::size_t steps = bytes.size() <= note_head ? 0 : (bytes.size() - note_head + note_step - 1) / note_step;
    bytes.resize(note_head + steps * note_step);
    return flow_action{flow_action::kind::note, 0, std::move(bytes)};
}

result<flow_action> read_action(const key_value& pair, const port_lookup& ports) {
    using kind = flow_action::kind;
    const std::string_view key = pair.key;
    if (key == "set_field") {
        return read_set_field(pair.value);
    }
    if (key == "note") {
        return read_note(pair.value);
    }
    if (key == "mod_vlan_vid" || key == "set_vlan_vid") {
        const auto vlan = parse_number(pair.value);
        if (!vlan || *vlan > 0xfff) {
            return wrong(fmt::format("{}: not a valid VLAN VID", pair.value));
        }
        return flow_action{kind::set_vlan, static_cast<std::uint16_t>(*vlan), {}};
    }
    if (key == "set_tunnel") {
        return read_tunnel(pair.value);
    }
    if (key == "push_vlan") {
        if (pair.value != "0x8100") {
            return failure(errc::unsupported, fmt::format("push_vlan of {} is not simulated", pair.value));
        }
        return flow_action{kind::push_vlan, 0, {}};
    }
    if (key == "strip_vlan" || key == "pop_vlan") {
        return flow_action{kind::strip_vlan, 0, {}};
    }
    const bool explicit_output = key == "output";
    const std::string_view target = explicit_output ? pair.value : key;
    if (same_word(target, "in_port")) {
        return flow_action{kind::in_port, 0, {}};
    }
    if (same_word(target, "all") || same_word(target, "flood")) {
        return flow_action{kind::flood, static_cast<std::uint16_t>(same_word(target, "all") ? 1 : 0), {}};
    }
    if (same_word(target, "normal")) {
        return flow_action{kind::normal, 0, {}};
    }
    const auto port = port_of(target, ports);
    if (port) {
        return flow_action{kind::output, *port, {}};
    }
    return wrong(explicit_output ? fmt::format("{}: output to unknown port", pair.value)
                                 : fmt::format("unknown action {}", key));
}

result<std::vector<flow_action>> read_actions(std::string_view text, const port_lookup& ports) {
    std::vector<flow_action> actions;
    bool drop = false;
    std::size_t count = 0;
    while (const auto pair = next_key_value(text)) {
        ++count;
        if (pair->key == "drop") {
            drop = true;
            continue;
        }
        const auto one = read_action(*pair, ports);
        if (!one) {
            return one.error();
        }
        actions.push_back(*one);
    }
    if (drop && count > 1) {
        return wrong("\"drop\" must not be accompanied by any other action or instruction");
    }
    return actions;
}

}  // namespace

result<flow_request> parse_flow(std::string_view text, flow_request::verb what, const port_lookup& ports) {
    flow_request request;
    request.what = what;
    std::string_view fields = text;
    std::string_view actions;
    if (what == flow_request::verb::add) {
        constexpr std::string_view word = "action";
        const std::size_t at = text.find(word);
        const bool plural = at != std::string_view::npos && text.substr(at + word.size()).starts_with('s');
        const std::size_t mark = at == std::string_view::npos ? at : at + word.size() + (plural ? 1 : 0);
        if (mark >= text.size() || text[mark] != '=') {
            return wrong("must specify an action");
        }
        fields = text.substr(0, at);
        actions = text.substr(mark + 1);
    }
    while (const auto pair = next_key_value(fields)) {
        const auto read = read_field(*pair, request, ports);
        if (!read) {
            return read.error();
        }
    }
    if (what == flow_request::verb::add) {
        auto read = read_actions(actions, ports);
        if (!read) {
            return read.error();
        }
        request.rule.actions = std::move(*read);
    }
    return request;
}

}  // namespace rollover::sim
