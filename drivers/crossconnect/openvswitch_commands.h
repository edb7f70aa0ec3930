// What is said to an Open vSwitch and what it answers, as plain text: the commands of the driver, the rules of a join,
// and the reading of `dump-flows`. No I/O here; openvswitch.cpp runs it, the simulator interprets exactly these forms.
//
// The commands about rules, word by word (T: whole seconds, 1 or more; B: the bridge). `environment` has OVS_RUNDIR
// when the address names one. Over SSH the same words become one shell line, see `shell_line` in host.h.
//
//   ovs-ofctl -O OpenFlow13 --no-names --timeout=T dump-flows B cookie=0x526f000000000000/0xffff000000000000
//       -> "OFPST_FLOW reply (OF1.3) (xid=0x2):", then a line for each of our rules:
//          " cookie=0x526f2d1f0c9be3a7, duration=3.004s, table=0, n_packets=0, n_bytes=0, check_overlap
//          priority=21103,metadata=0/0x2d1f0c9be3a7,in_port=1,dl_vlan=101
//          actions=note:61.31.2f.6c.61.6e,set_field:4198->vlan_vid,IN_PORT" (all on one line, single blanks)
//          exit 1 and "ovs-ofctl: B is not a bridge or a socket"
//   the same with cookie=0x526f2d1f0c9be3a7/-1 for the rules of one join
//   ovs-ofctl -O OpenFlow13 --no-names --bundle --timeout=T add-flows B -
//       <- on standard input the lines of join_table.h, all carried out or none:
//            delete cookie=0x526f2d1f0c9be3a7/-1
//            add check_overlap,cookie=0x526f2d1f0c9be3a7,priority=21103,metadata=0/0x2d1f0c9be3a7,in_port=1,
//              dl_vlan=101,actions=note:61.31.2f.6c.61.6e,set_field:4198->vlan_vid,in_port       (one line, no blanks)
//       -> nothing; exit 1 and "Error OFPFMFC_OVERLAP for: OFPT_FLOW_MOD ..." when an add with check_overlap meets a
//          rule of the same priority, not identical in its match, that could match the same frame (in the bundle or
//          before it)
//
// A join of n members and tunnels is n rules, one for the frames that come in at each. Its number is 48 bits made of
// its name.
// * cookie: 0x526f ("Ro") in the high 16 bits, then the number: rules with another prefix are not ours.
// * note: the join's name in hexadecimal bytes, a Nicira action that does nothing (ovs-actions(7)). So the rules alone
//   tell everything, they come and go together, and a crash of ours loses nothing. Open vSwitch pads it with zero
//   bytes.
//   A shaped join's has 1f and the shape behind the name, see ways.h.
// * metadata=0/number: always true (nothing sets the metadata), but different for every join. Two rules of equal
//   matches would silently replace one another; these overlap instead, and with check_overlap the switch itself refuses
//   that one attachment, or one VNI of one tunnel's port, is in two joins, also when two engines work at the same
//   moment (OpenFlow 1.3.5 section 6.4 "overlap").
// * in_port and dl_vlan for a member; in_port and tun_id (the VNI) for a tunnel, whose frames have no tag of ours: what
//   is tagged there are frames of the users, and any tag matches.
// * actions of a member's rule, for each other member in the order of its port and VLAN:
// set_field:(4096+vlan)->vlan_vid
//   (bit 12: OFPVID_PRESENT), then output:N, or in_port when it is on the port of the incoming frame (OpenFlow never
//   sends back otherwise). Then the tunnels: pop_vlan once, and set_field:VNI->tun_id and output for each.
// * actions of a tunnel's rule: first the other tunnels, in the same words but pop_vlan; then push_vlan:0x8100 and the
//   members. dump-flows prints the VNI in hexadecimal, in match and actions.
// A shaped join: targets that are members are the entries of their ways instead, with the member's VLAN, and each way
// has a rule from its exit to the member.
#pragma once

#include "drivers/crossconnect/crossconnect.h"

#include <span>
#include <string_view>

namespace rollover::crossconnect {

inline constexpr std::uint64_t cookie_prefix = 0x526f'0000'0000'0000U;
inline constexpr std::uint64_t cookie_prefix_mask = 0xffff'0000'0000'0000U;
inline constexpr unsigned rule_priority = 21103;  ///< 0x526f

/// One rule of ours as it stands on the switch.
struct flow_rule {
    std::uint64_t cookie = 0;
    std::string note;                  ///< the join's name; empty when there was none
    std::optional<shape> shaped = {};  ///< what the note says behind it
    /// Where a frame comes in or goes out.
    struct place {
        std::uint32_t port = 0;  ///< IN_PORT is already resolved
        std::uint16_t vlan = 0;  ///< of a member; 0: a tunnel
        std::uint32_t vni = 0;   ///< of a tunnel; 0: a member
        bool operator==(const place&) const = default;
        auto operator<=>(const place&) const = default;
    };
    place from;                  ///< all zero when the match was changed so that it cannot be told
    std::vector<place> targets;  ///< sorted
    bool exact = false;          ///< nothing in the rule but what this driver writes
};

/// Arguments of the two commands above. `seconds` is at least 1. `number`: only the rules of the join that has it.
[[nodiscard]] std::vector<std::string> dump_rules_command(const std::string& bridge, unsigned seconds,
                                                          std::optional<std::uint64_t> number = {});
[[nodiscard]] std::vector<std::string> bundle_command(const std::string& bridge, unsigned seconds);

/// Reads the answer of `dump_rules_command`; rules without our prefix are skipped. Linear.
/// Errors: protocol, with the line, for a rule whose cookie cannot be read.
[[nodiscard]] result<std::vector<flow_rule>> parse_rules(std::string_view output);

/// The 48 bits of a join's name: FNV-1a folded, never 0.
[[nodiscard]] std::uint64_t number_of(std::string_view join_name) noexcept;

}  // namespace rollover::crossconnect
