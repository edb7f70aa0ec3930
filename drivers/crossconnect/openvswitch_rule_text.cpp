#include "drivers/crossconnect/openvswitch_rule_text.h"

#include "drivers/crossconnect/ways.h"

#include <fmt/format.h>

namespace rollover::crossconnect {

namespace {

constexpr char note_separator = 0x1f;           // no name has control characters
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
    std::optional<std::uint32_t> vni;
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
    } else if (name == "tun_id") {
        into.vni = read_number<std::uint32_t>(value);
        into.others = into.others || !into.vni;
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

/// What the actions before have made of the frame.
struct frame_state {
    bool tagged = false;
    std::uint16_t vlan = 0;  // as it was set last; 0: not yet
    std::uint32_t vni = 0;
};

/// "set_field:V->FIELD"; false when this driver does not write such.
bool read_set_field(frame_state& frame, std::string_view words) {
    constexpr std::string_view into_vlan = "->vlan_vid";
    constexpr std::string_view into_vni = "->tun_id";
    if (words.ends_with(into_vni)) {
        words.remove_suffix(into_vni.size());
        frame.vni = read_number<std::uint32_t>(words).value_or(0);
        return frame.vni != 0;
    }
    if (!frame.tagged || !words.ends_with(into_vlan)) {
        return false;
    }
    words.remove_suffix(into_vlan.size());
    const auto value = read_number<std::uint16_t>(words);
    const bool usable = value && (*value & vlan_present) != 0 && *value < 2 * vlan_present;
    frame.vlan = usable ? static_cast<std::uint16_t>(*value & ~vlan_present) : std::uint16_t{0};
    return usable;
}

/// The tag goes or comes: once, and the right way round.
bool change_tag(frame_state& frame, bool tagged) {
    const bool changed = frame.tagged != tagged;
    frame.tagged = tagged;
    frame.vlan = 0;
    return changed;
}

/// One action after the note; false when this driver does not write such.
bool read_action(flow_rule& rule, frame_state& frame, std::string_view action) {
    constexpr std::string_view set = "set_field:";
    constexpr std::string_view out = "output:";
    if (action.starts_with(set)) {
        return read_set_field(frame, action.substr(set.size()));
    }
    if (action == "pop_vlan" || action == "push_vlan:0x8100") {
        return change_tag(frame, action != "pop_vlan");
    }
    if (frame.tagged ? frame.vlan == 0 : frame.vni == 0) {
        return false;  // an output before it was said whereto
    }
    const bool back = action == "IN_PORT" || action == "in_port";
    const auto port = back                      ? std::optional(rule.from.port)
                      : action.starts_with(out) ? read_number<std::uint32_t>(action.substr(out.size()))
                                                : std::nullopt;
    if (port) {
        const flow_rule::place member{*port, frame.vlan, 0};
        const flow_rule::place tunnel{*port, 0, frame.vni};
        rule.targets.push_back(frame.tagged ? member : tunnel);
    }
    return port.has_value();
}

/// The join's name, and behind the separator its shape; false when that cannot be read.
bool take_name(flow_rule& rule, const std::string& text) {
    const auto cut = text.find(note_separator);
    rule.note = text.substr(0, cut);
    if (cut != std::string::npos) {
        rule.shaped = read_shape_note(text.substr(cut + 1));
    }
    return cut == std::string::npos || rule.shaped.has_value();
}

/// Reads the actions into `rule`; false when there was one that this driver does not write.
bool read_actions(flow_rule& rule, std::string_view actions) {
    constexpr std::string_view note = "note:";
    bool known = actions.starts_with(note);
    frame_state frame;
    frame.tagged = rule.from.vni == 0;
    while (!actions.empty()) {
        const auto action = take(actions, ",");
        if (action.starts_with(note)) {
            const auto text = read_note(action.substr(note.size()));
            known = known && text && rule.note.empty();
            known = take_name(rule, text.value_or("")) && known;
        } else {
            known = read_action(rule, frame, action) && known;
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
    if (!match.cookie) {
        return std::nullopt;
    }
    const bool placed = match.in_port && match.vlan.value_or(1) != 0 && match.vni.value_or(1) != 0 &&
                        match.vlan.has_value() != match.vni.has_value();
    if (placed) {
        match.rule.from = {*match.in_port, match.vlan.value_or(0), match.vni.value_or(0)};
    }
    const bool fields_known = placed && match.check_overlap && match.priority && match.metadata && !match.others;
    const bool actions_known =
        cut != std::string_view::npos && ours && read_actions(match.rule, text.substr(cut + before_actions.size()));
    match.rule.exact = fields_known && actions_known;
    return std::move(match.rule);
}

std::string add_line(const flow_rule& rule) {
    std::string note;
    const auto text = rule.note + (rule.shaped ? note_separator + shape_note(*rule.shaped) : std::string());
    for (const char c : text) {
        note += fmt::format("{}{:02x}", note.empty() ? "" : ".", static_cast<unsigned char>(c));
    }
    const auto& from = rule.from;
    const bool tunneled = from.vni != 0;
    auto line =
        fmt::format("add check_overlap,cookie={:#x},priority={},metadata=0/{:#x},in_port={},{}={},actions=note:{}",
                    rule.cookie, rule_priority, rule.cookie & ~cookie_prefix_mask, from.port,
                    tunneled ? "tun_id" : "dl_vlan", tunneled ? from.vni : from.vlan, note);
    const auto append = [&](bool tunnels) {
        bool first = true;
        for (const auto& target : rule.targets) {
            if ((target.vni != 0) != tunnels) {
                continue;
            }
            if (first && tunnels != tunneled) {
                line += tunnels ? ",pop_vlan" : ",push_vlan:0x8100";
            }
            first = false;
            line += tunnels ? fmt::format(",set_field:{}->tun_id,", target.vni)
                            : fmt::format(",set_field:{}->vlan_vid,", vlan_present | target.vlan);
            line += target.port == from.port ? "in_port" : fmt::format("output:{}", target.port);
        }
    };
    append(tunneled);
    append(!tunneled);
    return line + "\n";
}

std::string delete_line(std::uint64_t cookie) {
    return fmt::format("delete cookie={:#x}/-1\n", cookie);
}

}  // namespace rollover::crossconnect
