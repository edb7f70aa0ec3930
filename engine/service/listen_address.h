// Addresses that a service listens at.
#pragma once

#include "engine/base/error.h"
#include "engine/runtime/stream.h"

#include <string_view>

namespace rollover::service {

/// "127.0.0.1:7070", "[::1]:7070", "localhost:0". Errors: bad_input.
[[nodiscard]] result<endpoint> read_listen_address(std::string_view text);

/// Whether nobody but this machine reaches it: 127.0.0.0/8, ::1, localhost.
[[nodiscard]] bool is_loopback(const endpoint& at);

}  // namespace rollover::service
