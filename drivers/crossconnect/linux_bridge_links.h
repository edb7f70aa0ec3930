// The network devices of a Linux host as its iproute2 prints them. No I/O here.
//
// Two commands ask (the rest of the driver only writes, see linux_bridge_plan.h):
//   ip -j -d link show       -> one JSON array, an object for each device
//   tc -j qdisc show         -> one JSON array, an object for each queueing discipline
// Source: ip-link(8), tc(8), iproute2's ip/ipaddress.c, ip/iplink_{bridge,bridge_slave,vlan,vxlan}.c and
// tc/q_{netem,tbf}.c (version 6.1; the same members since 4.18).
#pragma once

#include "drivers/crossconnect/crossconnect.h"

#include <string_view>

namespace rollover::crossconnect {

/// What a bridge does with frames.
struct bridge_settings {
    bool spanning_tree = true;
    bool snooping = true;        ///< of multicast: groups that nobody joined are not flooded
    bool vlan_filtering = true;  ///< false too where the kernel cannot
    std::uint32_t ageing = 1;    ///< 1/100 s; 0: addresses are never learned, every frame goes to all
    std::uint32_t forwards = 0;  ///< group_fwd_mask: bit N for the group address 01-80-C2-00-00-0N
    bool operator==(const bridge_settings&) const = default;
};

/// What a port of a bridge does with frames.
struct port_settings {
    bool learning = true;
    bool floods = false;  ///< unicast, multicast and broadcast
    bool hairpin = true;
    bool restricted = true;      ///< isolated, locked, or answering for neighbours
    std::uint32_t forwards = 0;  ///< group_fwd_mask of the port; it may have LACP's bit, which the bridge's may not
    bool operator==(const port_settings&) const = default;
};

struct link_state {
    std::string name;
    std::string kind;    ///< "bridge", "vlan", "vxlan", "veth"; empty for hardware
    std::string parent;  ///< device below; empty when there is none or it is in another network namespace
    std::string master;  ///< the bridge (or bond) that it is in
    std::string alias;
    std::string group;  ///< "default", or a number or a name
    std::vector<std::string> other_names;
    std::uint32_t mtu = 0;
    std::uint32_t most_mtu = 0;  ///< 0: not told
    bool up = false;             ///< meant to be up, whatever the cable says
    bool carrier = false;
    bool arp = true;
    std::string addresses;   ///< how it gets an IPv6 address by itself: "none", "eui64", ...
    std::string discipline;  ///< of its queue: "noqueue", "netem", ...
    std::optional<bridge_settings> bridge;
    std::optional<port_settings> port;  ///< when `master` is a bridge
    std::uint16_t vlan = 0;             ///< of kind "vlan", 802.1Q
    std::optional<tunnel> vxlan;        ///< `mtu` is not told: 0
    bool operator==(const link_state&) const = default;
};

/// The discipline at the root of a device's queue.
struct root_discipline {
    std::string kind;
    std::string handle;           ///< "526f:"; "0:" for the one that every device has
    std::optional<shape> shaped;  ///< what it does, when it is netem or tbf and does nothing that `shape` cannot say
};

/// What was found on a host.
struct linux_state {
    std::map<std::string, link_state> links;             ///< by name
    std::map<std::string, root_discipline> disciplines;  ///< by device; empty when it was not asked for
};

[[nodiscard]] std::vector<std::string> show_links_command();
[[nodiscard]] std::vector<std::string> show_disciplines_command();

/// Reads the answer of `show_links_command`. Errors: protocol.
[[nodiscard]] result<std::map<std::string, link_state>> parse_links(std::string_view json);

/// Reads the answer of `show_disciplines_command`. Errors: protocol.
[[nodiscard]] result<std::map<std::string, root_discipline>> parse_disciplines(std::string_view json);

}  // namespace rollover::crossconnect
