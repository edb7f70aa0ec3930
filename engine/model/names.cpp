// Names of things in a lab, as the XML and the messages write them.
#include "engine/base/text.h"
#include "engine/model/lab.h"

#include <algorithm>

namespace rollover::model {

std::string name_of(const lab& l, line_reference r) {
    return l.at(r.converter).name + '/' + l.at(r).number;
}

std::string name_of(const lab& l, interface_reference r) {
    return l.at(r.device).name + ' ' + l.at(r).name;
}

std::optional<device_index> find_device(const lab& l, std::string_view name) {
    const auto found = std::ranges::find(l.devices, name, &device::name);
    if (found == l.devices.end()) {
        return std::nullopt;
    }
    return device_index{static_cast<std::uint32_t>(found - l.devices.begin())};
}

std::optional<failure> unknown_device(const lab& l, std::string_view name) {
    if (find_device(l, name)) {
        return std::nullopt;
    }
    std::vector<std::string> known;
    for (const auto& d : l.devices) {
        known.push_back(d.name);
    }
    const auto meant = closest(name, known);
    failure why(errc::not_found, "lab " + l.name + " has no device " + printable(name));
    return meant.empty() ? why : std::move(why).advise("did you mean " + std::string(meant) + "?");
}

std::string_view name_of(line_protocol p) noexcept {
    switch (p) {
        case line_protocol::raw: return "raw";
        case line_protocol::telnet: return "telnet";
        case line_protocol::rfc2217: return "rfc2217";
        case line_protocol::ssh: return "ssh";
        case line_protocol::tty: return "tty";
    }
    return "raw";
}

std::string_view name_of(pacing_mode m) noexcept {
    switch (m) {
        case pacing_mode::timed: return "timed";
        case pacing_mode::acked: return "acked";
        case pacing_mode::echoed: return "echoed";
    }
    return "timed";
}

std::string_view name_of(interface_type t) noexcept {
    return t == interface_type::serial ? "serial" : "ethernet";
}

std::string_view name_of(flow_control f) noexcept {
    switch (f) {
        case flow_control::none: return "none";
        case flow_control::xon_xoff: return "xon-xoff";
        case flow_control::hardware: return "hardware";
    }
    return "none";
}

}  // namespace rollover::model
