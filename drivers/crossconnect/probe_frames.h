// The frames that a prober sends, without a tag, as bytes. Sources: RFC 826 and 5227 (ARP probe), RFC 4443 (ICMPv6 echo
// request), RFC 4291 (fe80::/10, modified EUI-64, ff02::1), RFC 2464 (33:33:00:00:00:01), IEEE 802.1AB-2016 clauses 7.1
// and 8.5 (LLDP), IEEE 802-2014 clause 9 (SNAP). CDP has no standard: its layout and TLVs are those that tcpdump's
// print-cdp.c, Wireshark's packet-cdp.c and lldpd's cdp.c read from Cisco's devices.
#pragma once

#include "engine/base/mac.h"

#include <cstdint>
#include <string>
#include <vector>

namespace rollover::crossconnect {

/// To all stations: who has 192.0.2.1 (RFC 5737: nobody)? 60 bytes, the shortest Ethernet frame.
[[nodiscard]] std::vector<std::uint8_t> arp_probe(const mac_address& source);

/// To all IPv6 nodes of the link, from the link-local address that is made of `source`. Who takes it asks for that
/// address (neighbour solicitation) or answers: both show its own.
[[nodiscard]] std::vector<std::uint8_t> echo_request(const mac_address& source);

/// "rollover-7": what the neighbour that announces mark 7 is called. RFC 1123 host names have this form.
[[nodiscard]] std::string announced_name(unsigned number);

/// LLDP to the nearest bridge, from `mark_of(number)`: chassis the mark, port and system `announced_name(number)`,
/// forgotten after 120 s.
[[nodiscard]] std::vector<std::uint8_t> lldp_announcement(unsigned number);

/// CDP version 2, from `mark_of(number)`: device and port `announced_name(number)`, a host; forgotten after 120 s. Its
/// checksum is that of RFC 1071 over all from the version on; Cisco's differs for an odd length, so the length is even.
[[nodiscard]] std::vector<std::uint8_t> cdp_announcement(unsigned number);

/// In hexadecimal digits, as ovs-ofctl takes a packet.
[[nodiscard]] std::string to_hexadecimal(const std::vector<std::uint8_t>& frame);

}  // namespace rollover::crossconnect
