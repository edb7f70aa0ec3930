#include "drivers/crossconnect/pcapng_writer.h"

#include <algorithm>

namespace rollover::crossconnect {

namespace {

constexpr std::size_t longest_text = 1024;  // of an option: its length has 16 bits

// The file is little-endian, whatever the machine.
void put16(std::string& to, std::uint16_t n) {
    to += static_cast<char>(n & 0xFFU);
    to += static_cast<char>(n >> 8U);
}

void put32(std::string& to, std::uint32_t n) {
    put16(to, static_cast<std::uint16_t>(n & 0xFFFFU));
    put16(to, static_cast<std::uint16_t>(n >> 16U));
}

void pad(std::string& to) {
    to.append((4 - to.size() % 4) % 4, '\0');
}

void put_option(std::string& to, std::uint16_t code, std::string_view text) {
    text = text.substr(0, longest_text);
    put16(to, code);
    put16(to, static_cast<std::uint16_t>(text.size()));
    to += text;
    pad(to);
}

void end_options(std::string& to) {
    put32(to, 0);
}

std::string block(std::uint32_t type, const std::string& body) {
    std::string all;
    const auto size = static_cast<std::uint32_t>(body.size() + 12);
    put32(all, type);
    put32(all, size);
    all += body;
    put32(all, size);
    return all;
}

constexpr std::uint16_t comment_option = 1;
constexpr std::uint16_t application_option = 4;
constexpr std::uint16_t name_option = 2;
constexpr std::uint16_t resolution_option = 9;

}  // namespace

std::string pcapng_header(std::string_view comment, std::span<const std::string> interfaces) {
    std::string section;
    put32(section, 0x1A2B3C4D);  // byte order
    put16(section, 1);           // version 1.0
    put16(section, 0);
    put32(section, 0xFFFFFFFF);  // the length of the section is not known
    put32(section, 0xFFFFFFFF);
    put_option(section, comment_option, comment);
    put_option(section, application_option, "rollover");
    end_options(section);
    std::string all = block(0x0A0D0D0A, section);
    for (const std::string& name : interfaces) {
        std::string one;
        put16(one, 1);  // LINKTYPE_ETHERNET
        put16(one, 0);
        put32(one, 0);  // no limit
        put_option(one, name_option, name);
        put_option(one, resolution_option, "\x09");  // 10^-9 s
        end_options(one);
        all += block(1, one);
    }
    return all;
}

std::string pcapng_frame(std::uint32_t index, const captured_frame& frame) {
    std::string body;
    const auto when = static_cast<std::uint64_t>(frame.when);
    put32(body, index);
    put32(body, static_cast<std::uint32_t>(when >> 32U));
    put32(body, static_cast<std::uint32_t>(when & 0xFFFFFFFFU));
    put32(body, static_cast<std::uint32_t>(frame.bytes.size()));
    put32(body, frame.length);
    body += frame.bytes;
    pad(body);
    return block(6, body);
}

}  // namespace rollover::crossconnect
