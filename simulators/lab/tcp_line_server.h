// A TCP port of a simulated converter: raw, Telnet or RFC 2217, one client at a time.
#pragma once

#include "engine/base/log.h"
#include "engine/model/lab.h"
#include "simulators/lab/serial_line.h"

namespace rollover::sim {

/// What a second client is told before its connection ends. Source: ser2net 4.3.
inline constexpr std::string_view busy_words = "Port already in use\r\n";

class tcp_line_server {
public:
    /// All must outlive it. `protocol`: raw, telnet or rfc2217.
    tcp_line_server(runtime& rt, serial_line& line, model::line_protocol protocol, log_sink log);

    /// Errors: io with the address.
    [[nodiscard]] result<void> listen(const endpoint& at);

    /// Serves until it is cancelled.
    [[nodiscard]] task<void> serve();

private:
    void say(severity level, const std::string& text);
    [[nodiscard]] task<void> session(std::unique_ptr<byte_stream> stream);

    runtime& runtime_;
    serial_line& line_;
    model::line_protocol protocol_;
    log_sink log_;
    endpoint at_;
    std::unique_ptr<acceptor> acceptor_;
};

}  // namespace rollover::sim
