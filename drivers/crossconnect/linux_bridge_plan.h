// The joins of a Linux host as values, and what has to be told to it so that wanted joins are there, or are gone. No
// I/O; linux_bridge.cpp carries it out.
//
// A join is a bridge of the kernel that behaves like a cable, or a hub for more than two members:
// * It never learns addresses (ageing 0; learning off): every frame leaves at all other members, as the interface
//   promises, and no frame is stuck because a device has moved.
// * STP off: BPDUs are forwarded. group_fwd_mask: LLDP (0E), 802.1X (03) and all other group addresses
// 01-80-C2-00-00-0X;
//   LACP (02) by the mask of each port, since the kernel refuses it for the bridge. Never forwarded, by the kernel
//   itself: PAUSE (01), which is between the two ends of one cable.
// * No multicast snooping and no VLAN filtering: nothing in a frame matters.
// * The host is silent: no IPv6 address by itself (addrgenmode none), no ARP on the bridge.
// A tunnel is a VXLAN device with one remote address. `nolearning`: it sends everything there. The outer packets may be
// fragmented (no df): its MTU is such that they need not be, and a wrong mtu= in the lab file is slow then and not
// dead. A rate alone is limited by tbf, anything else by netem.
#pragma once

#include "drivers/crossconnect/linux_bridge_names.h"

#include <set>

namespace rollover::crossconnect {

inline constexpr bridge_settings our_bridge_settings{false, false, false, 0, 0xfff8};
inline constexpr port_settings our_port_settings{false, true, false, false, 0x4};
/// What a member's MTU is raised to where the device can: 9,000 bytes of the users and their tags.
inline constexpr std::uint32_t wanted_mtu = 9100;

/// A join as it stands on the host, perhaps only in part.
struct standing_bridge {
    join what;                        ///< members sorted; a device that is no member of a trunk is one of VLAN 0
    std::string bridge;               ///< its name
    std::vector<std::string> faults;  ///< what is not as the driver makes it, for people; empty: whole
};

/// The joins of the bridges of `prefix`, in the order of their names. Bridges that lost their alias are named "rx-...".
[[nodiscard]] std::vector<standing_bridge> standing_bridges(const linux_state& state, std::string_view prefix);

struct linux_goal {
    std::vector<join> wanted;
    std::vector<std::string> gone;  ///< names of joins that must not stand
    /// Devices that are freed when they are claimed or made, and in no join: what a half-made change of ours took.
    std::set<std::string> freed;
};

/// What has to be told to the host, in this order; all empty when nothing has.
struct linux_change {
    std::string links;              ///< for ip -batch -
    std::string shapes;             ///< for tc -batch -
    std::string starts;             ///< for ip -batch -: from here on frames pass
    std::set<std::string> touched;  ///< devices that it makes or takes
    /// Devices that somebody is taking or has left half taken. Look again a little later; who still finds them so may
    /// take them (`settled`).
    std::vector<std::string> unclear;
    [[nodiscard]] bool empty() const { return links.empty() && shapes.empty() && starts.empty(); }
};

/// Whether `show_disciplines_command` has to be asked for this goal.
[[nodiscard]] bool needs_disciplines(const linux_state& state, const linux_goal& goal);

/// Errors: bad_input: fewer than 2 members, one twice, a VLAN out of 1..4094, names that cannot be; not_found: no such
/// network device (those that exist are named); busy: a device is in another join, which is named, or is used by
/// others.
[[nodiscard]] result<linux_change> change_to(const linux_state& state, std::string_view prefix, const linux_goal& goal,
                                             bool settled);

}  // namespace rollover::crossconnect
