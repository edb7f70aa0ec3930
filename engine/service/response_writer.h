// Responses as they stand on the wire. Pure.
#pragma once

#include "engine/runtime/time.h"
#include "engine/service/http_message.h"

#include <string>

namespace rollover::service {

/// How the connection goes on, which the head of a response says.
struct connection_state {
    bool keep_alive = true;
    bool is_http11 = true;  ///< of the client; an older one knows no chunks
    bool to_head = false;   ///< the request was HEAD: a body is measured but not sent
};

/// Whether a handler's answer can be sent: status 200..599, header fields that are some (no line ends in them), none
/// that is ours (Content-Length, Transfer-Encoding, Connection, Date).
[[nodiscard]] bool is_sendable(const http_response& response);

/// The head, and the body unless the response is a stream. Only of what is sendable.
/// Source: RFC 9112 section 6, RFC 9110 sections 6.6.1 (Date), 8.6 (Content-Length), 15.3.5 and 15.4.5 (204, 304).
[[nodiscard]] std::string written_response(const http_response& response, connection_state connection, wall_time now);

/// `bytes`, not empty, as a chunk (RFC 9112, section 7.1).
[[nodiscard]] std::string written_chunk(std::string_view bytes);

inline constexpr std::string_view last_chunk = "0\r\n\r\n";

}  // namespace rollover::service
