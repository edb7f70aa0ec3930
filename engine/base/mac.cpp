#include "engine/base/mac.h"

#include <fmt/format.h>

namespace rollover {

namespace {

std::optional<unsigned> digit_of(char c) {
    if (c >= '0' && c <= '9') {
        return static_cast<unsigned>(c - '0');
    }
    const char lower = static_cast<char>(c | 0x20);
    if (lower >= 'a' && lower <= 'f') {
        return static_cast<unsigned>(lower - 'a') + 10;
    }
    return std::nullopt;
}

/// How many digits stand between the separators, where there are any: 2 (00:1b), 4 (001b.d4aa), 6 (001bd4-aabbcc).
bool is_a_group(std::size_t digits) {
    return digits == 2 || digits == 4 || digits == 6;
}

}  // namespace

std::optional<mac_address> read_mac(std::string_view text) {
    mac_address address;
    std::size_t digits = 0;
    std::size_t in_group = 0;
    std::size_t group = 0;  // digits of the first group; 0: it is not over yet
    char separator = 0;
    for (const char c : text) {
        if (const auto digit = digit_of(c)) {
            if (digits == 12) {
                return std::nullopt;
            }
            auto& byte = address.bytes.at(digits / 2);
            byte = static_cast<std::uint8_t>(byte * 16U + *digit);
            ++digits;
            ++in_group;
            continue;
        }
        const bool separates = c == ':' || c == '.' || c == '-';
        if (!separates || (separator != 0 && c != separator) || (group != 0 && in_group != group)) {
            return std::nullopt;
        }
        separator = c;
        group = in_group;
        in_group = 0;
        if (!is_a_group(group)) {
            return std::nullopt;
        }
    }
    if (digits != 12 || (group != 0 && in_group != group)) {
        return std::nullopt;
    }
    return address;
}

std::string to_string(const mac_address& address) {
    const auto& b = address.bytes;
    return fmt::format("{:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", b[0], b[1], b[2], b[3], b[4], b[5]);
}

}  // namespace rollover
