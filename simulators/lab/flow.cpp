#include "simulators/lab/flow.h"

#include <fmt/format.h>

namespace rollover::sim {

namespace {

std::string port_name(std::uint16_t port) {
    return port == local_port ? "LOCAL" : fmt::format("{}", port);
}

/// As printf writes "%#x": a zero has no prefix.
std::string hex(std::uint64_t value) {
    return value == 0 ? "0" : fmt::format("{:#x}", value);
}

std::string text_of_note(const std::string& bytes) {
    std::string out = "note:";
    for (const char c : bytes) {
        out += fmt::format("{}{:02x}", out.back() == ':' ? "" : ".", static_cast<unsigned char>(c));
    }
    return out;
}

std::string text_of(const flow_action& a, int version) {
    using kind = flow_action::kind;
    switch (a.what) {
        case kind::output: return a.value == local_port ? "LOCAL" : fmt::format("output:{}", a.value);
        case kind::in_port: return "IN_PORT";
        case kind::flood: return a.value == 1 ? "ALL" : "FLOOD";
        case kind::normal: return "NORMAL";
        case kind::set_vlan:
            return version == 10 ? fmt::format("mod_vlan_vid:{}", a.value)
                                 : fmt::format("set_field:{}->vlan_vid", a.value | vlan_present);
        case kind::strip_vlan: return version == 10 ? "strip_vlan" : "pop_vlan";
        case kind::push_vlan: return "push_vlan:0x8100";
        case kind::set_tunnel:
            return version == 10 ? fmt::format("set_tunnel:{}", hex(a.vni))
                                 : fmt::format("set_field:{}->tun_id", hex(a.vni));
        case kind::note: return text_of_note(a.note);
    }
    return {};
}

std::string text_of_match(const flow& f) {
    std::vector<std::string> match;
    if (f.priority != default_priority) {
        match.push_back(fmt::format("priority={}", f.priority));
    }
    if (f.match.vni) {
        match.push_back("tun_id=" + hex(*f.match.vni));
    }
    if (f.match.metadata_mask != 0) {
        const bool whole = f.match.metadata_mask == ~std::uint64_t{0};
        match.push_back("metadata=" + hex(f.match.metadata) + (whole ? "" : "/" + hex(f.match.metadata_mask)));
    }
    if (f.match.in_port) {
        match.push_back("in_port=" + port_name(*f.match.in_port));
    }
    if (f.match.vlan) {
        match.push_back(fmt::format("dl_vlan={}", *f.match.vlan));
    }
    return fmt::format("{}{}", fmt::join(match, ","), match.empty() ? "" : " ");
}

std::string text_of_actions(const flow& f, int version) {
    std::vector<std::string> actions;
    for (const auto& one : f.actions) {
        // OpenFlow 1.0 has no word for it: setting the VLAN makes the tag.
        if (version != 10 || one.what != flow_action::kind::push_vlan) {
            actions.push_back(text_of(one, version));
        }
    }
    return "actions=" + (actions.empty() ? "drop" : fmt::format("{}", fmt::join(actions, ",")));
}

}  // namespace

std::string to_string(const flow& f, int version, bool statistics) {
    std::string out = " ";
    if (statistics || f.cookie != 0) {
        out += fmt::format("cookie={:#x}, ", f.cookie);
    }
    if (statistics) {
        out += fmt::format("duration=1.000s, table={}, n_packets=0, n_bytes=0, ", f.table);
        out += version == 10 ? "idle_age=1, " : "";
    } else if (f.table != 0) {
        out += fmt::format("table={}, ", f.table);
    }
    if (version != 10) {
        out += f.checks_overlap ? "check_overlap " : "";
        out += f.resets_counts ? "reset_counts " : "";
    }
    return out + text_of_match(f) + text_of_actions(f, version);
}

std::string describe_add(const flow& f, int version) {
    std::string out = "ADD " + text_of_match(f);
    if (f.cookie != 0) {
        out += fmt::format("cookie:{:#x} ", f.cookie);
    }
    out += f.checks_overlap ? "check_overlap " : "";
    return out + text_of_actions(f, version);
}

}  // namespace rollover::sim
