// A line without a protocol: what is typed is what is sent. Raw TCP, and the base of a local tty.
#pragma once

#include "drivers/transport/busy_text.h"
#include "drivers/transport/inbox.h"
#include "drivers/transport/line_writer.h"

namespace rollover::transport {

class raw_line : public line {
public:
    raw_line(runtime& rt, std::unique_ptr<byte_stream> stream, busy_watch first_words = {});

    [[nodiscard]] task<result<line_event>> receive(std::span<char> into, time_point deadline) override;
    [[nodiscard]] result<send_result> try_send(char character) override;
    [[nodiscard]] result<std::size_t> try_send_run(std::string_view characters) override;
    [[nodiscard]] task<result<void>> writable(time_point deadline) override;
    [[nodiscard]] std::optional<std::size_t> unacknowledged() const override;
    [[nodiscard]] bool is_suspended() const noexcept override { return false; }
    [[nodiscard]] task<result<void>> send_break(duration how_long) override;
    [[nodiscard]] task<result<void>> change(const serial_settings& wanted, time_point deadline) override;
    void close() noexcept override;

    /// Listens for a moment whether the converter says that the port is taken. What is received stays for `receive`.
    /// Errors: busy; unreachable when the converter closes without such words; cancelled.
    [[nodiscard]] task<result<void>> settle(time_point deadline);

private:
    runtime& runtime_;
    std::unique_ptr<byte_stream> stream_;
    line_writer writer_;
    inbox early_;
    busy_watch first_words_;
};

/// Makes a line of a connected stream and lets it settle. Errors as `settle`.
[[nodiscard]] task<result<std::unique_ptr<line>>> open_raw_line(runtime& rt, std::unique_ptr<byte_stream> stream,
                                                                line_address address, time_point deadline);

}  // namespace rollover::transport
