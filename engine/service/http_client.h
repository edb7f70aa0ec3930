// The HTTP client of `rollover`: requests one after the other, on one connection where the service keeps it open, and
// reading a stream of server-sent events.
#pragma once

#include "engine/runtime/runtime.h"
#include "engine/service/event_stream.h"
#include "engine/service/http_message.h"
#include "engine/service/request_reader.h"
#include "engine/service/tls.h"

#include <functional>

namespace rollover::service {

/// What a client takes of an answer: 64 KiB of header, 64 MiB of body.
inline constexpr message_limits answer_limits{.most_header_bytes = std::size_t{64} << 10U,
                                              .most_body_bytes = std::size_t{64} << 20U};

struct event_reading {
    /// Gets each event, in order. False ends the reading.
    std::function<bool(const server_event&)> on_event;
    /// For the service to begin to answer.
    duration answer_limit = std::chrono::seconds(30);
    /// A connection on which nothing came for so long, no comment either, is lost.
    duration silence_limit = std::chrono::seconds(60);
    std::size_t most_event_bytes = std::size_t{1} << 20U;
};

/// Speaks to one service. One call at a time.
class http_client {
public:
    /// `tls`: for https; then it must outlive the client, as `rt` must.
    http_client(runtime& rt, endpoint to, const tls_client* tls = nullptr);
    ~http_client();
    http_client(const http_client&) = delete;
    http_client& operator=(const http_client&) = delete;

    /// Sends `request` (method, target, headers, body; the other members are not looked at) and waits for its answer,
    /// whatever its status. Host and Content-Length are added. The connection is kept for the next call, when the
    /// service keeps it; a GET that finds it closed meanwhile is sent once more, on another one. Errors: unreachable
    /// with a hint, when nobody serves there; refused, when its certificate is not good enough; bad_input for a request
    /// that cannot be written; protocol, peer_closed, timed_out at `deadline`, cancelled, io. After the last five the
    /// service may or may not have done it.
    [[nodiscard]] task<result<http_response>> call(http_request request, time_point deadline,
                                                   message_limits limits = answer_limits);

    /// Sends `request` and reads the stream of events that answers it. Result: the head of that stream when the service
    /// has ended it or `on_event` wanted no more; or the whole answer, when it is none: status is not 200, or another
    /// type. Errors: as `call`; timed_out after `answer_limit` or `silence_limit`. Then the caller may connect again,
    /// with the last id that he got in Last-Event-ID.
    [[nodiscard]] task<result<http_response>> read_events(http_request request, event_reading reading,
                                                          message_limits limits = answer_limits);

private:
    struct attempt;
    [[nodiscard]] task<attempt> try_once(std::string bytes, bool to_head, time_point deadline, message_limits limits);
    [[nodiscard]] task<result<std::unique_ptr<byte_stream>>> connect(time_point deadline);

    runtime& rt_;
    endpoint to_;
    const tls_client* tls_;
    std::unique_ptr<byte_stream> kept_;
};

/// One call on a connection of its own, without TLS: as http_client.
[[nodiscard]] task<result<http_response>> http_call(runtime& rt, endpoint to, http_request request, time_point deadline,
                                                    message_limits limits = answer_limits);
[[nodiscard]] task<result<http_response>> read_events(runtime& rt, endpoint to, http_request request,
                                                      event_reading reading, message_limits limits = answer_limits);

}  // namespace rollover::service
