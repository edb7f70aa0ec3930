#include "drivers/console/cast_text.h"

#include "engine/base/text.h"

#include <algorithm>
#include <cstdint>

namespace rollover::console {

namespace {

constexpr std::uint8_t as_number(char byte) noexcept {
    return static_cast<std::uint8_t>(byte);
}

/// Bytes that the UTF-8 sequence with this first byte has; 0 when none begins so.
std::size_t length_of_sequence(std::uint8_t first) noexcept {
    if (first >= 0xC2 && first <= 0xDF) {
        return 2;
    }
    if (first >= 0xE0 && first <= 0xEF) {
        return 3;
    }
    return first >= 0xF0 && first <= 0xF4 ? 4 : 0;
}

/// U+EF00 + `byte`, a byte from 0x80 on.
void put_stand_in(std::string& out, char byte) {
    const std::uint8_t number = as_number(byte);
    out += '\xEE';
    out += number < 0xC0 ? '\xBE' : '\xBF';
    out += static_cast<char>(0x80U | (number & 0x3FU));
}

}  // namespace

std::optional<char> byte_that_stands_in(std::string_view text) noexcept {
    const bool is_one = utf8_length(text) == 3 && text[0] == '\xEE' && (text[1] == '\xBE' || text[1] == '\xBF');
    if (!is_one) {
        return std::nullopt;
    }
    const unsigned half = text[1] == '\xBE' ? 0x80U : 0xC0U;
    return static_cast<char>(half | (as_number(text[2]) & 0x3FU));
}

std::string to_cast_text(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size());
    while (!bytes.empty()) {
        const std::size_t length = utf8_length(bytes);
        if (length == 0 || byte_that_stands_in(bytes)) {
            put_stand_in(out, bytes.front());
            bytes.remove_prefix(1);
        } else {
            out += bytes.substr(0, length);
            bytes.remove_prefix(length);
        }
    }
    return out;
}

std::string from_cast_text(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        if (const auto byte = byte_that_stands_in(text)) {
            out += *byte;
            text.remove_prefix(3);
        } else {
            out += text.front();
            text.remove_prefix(1);
        }
    }
    return out;
}

std::size_t cut_sequence_at_end(std::string_view bytes) noexcept {
    for (std::size_t length = 1; length <= std::min<std::size_t>(3, bytes.size()); ++length) {
        const std::uint8_t byte = as_number(bytes[bytes.size() - length]);
        if ((byte & 0xC0U) != 0x80U) {
            return length_of_sequence(byte) > length ? length : 0;
        }
    }
    return 0;
}

}  // namespace rollover::console
