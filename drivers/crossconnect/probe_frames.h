// The frames that a prober sends, without a tag, as bytes. Sources: RFC 826 and 5227 (ARP probe), RFC 4443 (ICMPv6 echo
// request), RFC 4291 (fe80::/10, modified EUI-64, ff02::1), RFC 2464 (33:33:00:00:00:01).
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

/// In hexadecimal digits, as ovs-ofctl takes a packet.
[[nodiscard]] std::string to_hexadecimal(const std::vector<std::uint8_t>& frame);

}  // namespace rollover::crossconnect
