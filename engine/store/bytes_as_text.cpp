#include "engine/store/bytes_as_text.h"

#include <algorithm>
#include <utf8.h>

namespace rollover::store {

namespace {

// U+F700 to U+F7FF in UTF-8: EF, 9C to 9F, 80 to BF.
constexpr unsigned char first_byte = 0xEF;
constexpr unsigned char lowest_second = 0x9C;

bool is_escape(std::string_view at) {
    const auto byte = [at](std::size_t n) { return static_cast<unsigned char>(at[n]); };
    return at.size() >= 3 && byte(0) == first_byte && byte(1) >= lowest_second && byte(1) <= lowest_second + 3;
}

void escape(char byte, std::string& into) {
    const unsigned value = static_cast<unsigned char>(byte);
    into += static_cast<char>(first_byte);
    into += static_cast<char>(lowest_second + (value >> 6U));
    into += static_cast<char>(0x80U | (value & 0x3FU));
}

}  // namespace

std::string text_of_bytes(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size());
    while (!bytes.empty()) {
        const auto valid = static_cast<std::size_t>(utf8::find_invalid(bytes.begin(), bytes.end()) - bytes.begin());
        for (std::size_t at = 0; at < valid; ++at) {
            if (is_escape(bytes.substr(at, valid - at))) {
                std::ranges::for_each(bytes.substr(at, 3), [&out](char one) { escape(one, out); });
                at += 2;
            } else if (bytes[at] == '\0') {
                escape('\0', out);
            } else {
                out += bytes[at];
            }
        }
        if (valid < bytes.size()) {
            escape(bytes[valid], out);
        }
        bytes.remove_prefix(std::min(valid + 1, bytes.size()));
    }
    return out;
}

std::string bytes_of_text(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (is_escape(text.substr(at))) {
            const auto second = static_cast<unsigned char>(text[at + 1]);
            const auto third = static_cast<unsigned char>(text[at + 2]);
            out += static_cast<char>((static_cast<unsigned>(second - lowest_second) << 6U) | (third & 0x3FU));
            at += 2;
        } else {
            out += text[at];
        }
    }
    return out;
}

}  // namespace rollover::store
