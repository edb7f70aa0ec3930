// The HTTP client of `rollover`: one request on one connection, and reading a stream of server-sent events.
#pragma once

#include "engine/runtime/runtime.h"
#include "engine/service/event_stream.h"
#include "engine/service/http_message.h"
#include "engine/service/request_reader.h"

#include <functional>

namespace rollover::service {

/// What a client takes of an answer: 64 KiB of header, 64 MiB of body.
inline constexpr message_limits answer_limits{.most_header_bytes = std::size_t{64} << 10U,
                                              .most_body_bytes = std::size_t{64} << 20U};

/// Sends `request` (method, target, headers, body; the other members are not looked at) to the service at `to` and
/// waits for its answer, whatever its status. Host, Content-Length and Connection are added. Errors: unreachable with a
/// hint, when nobody serves there; bad_input for a request that cannot be written; protocol, peer_closed, timed_out at
/// `deadline`, cancelled, io. After the last five the service may or may not have done it.
[[nodiscard]] task<result<http_response>> http_call(runtime& rt, endpoint to, http_request request, time_point deadline,
                                                    message_limits limits = answer_limits);

struct event_reading {
    /// Gets each event, in order. False ends the reading.
    std::function<bool(const server_event&)> on_event;
    /// For the service to begin to answer.
    duration answer_limit = std::chrono::seconds(30);
    /// A connection on which nothing came for so long, no comment either, is lost.
    duration silence_limit = std::chrono::seconds(60);
    std::size_t most_event_bytes = std::size_t{1} << 20U;
};

/// Sends `request` and reads the stream of events that answers it. Result: the head of that stream when the service has
/// ended it or `on_event` wanted no more; or the whole answer, when it is none: status is not 200, or another type.
/// Errors: as `http_call`; timed_out after `answer_limit` or `silence_limit`. Then the caller may connect again, with
/// the last id that he got in Last-Event-ID.
[[nodiscard]] task<result<http_response>> read_events(runtime& rt, endpoint to, http_request request,
                                                      event_reading reading, message_limits limits = answer_limits);

}  // namespace rollover::service
