// The subnegotiations of the Telnet Com Port Control Option, RFC 2217, for both sides: values to bytes and back.
// No state and no I/O; what a client does with them is in com_port_client.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rollover::transport {

/// The client's codes; a server's are 100 more. Source: RFC 2217 section 3.
enum class com_port_command : std::uint8_t {
    signature = 0,    ///< text; empty asks for the other's
    baud = 1,         ///< bits a second; 0 asks
    data_size = 2,    ///< 5..8; 0 asks
    parity = 3,       ///< 1 none, 2 odd, 3 even, 4 mark, 5 space; 0 asks
    stop_size = 4,    ///< 1, 2; 3 is one and a half; 0 asks
    control = 5,      ///< `com_port_control`
    line_state = 6,   ///< from the server only; never answered
    modem_state = 7,  ///< from the server only; never answered
    suspend = 8,      ///< stop sending; not counted
    resume = 9,
    line_state_mask = 10,   ///< which bits are notified; at first none
    modem_state_mask = 11,  ///< at first all
    purge = 12,             ///< 1 what was received, 2 what is to be sent, 3 both
};

/// Values of SET-CONTROL.
enum class com_port_control : std::uint8_t {
    flow_query = 0,
    flow_none = 1,
    flow_xon_xoff = 2,
    flow_hardware = 3,
    break_query = 4,
    break_on = 5,
    break_off = 6,
    dtr_query = 7,
    dtr_on = 8,
    dtr_off = 9,
    rts_query = 10,
    rts_on = 11,
    rts_off = 12,
    inbound_query = 13,
    inbound_none = 14,
    inbound_xon_xoff = 15,
    inbound_hardware = 16,
    flow_dcd = 17,
    inbound_dtr = 18,
    flow_dsr = 19,
};

/// Bits of NOTIFY-LINESTATE that say something about the device.
inline constexpr std::uint8_t line_state_break = 0x10, line_state_framing = 0x08, line_state_parity = 0x04,
                              line_state_overrun = 0x02;

/// Bits of NOTIFY-MODEMSTATE: the signals that the device drives.
inline constexpr std::uint8_t modem_state_dcd = 0x80, modem_state_dsr = 0x20, modem_state_cts = 0x10;

struct com_port_message {
    com_port_command command = com_port_command::signature;
    bool from_server = false;
    std::uint32_t value = 0;  ///< 0 where the command has none
    bool short_baud = false;  ///< `value` is a one-byte code, as Cisco IOS sends it; see `baud_of_short_code`
    std::string text;         ///< of a signature
    bool operator==(const com_port_message&) const = default;
};

/// Reads the payload of a COM-PORT subnegotiation (without the option number). Nothing when it has no command, an
/// unknown one, or not the size that the command needs.
[[nodiscard]] std::optional<com_port_message> parse_com_port(std::string_view payload);

/// The whole subnegotiation, from IAC SB to IAC SE.
[[nodiscard]] std::string encode(const com_port_message& message);

/// Shorthands for what a client sends.
[[nodiscard]] std::string com_port_request(com_port_command command, std::uint32_t value);
[[nodiscard]] std::string com_port_request(com_port_control value);
/// FLOWCONTROL-SUSPEND or -RESUME.
[[nodiscard]] std::string com_port_request(com_port_command command);

/// The rate of a one-byte code (8 is 9600), 0 when there is none. Source: gensio, whose table is from Cisco IOS.
[[nodiscard]] std::uint32_t baud_of_short_code(std::uint32_t code) noexcept;

}  // namespace rollover::transport
