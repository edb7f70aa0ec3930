// The ports of an Open vSwitch bridge: which there are, and those that this driver makes. No I/O here; openvswitch.cpp
// runs the commands, the simulator interprets exactly these forms (T: whole seconds; B: the bridge):
//
//   ovs-vsctl --timeout=T --format=json list-ifaces B
//             -- --columns=name,ofport,type,options,external_ids,error list Interface
//       -> one port name of B on each line (its own LOCAL port is not among them), then one line of JSON: the table
//          {"data":[["rot2d1f0c9be3a7",3,"vxlan",["map",[["key","flow"],...]],["map",[...]],["set",[]]],...],
//           "headings":["name","ofport","type","options","external_ids","error"]} of all interfaces of all bridges.
//          ofport is -1 or ["set",[]] for a port that does not work. Source: RFC 7047 section 5.1, ovs-vsctl(8).
//          exit 1 and "ovs-vsctl: no bridge named B" on standard error
//   ovs-vsctl --timeout=T -- --may-exist add-port B NAME trunks=4095 -- set Interface NAME type=vxlan
//             options={dst_port="4789",key="flow",local_ip="192.0.2.1",remote_ip="192.0.2.2"}
//             external_ids={rollover="tunnel",rollover-mtu="1600"} [ofport_request=3] [-- ... for the next port]
//       -> nothing, also when the port cannot work: then its ofport is -1, and the column `error` says why
//   ovs-vsctl --timeout=T -- --if-exists del-port B NAME [-- --if-exists del-port B NAME ...]
//
// A tunnel's port: type vxlan, one for each pair of addresses and UDP port, the VNI by the rules (key=flow). It is
// called "rot" and 12 hexadecimal digits, made of bridge, addresses and UDP port, and says
// external_ids:rollover=tunnel; a port that lacks one of both is not ours. trunks=4095 (a VLAN that no frame can have)
// keeps rules of others that say NORMAL from sending anything into it; rules that name the port, as ours do, do not
// heed it.
#pragma once

#include "drivers/crossconnect/crossconnect.h"

#include <span>
#include <string_view>

namespace rollover::crossconnect {

using text_map = std::map<std::string, std::string, std::less<>>;

/// A port of the bridge.
struct bridge_port {
    std::string name;
    std::uint32_t number = 0;  ///< OpenFlow's; 0: it does not work
    std::string type = {};
    text_map options = {};
    text_map marks = {};     ///< external_ids
    std::string error = {};  ///< why it does not work, in the words of Open vSwitch
    bool operator==(const bridge_port&) const = default;
};

/// Arguments of the commands above. `seconds` is at least 1; the lists are not empty.
[[nodiscard]] std::vector<std::string> read_ports_command(const std::string& bridge, unsigned seconds);
/// A port with a number gets it again, where it is free.
[[nodiscard]] std::vector<std::string> make_ports_command(const std::string& bridge, std::span<const bridge_port> ports,
                                                          unsigned seconds);
[[nodiscard]] std::vector<std::string> drop_ports_command(const std::string& bridge, std::span<const std::string> names,
                                                          unsigned seconds);

/// Reads the answer of `read_ports_command`, in its order. Errors: protocol.
[[nodiscard]] result<std::vector<bridge_port>> parse_ports(std::string_view output);

/// The port of a tunnel as it must be; its number is 0. `to` is checked (`checked_tunnel`).
[[nodiscard]] bridge_port port_for(const std::string& bridge, const tunnel& to);

/// `to` with its addresses as Open vSwitch writes them.
/// Errors: bad_input: no addresses of one family, the same address twice, a VNI or a UDP port that cannot be.
[[nodiscard]] result<tunnel> checked_tunnel(const tunnel& to);

/// Whether a port is called as those that the driver makes: for a tunnel, a shaped join (ways.h) or a capture.
[[nodiscard]] bool has_own_name(std::string_view name);
/// Whether the driver has made this port: by name and mark.
[[nodiscard]] bool is_ours(const bridge_port& port);
[[nodiscard]] bool is_tunnel(const bridge_port& port);

/// Where a port of ours goes to; its VNI is 0. Nothing when it is none or its options were changed beyond reading.
[[nodiscard]] std::optional<tunnel> tunnel_of(const bridge_port& port);

/// Whether `found` is `wanted`, its number and error left aside.
[[nodiscard]] bool same_settings(const bridge_port& found, const bridge_port& wanted);

}  // namespace rollover::crossconnect
