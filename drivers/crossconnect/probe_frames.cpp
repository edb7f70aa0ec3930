#include "drivers/crossconnect/probe_frames.h"

#include "drivers/crossconnect/prober.h"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>

namespace rollover::crossconnect {

namespace {

using bytes = std::vector<std::uint8_t>;

constexpr std::size_t shortest_frame = 60;  // without the check sequence, IEEE 802.3
constexpr unsigned hold_time = 120;         // seconds; until the last interface of a big switch was asked
constexpr std::uint8_t high_of_mark = 0x52;
constexpr std::uint8_t low_of_mark = 0x4f;

void append(bytes& to, std::initializer_list<unsigned> more) {
    for (const unsigned one : more) {
        to.push_back(static_cast<std::uint8_t>(one));
    }
}

void append(bytes& to, const mac_address& address) {
    to.insert(to.end(), address.bytes.begin(), address.bytes.end());
}

void append(bytes& to, std::string_view text) {
    for (const char c : text) {
        to.push_back(static_cast<std::uint8_t>(c));
    }
}

/// What follows the head of a TLV of LLDP: seven bits of type, nine of length.
void append_lldp(bytes& to, unsigned type, const bytes& value) {
    const auto head = type << 9U | static_cast<unsigned>(value.size());
    append(to, {head >> 8U, head & 0xffU});
    to.insert(to.end(), value.begin(), value.end());
}

/// A TLV of CDP, whose length includes its head.
void append_cdp(bytes& to, unsigned type, const bytes& value) {
    const auto length = static_cast<unsigned>(value.size() + 4);
    append(to, {0, type, length >> 8U, length & 0xffU});
    to.insert(to.end(), value.begin(), value.end());
}

bytes bytes_of(std::string_view text) {
    bytes all;
    append(all, text);
    return all;
}

/// RFC 1071.
std::uint16_t checksum(const bytes& data) {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < data.size(); ++i) {
        sum += i % 2 == 0 ? static_cast<std::uint32_t>(data[i]) << 8U : data[i];
    }
    while (sum >> 16U != 0) {
        sum = (sum & 0xffffU) + (sum >> 16U);
    }
    return static_cast<std::uint16_t>(~sum & 0xffffU);
}

bytes link_local(const mac_address& of) {
    bytes address{0xfe, 0x80, 0, 0, 0, 0, 0, 0};
    const auto& b = of.bytes;
    append(address, {b[0] ^ 2U, b[1], b[2], 0xff, 0xfe, b[3], b[4], b[5]});
    return address;
}

}  // namespace

mac_address mark_of(unsigned number) noexcept {
    mac_address mark;
    mark.bytes = {high_of_mark,
                  low_of_mark,
                  static_cast<std::uint8_t>(number >> 24U),
                  static_cast<std::uint8_t>(number >> 16U),
                  static_cast<std::uint8_t>(number >> 8U),
                  static_cast<std::uint8_t>(number)};
    return mark;
}

std::optional<unsigned> number_of_mark(const mac_address& source) noexcept {
    const auto& b = source.bytes;
    if (b[0] != high_of_mark || b[1] != low_of_mark) {
        return std::nullopt;
    }
    return static_cast<unsigned>(b[2]) << 24U | static_cast<unsigned>(b[3]) << 16U | static_cast<unsigned>(b[4]) << 8U |
           static_cast<unsigned>(b[5]);
}

bytes arp_probe(const mac_address& source) {
    bytes frame(6, 0xff);
    append(frame, source);
    append(frame, {0x08, 0x06, 0, 1, 0x08, 0, 6, 4, 0, 1});  // ARP; Ethernet, IPv4, request
    append(frame, source);
    append(frame, {0, 0, 0, 0});  // from no address yet: a probe
    append(frame, {0, 0, 0, 0, 0, 0, 192, 0, 2, 1});
    frame.resize(shortest_frame);
    return frame;
}

bytes echo_request(const mac_address& source) {
    const bytes from = link_local(source);
    const bytes to{0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    bytes message;
    append(message, {128, 0, 0, 0, 0x52, 0x4f, 0, 1});  // echo request, checksum, identifier, number
    append(message, std::string_view("rollover"));
    bytes summed(from);
    summed.insert(summed.end(), to.begin(), to.end());
    append(summed, {0, 0, 0, static_cast<unsigned>(message.size()), 0, 0, 0, 58});
    summed.insert(summed.end(), message.begin(), message.end());
    const std::uint16_t sum = checksum(summed);
    message[2] = static_cast<std::uint8_t>(sum >> 8U);
    message[3] = static_cast<std::uint8_t>(sum);

    bytes frame;
    append(frame, {0x33, 0x33, 0, 0, 0, 1});
    append(frame, source);
    append(frame, {0x86, 0xdd, 0x60, 0, 0, 0, 0, static_cast<unsigned>(message.size()), 58, 255});
    frame.insert(frame.end(), from.begin(), from.end());
    frame.insert(frame.end(), to.begin(), to.end());
    frame.insert(frame.end(), message.begin(), message.end());
    return frame;
}

std::string announced_name(unsigned number) {
    return fmt::format("rollover-{}", number);
}

bytes lldp_announcement(unsigned number) {
    const auto mark = mark_of(number);
    const auto name = announced_name(number);
    bytes chassis{4};  // a MAC address
    append(chassis, mark);
    bytes port{7};  // locally assigned
    append(port, name);

    bytes frame;
    append(frame, {0x01, 0x80, 0xc2, 0, 0, 0x0e});
    append(frame, mark);
    append(frame, {0x88, 0xcc});
    append_lldp(frame, 1, chassis);
    append_lldp(frame, 2, port);
    append_lldp(frame, 3, {0, hold_time});
    append_lldp(frame, 5, bytes_of(name));
    append_lldp(frame, 0, {});
    frame.resize(std::max(frame.size(), shortest_frame));
    return frame;
}

bytes cdp_announcement(unsigned number) {
    const auto name = bytes_of(announced_name(number));
    bytes message;
    append(message, {2, hold_time, 0, 0});
    append_cdp(message, 0x01, name);
    append_cdp(message, 0x03, name);
    // Receivers ignore who does not say what it can do and what it is (lldpd does). The two names make the length even.
    append_cdp(message, 0x04, {0, 0, 0, 0x10});
    append_cdp(message, 0x05, bytes_of("Rollover"));
    append_cdp(message, 0x06, bytes_of("Rollover"));
    const std::uint16_t sum = checksum(message);
    message[2] = static_cast<std::uint8_t>(sum >> 8U);
    message[3] = static_cast<std::uint8_t>(sum);

    bytes frame;
    append(frame, {0x01, 0, 0x0c, 0xcc, 0xcc, 0xcc});
    append(frame, mark_of(number));
    const auto length = static_cast<unsigned>(message.size() + 8);
    append(frame, {length >> 8U, length & 0xffU, 0xaa, 0xaa, 0x03, 0, 0, 0x0c, 0x20, 0});
    frame.insert(frame.end(), message.begin(), message.end());
    return frame;
}

std::string to_hexadecimal(const bytes& frame) {
    std::string text;
    for (const auto byte : frame) {
        text += fmt::format("{:02x}", byte);
    }
    return text;
}

}  // namespace rollover::crossconnect
