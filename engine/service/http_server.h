// The HTTP/1.1 server of `rollover serve`: connections of the runtime in, requests to a handler, answers out. It runs
// on either runtime; TLS, where it is wanted, is an acceptor whose streams are encrypted.
#pragma once

#include "engine/base/log.h"
#include "engine/runtime/runtime.h"
#include "engine/service/event_stream.h"
#include "engine/service/http_message.h"
#include "engine/service/request_reader.h"
#include "engine/service/token_bucket.h"

#include <functional>
#include <memory>

namespace rollover::service {

/// Answers one request. Several run at once, one for each connection. What it throws is logged and answered with 500,
/// without its words. It is cancelled when the server stops, not when its client goes.
/// Must be a function that calls a named coroutine, not a capturing lambda that is one (STYLE: coroutines).
using http_handler = std::function<task<http_response>(http_request)>;

struct http_server_options {
    /// Larger ones get 414 or 431 (header, 16 KiB) and 413 (body, 8 MiB). One connection holds about as much.
    message_limits limits;

    /// From the first byte of a request until it is whole; then 408.
    duration request_limit = std::chrono::seconds(30);
    /// A connection without a request for so long is closed.
    duration idle_limit = std::chrono::seconds(60);
    /// For a client to take one answer, or one event of a stream; then the connection is closed.
    duration write_limit = std::chrono::seconds(30);
    /// How long a client that was refused is listened to, so that it reads the answer before the connection breaks.
    duration linger_limit = std::chrono::seconds(1);

    /// Bytes of requests that are not answered yet, of all connections together (64 MiB); a large one that comes then
    /// gets 503.
    std::size_t most_held_bytes = std::size_t{64} << 20U;

    /// Connections at once; further ones get 503 and are closed.
    std::size_t most_connections = 256;
    /// Of these, of one address that is not this machine's, where a proxy may stand for many. 0: no limit.
    std::size_t most_connections_of_one = 64;

    /// Requests a second, of all clients together; 0: no limit. Then 429 with Retry-After.
    double requests_per_second = 1000;
    double request_burst = 2000;  ///< requests at once, after a quiet time

    /// Asked before each request, when set: zero, or how long its client should wait (429). For limits of each client,
    /// who is told by a header of his: see token_bucket.h.
    std::function<duration(const http_request&)> admit = {};

    /// How the server's own answers look (400, 408, 413, 414, 417, 429, 431, 500, 501, 503, 505). Empty: the reason as
    /// text. Must not throw. The status stays.
    std::function<http_response(const refusal&)> own_answer = {};

    /// Where the number of connections stands that are open, for whoever wants to see it; must outlive the server.
    std::size_t* connections = nullptr;

    /// Gets what is wrong with us: handlers that throw, connections that cannot be taken.
    log_sink log = {};
};

/// Serves until its tree is cancelled or `at` is closed; then every handler is cancelled, and every connection is
/// closed when it returns. HEAD is given to the handler as it is; the body of its answer is not sent, its size is.
/// Pipelined requests are answered in order; after a stream the connection is closed. A client that ends its half of
/// the connection during a stream has gone.
[[nodiscard]] task<void> serve(runtime& rt, std::unique_ptr<acceptor> at, http_handler handler,
                               http_server_options options = {});

}  // namespace rollover::service
