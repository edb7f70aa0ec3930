#include "drivers/crossconnect/probe_frames.h"

#include "drivers/crossconnect/prober.h"

#include <fmt/format.h>
#include <numeric>

namespace rollover::crossconnect {

namespace {

using bytes = std::vector<std::uint8_t>;

constexpr std::size_t shortest_frame = 60;  // without the check sequence, IEEE 802.3
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
    for (const char c : std::string_view("rollover")) {
        message.push_back(static_cast<std::uint8_t>(c));
    }
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

std::string to_hexadecimal(const bytes& frame) {
    std::string text;
    for (const auto byte : frame) {
        text += fmt::format("{:02x}", byte);
    }
    return text;
}

}  // namespace rollover::crossconnect
