// The lines for `ip -batch -` and `tc -batch -`, word by word. The simulated host interprets exactly these (A: an
// alias, in double quotes; D: a device; B: a bridge; the words in brackets where they are needed):
//
//   link add name B group 21103 type bridge stp_state 0 mcast_snooping 0 group_fwd_mask 65528 ageing_time 0
//   link set dev B type bridge stp_state 0 mcast_snooping 0 group_fwd_mask 65528 ageing_time 0 [vlan_filtering 0]
//   link set dev B alias A arp off
//   link add link eth1 name D group 21103 type vlan id 101
//   link add name D mtu 1542 group 21103 type vxlan id 7 local 192.0.2.1 remote 192.0.2.2 dstport 4789 nolearning
//   link property add dev D altname rollover-D               link property del dev D altname rollover-D
//   link set dev D alias A                                   link set dev D mtu 9100
//   link set dev D master B                                  link set dev D nomaster
//   link set dev D addrgenmode none
//   link set dev D type bridge_slave learning off flood on mcast_flood on bcast_flood on hairpin off isolated off
//     neigh_suppress off group_fwd_mask 4 [locked off]       (one line)
//   link set dev D up                                        link set dev D down
//   link del dev D
//
//   qdisc add dev D root handle 526f: netem limit 1000 delay 10000us 1000us loss 1% rate 10mbit
//   qdisc add dev D root handle 526f: tbf rate 10mbit burst 65536 latency 50ms
//   qdisc del dev D root
#pragma once

#include "drivers/crossconnect/linux_bridge_standing.h"

namespace rollover::crossconnect {

/// Gathers a change. A device is named by what `ip` calls it; `has` is what stands there, null when it does not.
class line_writer {
public:
    line_writer(const linux_state& state, linux_change& into) : state_(state), change_(into) {}

    void make_bridge(const std::string& bridge, const link_state* has, const std::string& join_name);
    void make_vlan_device(const std::string& name, const attachment& at);
    void make_tunnel(const std::string& name, const tunnel& t);
    /// Claims, marks, moves into the bridge, sets and starts a member.
    void take_member(const std::string& name, const link_state* has, const std::string& bridge);
    /// The same for a tunnel, which needs no claim.
    void take_tunnel(const std::string& name, const link_state* has, const std::string& bridge);
    void shape_member(const std::string& name, const std::optional<shape>& shaped);
    void start_bridge(const std::string& bridge, const link_state* has);
    void stop_bridge(const std::string& bridge);
    /// Out of its bridge; taken away when the driver has made it, else as it was before.
    void release(const link_state& device);
    void remove(const std::string& device);

private:
    void attach(const std::string& name, const link_state* has, const std::string& bridge);

    const linux_state& state_;
    linux_change& change_;
};

}  // namespace rollover::crossconnect
