// Server-sent events: how they are written, the stream that a handler of the service writes them to, and how a client
// reads them. Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
#pragma once

#include "engine/base/error.h"
#include "engine/runtime/task.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollover::service {

struct server_event {
    std::string id;                 ///< the last id that was sent, which may be that of an earlier event; may be empty
    std::string event = "message";  ///< what kind of event
    std::string data;               ///< lines are divided by '\n'
};

/// One event as it stands on the wire. `id` and `event` may be empty and are left out then. Line ends of all kinds in
/// `data` become '\n' at the reader. Errors: bad_input for a CR, LF or NUL in `id` or `event`.
[[nodiscard]] result<std::string> written_event(std::string_view id, std::string_view event, std::string_view data);

/// A comment, which readers drop: it shows that the connection is alive. Line ends in `text` become blanks.
[[nodiscard]] std::string written_comment(std::string_view text);

/// Where a handler writes events. One `send` or `comment` at a time.
class event_stream {
public:
    virtual ~event_stream() = default;

    /// Sends one event. A client is given the time of `http_server_options::write_limit` to take it.
    /// Errors: bad_input as `written_event`, and the stream goes on; peer_closed, timed_out, cancelled, io: it is over,
    /// the coroutine should return.
    [[nodiscard]] virtual task<result<void>> send(std::string id, std::string event, std::string data) = 0;

    /// Sends a comment; worth doing each 15 s when there are no events, for proxies and for clients that watch for
    /// silence. Errors: as `send`.
    [[nodiscard]] virtual task<result<void>> comment(std::string text = {}) = 0;
};

/// Events out of the bytes of a stream: a plain state machine.
class event_parser {
public:
    /// `most_bytes`: of one event, with its field names; also of one line.
    explicit event_parser(std::size_t most_bytes = std::size_t{1} << 20U) : most_bytes_(most_bytes) {}

    /// Bytes as they came. Result: the events that are whole now, in order. What is not whole at the end of the stream
    /// is dropped, as the standard wants it. Errors: protocol for an event that is too large; then it is over.
    [[nodiscard]] result<std::vector<server_event>> feed(std::string_view bytes);

    /// The last id that was sent: what a client that connects again says in the field Last-Event-ID.
    [[nodiscard]] const std::string& last_id() const noexcept { return last_id_; }
    /// How long the server wants clients to wait before they connect again, when it has said so.
    [[nodiscard]] std::optional<duration> retry() const noexcept { return retry_; }

private:
    void end_line(std::vector<server_event>& into);
    void take_field(std::string_view name, std::string_view value);

    std::size_t most_bytes_;
    std::size_t held_ = 0;  // bytes of lines of the current event
    std::string line_;
    bool after_cr_ = false;
    bool first_line_ = true;
    bool has_data_ = false;
    server_event current_{.id = {}, .event = {}, .data = {}};
    std::string last_id_;
    std::optional<duration> retry_;
};

}  // namespace rollover::service
