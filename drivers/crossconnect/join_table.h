// The joins of a bridge as values, and what has to be done to the switch so that wanted joins are there, or are gone.
// No I/O; openvswitch.cpp carries it out.
#pragma once

#include "drivers/crossconnect/openvswitch_commands.h"
#include "drivers/crossconnect/openvswitch_ports.h"
#include "drivers/crossconnect/ways.h"

namespace rollover::crossconnect {

/// What was found on a bridge.
struct bridge_state {
    std::string bridge;  ///< its name
    std::vector<bridge_port> ports;
    std::vector<flow_rule> rules;               ///< ours only
    std::map<std::string, std::string> qdiscs;  ///< kinds of ours, by device; read where there are ways
};

/// A join as it stands on the switch, perhaps only in part.
struct standing_join {
    join what;  ///< members by port name, sorted; a port that is no more is called "#number"; `damage` is filled in
    std::uint64_t cookie = 0;
    bool complete = false;  ///< every rule is there, and nothing else, and the ports of its tunnels are right
};

/// What has to be done, in this order.
struct change {
    std::vector<way> links;           ///< whose devices have to be made
    std::vector<way> qdiscs;          ///< that have to be set
    std::vector<bridge_port> ports;   ///< to be made, or set right again
    std::string bundle;               ///< of rules; empty: none
    std::string undo;                 ///< the bundle after which the rules are again what they were
    std::vector<std::string> unused;  ///< ports of ours that nothing needs any more after it

    /// Whether the state has to be read again before the bundle can be sent.
    [[nodiscard]] bool makes_ports() const { return !links.empty() || !qdiscs.empty() || !ports.empty(); }
};

/// Our joins, in the order of their names. Rules that lost their note get the name "cookie-526f...".
[[nodiscard]] std::vector<standing_join> standing_joins(const bridge_state& state);

/// The change after which all of `wanted` stand; all empty when they do already. While it makes ports, the bundle is
/// only good for knowing that there is one: its rules name ports that do not exist yet.
/// Errors: bad_input: fewer than 2 members and tunnels, one twice, a VLAN out of 1..4094, a tunnel that cannot be
/// (`checked_tunnel`), a shape that cannot be (`check_shape`), tunnels of one port with different MTUs, a name that is
/// empty, longer than 200 bytes or with control characters; not_found: no such port on the bridge (those that exist are
/// named), or a port left out where there is not exactly one; busy: an attachment or a VNI is in another join, which is
/// named, or somebody else has a port of the name of ours.
[[nodiscard]] result<change> change_to_make(const bridge_state& state, const std::vector<join>& wanted);

/// The change that takes away the joins of these names; `unused` is only right when the state has the ports.
[[nodiscard]] change change_to_remove(const bridge_state& state, const std::vector<std::string>& names);

/// Whether joins of these names have, or may have had, ports of their own: then their removal needs the ports too.
[[nodiscard]] bool needs_ports(const bridge_state& state, const std::vector<std::string>& names);

}  // namespace rollover::crossconnect
