// The joins of a bridge as values, and what has to be told to the switch so that wanted joins are there, or are gone.
// No I/O; openvswitch.cpp carries it out.
#pragma once

#include "drivers/crossconnect/openvswitch_commands.h"

namespace rollover::crossconnect {

/// What was found on a bridge.
struct bridge_state {
    std::vector<bridge_port> ports;
    std::vector<flow_rule> rules;  ///< ours only
};

/// A join as it stands on the switch, perhaps only in part.
struct standing_join {
    join what;  ///< members by port name, sorted; a port that is no more is called "#number"
    std::uint64_t cookie = 0;
    bool complete = false;  ///< every rule is there, and nothing else
};

/// Our joins, in the order of their names. Rules that lost their note get the name "cookie-526f...".
[[nodiscard]] std::vector<standing_join> standing_joins(const bridge_state& state);

/// The bundle after which all of `wanted` stand; empty when they do already.
/// Errors: bad_input: fewer than 2 members, a member twice, a VLAN out of 1..4094, a name that is empty, longer than
/// 200 bytes or with control characters; not_found: no such port on the bridge (those that exist are named), or a port
/// left out where there is not exactly one; busy: an attachment is in another join, which is named.
[[nodiscard]] result<std::string> bundle_to_make(const bridge_state& state, const std::vector<join>& wanted);

/// The bundle that takes away the joins of these names; empty when none of them is there.
[[nodiscard]] std::string bundle_to_remove(const bridge_state& state, const std::vector<std::string>& names);

}  // namespace rollover::crossconnect
