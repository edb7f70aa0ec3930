// Requests out of the bytes of a connection: a plain state machine around Boost.Beast's parser, without I/O and time.
#pragma once

#include "engine/service/http_message.h"
#include "engine/service/message_head.h"

#include <memory>

namespace rollover::service {

struct message_limits {
    std::size_t most_header_bytes = std::size_t{16}
                                    << 10U;               ///< with the first line; also of what stands between chunks
    std::size_t most_body_bytes = std::size_t{8} << 20U;  ///< chunks put together
};

class request_reader {
public:
    enum class state {
        more_needed,
        continue_wanted,  ///< given once for a request: its client waits for "100 Continue" before it sends the body
        whole,
        refused,  ///< for ever: where the next request would begin is not known
    };

    explicit request_reader(message_limits limits);
    ~request_reader();
    request_reader(const request_reader&) = delete;
    request_reader& operator=(const request_reader&) = delete;

    /// Bytes as they came; they may hold several requests.
    void feed(std::string_view bytes);

    /// How far the current request is.
    [[nodiscard]] state next();

    /// Whether something of a request has come that was not taken.
    [[nodiscard]] bool has_begun() const noexcept;

    /// Forgets what has come and refuses what comes.
    void give_up(refusal why);

    /// After `whole`: the request; the next one begins. The target has been read.
    [[nodiscard]] http_request take();

    /// Of the request that was taken, or is refused.
    [[nodiscard]] bool keep_alive() const noexcept;  ///< whether its client wants to send another
    [[nodiscard]] bool is_http11() const noexcept;   ///< not HTTP/1.0, which knows no chunks

    /// After `refused`: 400, 413, 414, 417, 431, 501 or 505.
    /// Source: RFC 9110 section 15.5, RFC 9112; what is unclear (two lengths, length and chunks) is refused.
    [[nodiscard]] const refusal& why() const noexcept;

private:
    struct implementation;
    std::unique_ptr<implementation> all_;
};

}  // namespace rollover::service
