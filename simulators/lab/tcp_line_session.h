// One connection to a TCP port of a simulated converter.
#pragma once

#include "engine/model/lab.h"
#include "simulators/lab/outgoing.h"
#include "simulators/lab/serial_line.h"
#include "simulators/lab/telnet_server.h"

namespace rollover::sim {

class tcp_line_session final : public serial_client {
public:
    /// All must outlive it.
    tcp_line_session(runtime& rt, serial_line& line, byte_stream& stream, task_group& group,
                     model::line_protocol protocol);

    /// Serves the client until it goes, the line hangs up, or the tree is cancelled.
    [[nodiscard]] task<void> run();

    void print(std::string_view characters) override;
    void hang_up() override;
    void hold(bool suspended) override;
    void line_state(std::uint8_t bits) override;

private:
    [[nodiscard]] task<void> read_on();
    [[nodiscard]] task<void> say_busy();
    /// Waits until the converter's transmitter has room: a real one stops reading from TCP.
    [[nodiscard]] task<void> wait_for_room();
    void received(std::string_view bytes);
    void obey(const line_order& order);

    runtime& runtime_;
    serial_line& line_;
    byte_stream& stream_;
    outgoing out_;
    std::optional<telnet_server> telnet_;
    time_point break_since_{};
};

}  // namespace rollover::sim
