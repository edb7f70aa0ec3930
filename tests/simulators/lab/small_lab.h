// Labs made in code: one converter, one switch, one cross-connect, and as many routers as wanted.
#pragma once

#include "engine/model/lab.h"

#include <fmt/format.h>

namespace rollover::sim {

inline constexpr std::uint16_t first_port = 4001;
inline constexpr std::uint16_t first_vlan = 101;

/// Device i (r0, r1, ...) has its console on port 4001+i and "FastEthernet0/0" in VLAN 101+i of a switch whose trunk
/// ends at the port "eth1" of the cross-connect "xc", on this host.
inline model::lab small_lab(std::uint32_t devices, model::line_protocol protocol = model::line_protocol::raw,
                            const std::string& platform = "cisco-ios") {
    model::lab lab;
    lab.name = "small";
    lab.sites.push_back({"main", {}});
    model::converter converter;
    converter.name = "cs1";
    converter.protocol = protocol;
    converter.host = "127.0.0.1";
    model::cross_connect xc;
    xc.name = "xc";
    xc.bridge = "br-xc";
    lab.cross_connects.push_back(xc);
    model::lab_switch sw;
    sw.name = "sw1";
    sw.trunks.push_back({"Gi0/24", {0}, "eth1", {}});
    lab.switches.push_back(sw);
    for (std::uint32_t i = 0; i < devices; ++i) {
        model::converter_line line;
        line.number = std::to_string(i + 1);
        line.port = static_cast<std::uint16_t>(first_port + i);
        converter.lines.push_back(line);
        model::device d;
        d.name = fmt::format("r{}", i);
        d.platform = platform;
        d.console.line = {{0}, i};
        model::interface port;
        port.name = "FastEthernet0/0";
        port.port = model::switch_port{{0}, fmt::format("Gi0/{}", i), static_cast<std::uint16_t>(first_vlan + i)};
        d.interfaces.push_back(port);
        lab.devices.push_back(d);
    }
    lab.converters.push_back(converter);
    return lab;
}

/// Rules that join two VLANs of the trunk "eth1", as a cross-connect's driver writes them.
inline std::string join_rules(const std::string& number, unsigned one, unsigned other) {
    const auto rule = [&number](unsigned from, unsigned to) {
        return fmt::format(
            "add check_overlap,cookie=0x526f{0},priority=21103,metadata=0/0x{0},in_port=1,dl_vlan={1},"
            "actions=note:61,set_field:{2}->vlan_vid,in_port\n",
            number, from, 4096 + to);
    };
    return rule(one, other) + rule(other, one);
}

}  // namespace rollover::sim
