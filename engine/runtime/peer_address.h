// Who is at the other end of a TCP connection.
#pragma once

#include "engine/runtime/stream.h"

#include <string>
#include <string_view>

namespace rollover {

/// The peer's IP address without its port: "192.0.2.7", "2001:db8::1"; of an IPv4 address in an IPv6 one the former.
/// Empty for streams that are no TCP (pipes, virtual time) or not connected any more.
[[nodiscard]] std::string peer_address(const byte_stream& of);

/// Whether this is an address of this machine alone: 127.0.0.0/8 or ::1. An unknown address ("") is not.
[[nodiscard]] bool is_loopback_address(std::string_view address);

}  // namespace rollover
