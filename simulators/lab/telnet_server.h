// The converter's side of Telnet and RFC 2217, without I/O: what a client sent becomes what the line has to do.
// Opening bytes and acknowledgements are those that ser2net 4.3 and pyserial 3.5 were seen to send.
#pragma once

#include "drivers/transport/com_port_codec.h"
#include "drivers/transport/telnet_codec.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rollover::sim {

/// What the line has to do, in this order.
struct line_order {
    enum class kind {
        type,         ///< `text` goes to the device
        baud,         ///< `value` bit/s
        break_pulse,  ///< IAC BRK: a BREAK of the converter's own length
        break_on,
        break_off,
        hold,  ///< the client wants nothing sent to it, neither data nor commands, until `release`
        release,
        purge_received,  ///< what waits for the client is to be dropped
        purge_typed,     ///< what waits for the device is to be dropped
    };
    kind what = kind::type;
    std::string text;
    std::uint32_t value = 0;
};

struct telnet_server_output {
    std::string reply;  ///< to the client
    std::vector<line_order> orders;
};

class telnet_server {
public:
    /// `com_port`: RFC 2217 is offered. `baud`: what the port is set to.
    /// `fastest`: what is asked for beyond it is answered with the present speed.
    telnet_server(bool com_port, std::uint32_t baud, std::uint32_t fastest = 4'000'000);

    /// What is sent as soon as a client is there.
    [[nodiscard]] std::string opening();
    /// Bytes from the client, cut anywhere.
    void feed(std::string_view bytes, telnet_server_output& out);
    /// What the device printed, as bytes for the client.
    [[nodiscard]] std::string encode(std::string_view printed) const { return codec_.encode(printed); }
    /// FLOWCONTROL-SUSPEND or -RESUME to the client; empty when RFC 2217 was not agreed.
    [[nodiscard]] std::string hold(bool suspended) const;
    /// NOTIFY-LINESTATE with what of `bits` the client wants to be told; empty when that is nothing.
    [[nodiscard]] std::string line_state(std::uint8_t bits) const;

private:
    void on_event(const transport::telnet_event& event, telnet_server_output& out);
    void on_com_port(const transport::com_port_message& message, telnet_server_output& out);
    void on_control(std::uint32_t value, telnet_server_output& out);
    [[nodiscard]] bool agreed() const;

    transport::telnet_codec codec_;
    bool com_port_;
    std::uint32_t baud_;
    std::uint32_t fastest_;
    // The other settings are kept and confirmed; a uart here has no parity to get wrong.
    std::uint32_t data_size_ = 8;
    std::uint32_t parity_ = 1;
    std::uint32_t stop_size_ = 1;
    std::uint32_t flow_ = 1;
    std::uint32_t inbound_flow_ = 14;
    std::uint32_t break_ = 6;
    std::uint32_t dtr_ = 8;
    std::uint32_t rts_ = 11;
    std::uint32_t modem_mask_ = 255;
    std::uint32_t line_mask_ = 0;
};

}  // namespace rollover::sim
