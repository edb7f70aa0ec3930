#include "drivers/crossconnect/openvswitch_rule_text.h"

#include <fmt/format.h>

namespace rollover::crossconnect {

namespace {

constexpr std::uint16_t vlan_present = 0x1000;  // OFPVID_PRESENT, OpenFlow 1.3.5 section 7.2.3.7

/// Cuts the next piece off `rest`, up to one of `separators`, which goes too.
std::string_view take(std::string_view& rest, std::string_view separators) {
    const auto end = rest.find_first_of(separators);
    const auto piece = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return piece;
}

/// "61.31.00": the bytes, without the zeros that Open vSwitch pads with.
std::optional<std::string> read_note(std::string_view text) {
    std::string bytes;
    while (!text.empty()) {
        const auto piece = take(text, ".");
        unsigned value = 0;
        const auto [end, error] = std::from_chars(piece.data(), piece.data() + piece.size(), value, 16);
        if (piece.size() != 2 || error != std::errc{} || end != piece.data() + 2) {
            return std::nullopt;
        }
        bytes.push_back(static_cast<char>(value));
    }
    while (bytes.ends_with('\0')) {
        bytes.pop_back();
    }
    return bytes;
}

/// What the fields before " actions=" said.
struct read_match {
    flow_rule rule;
    std::optional<std::uint32_t> in_port;
    std::optional<std::uint16_t> vlan;
    bool cookie = false;
    bool check_overlap = false;
    bool priority = false;
    bool metadata = false;
    bool others = false;  // something that this driver never writes
};

void read_metadata(read_match& into, std::string_view value) {
    const auto zero = take(value, "/");
    const auto mask = read_number<std::uint64_t>(value);
    into.metadata = mask && (zero == "0" || zero == "0x0") && *mask == (into.rule.cookie & ~cookie_prefix_mask);
    into.others = into.others || !into.metadata;
}

void read_field(read_match& into, std::string_view field) {
    std::string_view value = field;
    const auto name = take(value, "=");
    if (name == "cookie") {
        const auto cookie = read_number<std::uint64_t>(value);
        into.cookie = cookie.has_value();
        into.rule.cookie = cookie.value_or(0);
    } else if (name == "in_port") {
        into.in_port = read_number<std::uint32_t>(value);
    } else if (name == "dl_vlan") {
        into.vlan = read_number<std::uint16_t>(value);
    } else if (name == "metadata") {
        read_metadata(into, value);
    } else if (name == "priority") {
        into.priority = read_number<unsigned>(value) == rule_priority;
    } else if (name == "check_overlap") {
        into.check_overlap = true;
    } else if (name == "table") {
        into.others = into.others || value != "0";
    } else if (name != "duration" && name != "n_packets" && name != "n_bytes" && name != "idle_age" &&
               name != "hard_age") {
        into.others = true;
    }
}

/// One action after the note; false when this driver does not write such.
bool read_action(flow_rule& rule, std::uint16_t& vlan, std::string_view action) {
    constexpr std::string_view set = "set_field:";
    constexpr std::string_view into = "->vlan_vid";
    constexpr std::string_view out = "output:";
    if (action.starts_with(set) && action.ends_with(into)) {
        action.remove_prefix(set.size());
        action.remove_suffix(into.size());
        const auto value = read_number<std::uint16_t>(action);
        const bool usable = value && (*value & vlan_present) != 0 && *value < 2 * vlan_present;
        vlan = usable ? static_cast<std::uint16_t>(*value & ~vlan_present) : std::uint16_t{0};
        return usable;
    }
    if (vlan == 0) {
        return false;  // an output before any VLAN was set
    }
    if (action == "IN_PORT" || action == "in_port") {
        rule.targets.push_back({rule.in_port, vlan});
        return true;
    }
    const auto port = action.starts_with(out) ? read_number<std::uint32_t>(action.substr(out.size())) : std::nullopt;
    if (port) {
        rule.targets.push_back({*port, vlan});
    }
    return port.has_value();
}

/// Reads the actions into `rule`; false when there was one that this driver does not write.
bool read_actions(flow_rule& rule, std::string_view actions) {
    constexpr std::string_view note = "note:";
    bool known = actions.starts_with(note);
    std::uint16_t vlan = 0;
    while (!actions.empty()) {
        const auto action = take(actions, ",");
        if (action.starts_with(note)) {
            const auto text = read_note(action.substr(note.size()));
            known = known && text && rule.note.empty();
            rule.note = text.value_or("");
        } else {
            known = read_action(rule, vlan, action) && known;
        }
    }
    std::sort(rule.targets.begin(), rule.targets.end());
    return known && !rule.note.empty();
}

}  // namespace

std::optional<flow_rule> parse_rule(std::string_view text) {
    constexpr std::string_view before_actions = "actions=";
    const auto cut = text.find(before_actions);
    auto fields = text.substr(0, cut);
    read_match match;
    while (!fields.empty()) {
        if (const auto field = take(fields, ", "); !field.empty()) {
            read_field(match, field);
        }
    }
    const bool ours = (match.rule.cookie & cookie_prefix_mask) == cookie_prefix;
    if (!match.cookie || (ours && (!match.in_port || !match.vlan))) {
        return std::nullopt;
    }
    match.rule.in_port = match.in_port.value_or(0);
    match.rule.vlan = match.vlan.value_or(0);
    const bool fields_known = match.check_overlap && match.priority && match.metadata && !match.others;
    const bool actions_known =
        cut != std::string_view::npos && ours && read_actions(match.rule, text.substr(cut + before_actions.size()));
    match.rule.exact = fields_known && actions_known;
    return std::move(match.rule);
}

std::string add_line(const flow_rule& rule) {
    std::string note;
    for (const char c : rule.note) {
        note += fmt::format("{}{:02x}", note.empty() ? "" : ".", static_cast<unsigned char>(c));
    }
    auto line =
        fmt::format("add check_overlap,cookie={:#x},priority={},metadata=0/{:#x},in_port={},dl_vlan={},actions=note:{}",
                    rule.cookie, rule_priority, rule.cookie & ~cookie_prefix_mask, rule.in_port, rule.vlan, note);
    for (const auto& target : rule.targets) {
        line += fmt::format(",set_field:{}->vlan_vid,", vlan_present | target.vlan);
        line += target.port == rule.in_port ? "in_port" : fmt::format("output:{}", target.port);
    }
    return line + "\n";
}

std::string delete_line(std::uint64_t cookie) {
    return fmt::format("delete cookie={:#x}/-1\n", cookie);
}

}  // namespace rollover::crossconnect
