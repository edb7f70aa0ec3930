// Where a service is: http://host:port/path, or https.
#pragma once

#include "engine/base/error.h"
#include "engine/runtime/stream.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace rollover::service {

/// The port of `rollover serve` where none is given.
inline constexpr std::uint16_t default_port = 7070;

struct http_url {
    endpoint at;
    bool secure = false;     ///< https
    std::string path = "/";  ///< still encoded, with the query; begins with '/'
};

/// Reads "http://host:port/path", or https; scheme, port (`default_port`, not 80 or 443) and path may be missing, and
/// an IPv6 address stands in brackets. Errors: bad_input, with a hint, for everything else: other schemes, users,
/// fragments.
[[nodiscard]] result<http_url> read_http_url(std::string_view text);

}  // namespace rollover::service
