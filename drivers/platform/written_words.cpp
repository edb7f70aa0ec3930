#include "drivers/platform/written_words.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <optional>

namespace rollover::platform {
namespace {

bool is_letter(char c) {
    return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '-';
}

char lower(char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

bool begins_with(std::string_view text, std::string_view start) {
    return text.size() >= start.size() &&
           std::equal(start.begin(), start.end(), text.begin(), [](char a, char b) { return lower(a) == lower(b); });
}

bool abbreviates(std::string_view typed, std::string_view shown) {
    const auto letters = [](std::string_view word) {
        return word.substr(
            0, static_cast<std::size_t>(std::find_if_not(word.begin(), word.end(), is_letter) - word.begin()));
    };
    const auto typed_letters = letters(typed);
    const auto shown_letters = letters(shown);
    return !typed_letters.empty() && begins_with(shown_letters, typed_letters) &&
           typed.substr(typed_letters.size()) == shown.substr(shown_letters.size());
}

std::optional<unsigned> number(std::string_view text, unsigned most) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    return whole && value <= most ? std::optional(value) : std::nullopt;
}

struct address {
    std::array<std::uint8_t, sizeof(in6_addr)> bytes{};
    bool is_six = false;
    unsigned length = 0;  ///< of the prefix
    bool operator==(const address&) const = default;
};

/// One to four parts; what is left out is zero, as in 10/8.
std::optional<address> read_four(std::string_view text) {
    constexpr std::size_t parts = 4;
    address a;
    for (std::size_t i = 0; i < parts; ++i) {
        const auto end = std::min(text.find('.'), text.size());
        const auto part = number(text.substr(0, end), UINT8_MAX);
        if (!part) {
            return std::nullopt;
        }
        a.bytes[i] = static_cast<std::uint8_t>(*part);
        if (end == text.size()) {
            return a;
        }
        text.remove_prefix(end + 1);
    }
    return std::nullopt;
}

std::optional<address> read_six(std::string_view text) {
    address a;
    a.is_six = true;
    if (inet_pton(AF_INET6, std::string(text).c_str(), a.bytes.data()) != 1) {
        return std::nullopt;
    }
    return a;
}

std::optional<address> read_address(std::string_view text) {
    const auto slash = std::min(text.find('/'), text.size());
    const auto host = text.substr(0, slash);
    auto a = host.find(':') == std::string_view::npos ? read_four(host) : read_six(host);
    if (!a) {
        return std::nullopt;
    }
    const unsigned longest = a->is_six ? 128 : 32;
    const auto length = slash == text.size() ? std::optional(longest) : number(text.substr(slash + 1), longest);
    if (!length) {
        return std::nullopt;
    }
    a->length = *length;
    return a;
}

/// 10 is 0.0.0.10 where an area is meant, and no address of ours.
bool is_area(std::string_view typed, const address& shown) {
    const auto value = number(typed, UINT32_MAX);
    const auto& b = shown.bytes;
    return value && !shown.is_six &&
           *value == (unsigned{b[0]} << 24U | unsigned{b[1]} << 16U | unsigned{b[2]} << 8U | unsigned{b[3]});
}

}  // namespace

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> all;
    for (std::size_t at = line.find_first_not_of(" \t"); at != std::string_view::npos;) {
        const auto end = std::min(line.find_first_of(" \t", at), line.size());
        all.push_back(line.substr(at, end - at));
        at = line.find_first_not_of(" \t", end);
    }
    return all;
}

bool same_word(std::string_view typed, std::string_view shown) {
    return typed == shown || abbreviates(typed, shown);
}

bool same_address(std::string_view typed, std::string_view shown) {
    if (shown.find('.') == std::string_view::npos && shown.find(':') == std::string_view::npos) {
        return false;  // a number is no address
    }
    const auto is = read_address(shown);
    if (!is) {
        return false;
    }
    const bool is_number = typed.find_first_of(".:/") == std::string_view::npos;
    return is_number ? is_area(typed, *is) : read_address(typed) == is;
}

}  // namespace rollover::platform
