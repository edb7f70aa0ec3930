// The one way out of a line over a byte stream: what was begun is finished before anything else, so that no Telnet
// command ever lands inside an escaped pair, and nothing lands inside a BREAK.
#pragma once

#include "drivers/transport/line.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rollover::transport {

class line_writer {
public:
    /// Both must outlive the writer.
    line_writer(runtime& rt, byte_stream& stream);

    /// Sends one character's bytes by one write, or nothing at all. When the system takes only a part, the rest follows
    /// on its own and counts as sent. Errors: peer_closed, io.
    [[nodiscard]] result<send_result> send(std::string_view unit);

    /// Sends a protocol's own bytes, after what was begun; never waits and keeps what does not go. A broken stream is
    /// reported by the next `send`.
    void queue(std::string_view bytes);

    /// From now on nothing goes out: `send` would block, what is queued waits.
    void hold();
    /// Ends a hold: `first` goes out, then what has waited.
    void release(std::string_view first);

    /// Waits until `send` is worth to try again. Errors: timed_out, cancelled, peer_closed, io.
    [[nodiscard]] task<result<void>> writable(time_point deadline);

    /// Waits until everything that was queued is with the system; what is held back does not count. Errors as above.
    [[nodiscard]] task<result<void>> drained(time_point deadline);

private:
    void flush();
    void retry();

    runtime& runtime_;
    byte_stream& stream_;
    event released_;
    std::unique_ptr<alarm> alarm_;  // made when first needed: nearly never
    duration retry_after_{};
    std::string rest_;  // begun or queued, goes first
    std::string held_;  // queued while on hold
    bool on_hold_ = false;
    bool blocked_ = false;  // the last write took nothing
    std::optional<failure> broken_;
};

}  // namespace rollover::transport
