// A response out of the bytes of a connection: a plain state machine around Boost.Beast's parser, without I/O and time.
#pragma once

#include "engine/service/http_message.h"
#include "engine/service/request_reader.h"

#include <memory>

namespace rollover::service {

class response_reader {
public:
    /// `to_head`: the request was HEAD, so no body follows. `most_body_bytes` counts what was not taken.
    response_reader(message_limits limits, bool to_head);
    ~response_reader();
    response_reader(const response_reader&) = delete;
    response_reader& operator=(const response_reader&) = delete;

    /// Bytes as they came. Interim responses (1xx) are skipped.
    /// Errors: protocol, also for what is larger than the limits; bytes after the response count as such.
    [[nodiscard]] result<void> feed(std::string_view bytes);

    /// The connection has ended. Errors: peer_closed when more should have come.
    [[nodiscard]] result<void> end();

    [[nodiscard]] bool head_is_whole() const noexcept;
    [[nodiscard]] bool is_whole() const noexcept;

    /// Status, content type and fields, when the head is whole. Its body is empty.
    [[nodiscard]] const http_response& head() const noexcept;

    /// What has come of the body since the last call.
    [[nodiscard]] std::string take_body();

private:
    struct implementation;
    std::unique_ptr<implementation> all_;
};

}  // namespace rollover::service
