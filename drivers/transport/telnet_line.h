// A line over Telnet, with RFC 2217 where the converter agrees to it.
#pragma once

#include "drivers/transport/busy_text.h"
#include "drivers/transport/com_port_client.h"
#include "drivers/transport/inbox.h"
#include "drivers/transport/line_writer.h"
#include "drivers/transport/telnet_codec.h"

namespace rollover::transport {

class telnet_line final : public line {
public:
    /// With `com_port` the converter is offered RFC 2217.
    telnet_line(runtime& rt, std::unique_ptr<byte_stream> stream, bool com_port, const line_address& address);

    /// Negotiates, then sets `settings` when there are some, then listens for a busy text as `raw_line::settle`.
    /// Nothing is waited for longer than some seconds: silence becomes a remark. What the device says meanwhile is
    /// kept. Errors: busy, unreachable (closed at once), refused (settings; RFC 2217 altogether), cancelled, protocol.
    [[nodiscard]] task<result<void>> negotiate(std::optional<serial_settings> settings, time_point deadline);

    [[nodiscard]] task<result<line_event>> receive(std::span<char> into, time_point deadline) override;
    [[nodiscard]] result<send_result> try_send(char character) override;
    [[nodiscard]] result<std::size_t> try_send_run(std::string_view characters) override;
    [[nodiscard]] task<result<void>> writable(time_point deadline) override;
    [[nodiscard]] std::optional<std::size_t> unacknowledged() const override;
    [[nodiscard]] bool is_suspended() const noexcept override { return com_port_.suspended(); }
    [[nodiscard]] task<result<void>> send_break(duration how_long) override;
    [[nodiscard]] task<result<void>> change(const serial_settings& wanted, time_point deadline) override;
    [[nodiscard]] bool has_control() const noexcept override { return has_com_port(); }
    [[nodiscard]] result<void> watch_inputs() override;
    [[nodiscard]] result<void> set_outputs(modem_outputs wanted) override;
    [[nodiscard]] result<void> set_flow_control(flow_control wanted) override;
    void close() noexcept override;

private:
    [[nodiscard]] result<void> control(std::string_view requests);
    [[nodiscard]] bool has_com_port() const;
    /// Reads once, or waits while another coroutine reads.
    [[nodiscard]] task<result<void>> pump(event& mine, time_point deadline);
    void take(std::string_view bytes);
    void take_event(const telnet_event& what);
    void command(std::string_view bytes);
    [[nodiscard]] task<result<void>> not_suspended(time_point deadline);
    [[nodiscard]] task<result<void>> set_up(std::optional<serial_settings> settings, time_point deadline);
    [[nodiscard]] task<result<void>> agree(time_point deadline);
    [[nodiscard]] task<result<void>> settle(time_point deadline);
    [[nodiscard]] task<result<void>> check_for_echo(std::string_view asked, time_point deadline);
    [[nodiscard]] task<result<void>> await_settings(time_point deadline);

    runtime& runtime_;
    std::unique_ptr<byte_stream> stream_;
    line_writer writer_;
    telnet_codec codec_;
    com_port_client com_port_;
    inbox inbox_;
    busy_watch first_words_;
    event for_receiver_;
    event for_changer_;
    event resumed_;
    std::string commands_;  // COM-PORT commands that wait for the converter's RESUME
    std::optional<failure> ended_;
    std::string opening_;  // the first bytes received, as they came
    bool com_port_wanted_;
    bool answers_settings_;
    bool sends_break_;
    bool break_by_telnet_;
    bool com_port_heard_ = false;  // a COM-PORT message came: the port is ours
    bool reading_ = false;
};

/// Makes a line of a connected stream and negotiates. Errors as `telnet_line::negotiate`.
[[nodiscard]] task<result<std::unique_ptr<line>>> open_telnet_line(runtime& rt, std::unique_ptr<byte_stream> stream,
                                                                   line_address address, time_point deadline);

}  // namespace rollover::transport
