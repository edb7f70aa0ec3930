#include "drivers/transport/com_port_codec.h"

#include "drivers/transport/telnet_codec.h"

#include <array>

namespace rollover::transport {

namespace {

constexpr std::uint8_t server_offset = 100;
constexpr std::uint8_t last_command = 12;

bool is_text(com_port_command command) {
    return command == com_port_command::signature;
}

bool has_no_value(com_port_command command) {
    return command == com_port_command::suspend || command == com_port_command::resume;
}

std::uint32_t octet(char c) {
    return static_cast<std::uint8_t>(c);
}

}  // namespace

std::optional<com_port_message> parse_com_port(std::string_view payload) {
    if (payload.empty()) {
        return std::nullopt;
    }
    auto code = static_cast<std::uint8_t>(payload.front());
    payload.remove_prefix(1);
    com_port_message message;
    message.from_server = code >= server_offset;
    code = message.from_server ? static_cast<std::uint8_t>(code - server_offset) : code;
    if (code > last_command) {
        return std::nullopt;
    }
    message.command = static_cast<com_port_command>(code);
    if (is_text(message.command)) {
        message.text = payload;
        return message;
    }
    if (has_no_value(message.command)) {
        return message;
    }
    if (message.command == com_port_command::baud && payload.size() == 4) {
        for (const char c : payload) {
            message.value = message.value << 8U | octet(c);
        }
        return message;
    }
    if (payload.size() != 1) {
        return std::nullopt;
    }
    message.value = octet(payload.front());
    message.short_baud = message.command == com_port_command::baud;
    return message;
}

std::string encode(const com_port_message& message) {
    std::string payload;
    const auto code = static_cast<unsigned>(message.command) + (message.from_server ? server_offset : 0U);
    payload += static_cast<char>(code);
    if (is_text(message.command)) {
        payload += message.text;
    } else if (message.command == com_port_command::baud && !message.short_baud) {
        for (const unsigned shift : {24U, 16U, 8U, 0U}) {
            payload += static_cast<char>(message.value >> shift & 0xFFU);
        }
    } else if (!has_no_value(message.command)) {
        payload += static_cast<char>(message.value & 0xFFU);
    }
    return telnet_codec::subnegotiation(telnet::com_port, payload);
}

std::string com_port_request(com_port_command command, std::uint32_t value) {
    com_port_message message;
    message.command = command;
    message.value = value;
    return encode(message);
}

std::string com_port_request(com_port_control value) {
    return com_port_request(com_port_command::control, static_cast<std::uint32_t>(value));
}

std::string com_port_request(com_port_command command) {
    return com_port_request(command, 0);
}

std::uint32_t baud_of_short_code(std::uint32_t code) noexcept {
    constexpr std::array<std::uint32_t, 16> rates = {0,    0, 0,     300, 600,   1200,  2400,   4800,
                                                     9600, 0, 19200, 0,   38400, 57600, 115200, 230400};
    return code < rates.size() ? rates[code] : 0;
}

}  // namespace rollover::transport
