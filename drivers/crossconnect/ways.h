// The ways that shaped frames take: for each member of a shaped join a veth pair, both ends of it ports of the bridge.
// Frames for the member go into the entry, meet a qdisc (netem; tbf where only the rate is limited) as they leave it,
// and come back at the exit, whose rule sends them to the member. No I/O here; openvswitch.cpp runs, with these on
// standard input (DEV: the entry, "ros", 11 hexadecimal digits, "a"; the exit ends in "b"):
//
//   ip -force -batch -   <-  link del DEV                                       (it may not be there)
//   ip -batch -          <-  link add DEV mtu 9216 type veth peer name EXIT mtu 9216
//                            link set DEV up
//                            link set EXIT up
//   tc -batch -          <-  qdisc replace dev DEV root handle 526f: netem limit 1000 delay 20000us 5000us loss 1.5000%
//                            qdisc replace dev DEV root handle 526f: tbf rate 10mbit burst 20000 latency 50ms
//       -> "Error: Specified qdisc kind is unknown." where the kernel has no netem
//   tc -j qdisc show     ->  [{"kind":"netem","handle":"526f:","root":true,"dev":"DEV",...},...]
// Source: ip-link(8), tc-netem(8), tc-tbf(8).
#pragma once

#include "drivers/crossconnect/openvswitch_ports.h"

namespace rollover::crossconnect {

struct way {
    std::string entry;  ///< names of the two ports, and of the devices that they are
    std::string exit;
    shape shaped;
    bool operator==(const way&) const = default;
};

/// The way to one member. Another shape has another way, so that a change can be taken back.
[[nodiscard]] way way_to(const std::string& bridge, const std::string& join_name, const attachment& member,
                         const shape& shaped);

/// The port as it must be; its number is 0.
[[nodiscard]] bridge_port port_for_way(std::string name);
[[nodiscard]] bool is_way(const bridge_port& port);

/// Errors: bad_input: nothing is asked for, more jitter than delay, a delay over 10 s, more than all frames lost.
[[nodiscard]] result<void> check_shape(const shape& shaped);

/// In the note of a rule, behind the join's name: "d20000j5000l15000r0" (microseconds, a million, Mbit/s).
[[nodiscard]] std::string shape_note(const shape& shaped);
[[nodiscard]] std::optional<shape> read_shape_note(std::string_view text);

/// The kind of qdisc that makes it.
[[nodiscard]] std::string_view qdisc_kind(const shape& shaped);

/// What is given to the batches above.
[[nodiscard]] std::string delete_links(std::span<const way> ways);
[[nodiscard]] std::string add_links(std::span<const way> ways);
[[nodiscard]] std::string set_qdiscs(std::span<const way> ways);

/// Reads the answer of `tc -j qdisc show`: the kinds of our qdiscs, by device. Errors: protocol.
[[nodiscard]] result<std::map<std::string, std::string>> parse_qdiscs(std::string_view output);

}  // namespace rollover::crossconnect
