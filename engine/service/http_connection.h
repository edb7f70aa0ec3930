// One connection of the HTTP server, and what all connections of a server share. Used by http_server.cpp.
#pragma once

#include "engine/service/http_server.h"

#include <map>
#include <optional>
#include <span>

namespace rollover::service {

struct http_server_state {
    http_server_state(runtime& r, http_handler h, http_server_options o);

    runtime& rt;
    http_handler handler;
    http_server_options options;
    token_bucket bucket;
    std::size_t own_count = 0;
    std::size_t& connections;
    std::size_t turned_away = 0;
    std::map<std::string, std::size_t> of_address;  ///< connections
    std::size_t held_bytes = 0;                     ///< of requests that are not answered, in all connections

    void log(severity level, std::string text) const;
    [[nodiscard]] http_response own_answer(const refusal& why) const;
    /// The 429 of a request that comes too early.
    [[nodiscard]] std::optional<http_response> too_many(const http_request& request);
};

/// Talks with a client until one of both wants no more. The stream stays the caller's, who closes it.
[[nodiscard]] task<void> talk_with_client(http_server_state& server, byte_stream& stream);

/// Reads and drops until the client goes or `deadline`.
[[nodiscard]] task<void> drop_all(byte_stream& stream, std::span<char> piece, time_point deadline);

}  // namespace rollover::service
