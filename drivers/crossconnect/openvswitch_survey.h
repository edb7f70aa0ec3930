// What a survey says to an Open vSwitch and what it reads back, as plain text. No I/O; openvswitch_prober.cpp runs it.
//
// For each attachment there is a rule as those of joins, in the same table, of the same priority and with the same
// note, so that the switch itself refuses an attachment to a join and a survey at once (check_overlap), and the driver
// of the joins knows it as one and can remove it. Its action is learn (ovs-actions(7)): for each source address that
// comes a rule is put into a table that no frame is ever sent to; it also asks for metadata that no frame has.
//
//   ovs-ofctl -O OpenFlow13 --no-names --bundle --timeout=T add-flows B -
//     <- add check_overlap,cookie=C,hard_timeout=S,priority=21103,metadata=0/N,in_port=1,dl_vlan=101,actions=note:...,
//        learn(table=247,hard_timeout=S,priority=1,cookie=C,OXM_OF_METADATA[]=N,NXM_OF_IN_PORT[],NXM_OF_VLAN_TCI[0..12],
//        NXM_OF_ETH_SRC[])                                                                  (an add is one line)
//   ovs-ofctl -O OpenFlow13 --no-names --timeout=T dump-flows B table=247,cookie=C/-1
//     -> " cookie=C, duration=0.6s, table=247, n_packets=0, n_bytes=0, hard_timeout=600, priority=1,metadata=0x1234,
//        in_port=1,dl_vlan=101,dl_src=7a:09:03:c2:41:6c actions=drop"                      (on one line)
//   ovs-ofctl -O OpenFlow13 --timeout=T bundle B -
//     <- packet-out in_port=controller,packet=ffff...,actions=push_vlan:0x8100,set_field:4197->vlan_vid,
//        set_field:52:4f:00:00:00:01->eth_src,output:1,...                                 (on one line)
//
// Rules of both kinds end by themselves, `lifetime` seconds after they were made.
#pragma once

#include "drivers/crossconnect/openvswitch_commands.h"
#include "drivers/crossconnect/prober.h"

namespace rollover::crossconnect {

inline constexpr unsigned survey_table = 247;

/// An attachment by the number of its port.
struct numbered_attachment {
    std::uint32_t port = 0;
    std::uint16_t vlan = 0;
    bool operator==(const numbered_attachment&) const = default;
    auto operator<=>(const numbered_attachment&) const = default;
};

/// The bundle after which all of `where` is looked at. Rules of the same name go first.
[[nodiscard]] std::string bundle_to_look(const std::string& name, std::span<const numbered_attachment> where,
                                         unsigned lifetime);

[[nodiscard]] std::vector<std::string> dump_learned_command(const std::string& bridge, const std::string& name,
                                                            unsigned seconds);

/// A source address and where it came from.
struct learned_source {
    numbered_attachment where;
    mac_address source;
    bool operator==(const learned_source&) const = default;
    auto operator<=>(const learned_source&) const = default;
};

/// Reads the answer of `dump_learned_command`. Lines that are no learned rule are skipped. Linear.
[[nodiscard]] std::vector<learned_source> parse_learned(std::string_view output);

/// One mark on its way out.
struct numbered_marking {
    numbered_attachment where;
    unsigned number = 0;
    unsigned frames = 0;
};

[[nodiscard]] std::vector<std::string> packet_out_command(const std::string& bridge, unsigned seconds);

/// The lines on its standard input. An announcement is different for each mark: so it has lines of its own, for LLDP
/// and CDP.
[[nodiscard]] std::string packet_outs(call_kind what, std::span<const numbered_marking> marks);

/// The bundle that removes all rules of that name.
[[nodiscard]] std::string bundle_to_end(const std::string& name);

}  // namespace rollover::crossconnect
