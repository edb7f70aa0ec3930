#include "engine/model/value_rules.h"

#include "engine/model/traffic.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace rollover::model {

namespace {

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_alphanumeric(char c) {
    return is_letter(c) || is_digit(c);
}
bool is_one_of(char c, std::string_view set) {
    return set.find(c) != std::string_view::npos;
}

/// First letter or digit (or one of `first`), then also any of `rest`; 1..longest characters.
bool is_word(std::string_view text, std::size_t longest, std::string_view first, std::string_view rest) {
    return !text.empty() && text.size() <= longest && (is_alphanumeric(text[0]) || is_one_of(text[0], first)) &&
           std::ranges::all_of(text, [&](char c) { return is_alphanumeric(c) || is_one_of(c, rest); });
}

bool fits_name(std::string_view t) {
    return is_word(t, 64, "", "._-");
}
bool fits_port(std::string_view t) {
    return is_word(t, 64, "", "._:/-");
}
bool fits_number(std::string_view t) {
    return is_word(t, 32, "", "._:/-");
}

bool fits_line(std::string_view t) {
    const std::size_t slash = t.find('/');
    return slash != std::string_view::npos && fits_name(t.substr(0, slash)) && fits_number(t.substr(slash + 1));
}

bool is_graphic(char c) {
    return c > ' ' && c <= '~';
}

bool fits_label(std::string_view t) {
    return !t.empty() && t.size() <= 64 && is_graphic(t.front()) && is_graphic(t.back()) &&
           std::ranges::all_of(t, [](char c) { return c == ' ' || is_graphic(c); });
}

bool fits_user(std::string_view t) {
    return !t.empty() && t.size() <= 128 && t.front() != '-' && std::ranges::all_of(t, is_graphic);
}

/// One line of at most 1024 characters (not bytes, as XSD counts).
bool fits_any_line(std::string_view t) {
    const auto characters =
        std::ranges::count_if(t, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
    return characters <= 1024 && !has_control_character(t);
}

bool fits_text_line(std::string_view t) {
    return !t.empty() && fits_any_line(t);
}
bool fits_time_zone(std::string_view t) {
    return !t.empty() && t.size() <= 64 && is_letter(t[0]) && std::ranges::all_of(t, [](char c) {
        return is_letter(c) || (c >= '0' && c <= '9') || c == '/' || c == '_' || c == '+' || c == '-';
    });
}
bool fits_path(std::string_view t) {
    return fits_text_line(t) && t.front() != '~';
}

bool fits_secret(std::string_view t) {
    if (t.starts_with("file:")) {
        return fits_any_line(t) && fits_path(t.substr(5));
    }
    const std::string_view variable = t.starts_with("env:") ? t.substr(4) : std::string_view();
    return !variable.empty() && t.size() <= 1024 && (is_letter(variable[0]) || variable[0] == '_') &&
           std::ranges::all_of(variable, [](char c) { return is_alphanumeric(c) || c == '_'; });
}

/// IPv6 by its characters only, as the schema: the rest is for the host that uses it.
bool fits_ip_address(std::string_view t) {
    constexpr std::size_t longest = 45;
    if (t.find(':') != std::string_view::npos) {
        return t.size() <= longest && std::ranges::all_of(t, [](char c) {
                   return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' ||
                          c == '.';
               });
    }
    std::size_t parts = 0;
    for (;; ++parts) {
        const std::string_view part = t.substr(0, t.find('.'));
        const bool digits = std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
        const auto value = digits && part.size() <= 3 ? parse_number(part) : std::nullopt;
        if (!value || *value > 255) {
            return false;
        }
        if (part.size() == t.size()) {
            return parts == 3;
        }
        t.remove_prefix(part.size() + 1);
    }
}

}  // namespace

namespace rules {
const value_rule name{fits_name, "letters, digits and . _ -, at most 64, the first a letter or digit"};
const value_rule identifier{[](std::string_view t) { return is_word(t, 64, "", "_-") && is_letter(t[0]); },
                            "letters, digits and _ -, at most 64, the first a letter"};
const value_rule port{fits_port, "letters, digits and . _ : / -, at most 64, the first a letter or digit"};
const value_rule line_number{fits_number, "letters, digits and . _ : / -, at most 32, the first a letter or digit"};
const value_rule line{fits_line, "write CONVERTER/NUMBER, for instance cs1/1"};
const value_rule label{fits_label, "printable ASCII characters, at most 64, no blank at the ends"};
const value_rule host{[](std::string_view t) { return is_word(t, 253, ":_", "._:%-"); },
                      "a host name, an IPv4 or an IPv6 address"};
const value_rule ip_address{fits_ip_address, "an IPv4 or IPv6 address"};
const value_rule percentage{[](std::string_view t) { return parse_percentage(t).has_value(); },
                            "0 to 100, at most four digits behind the point"};
const value_rule user{fits_user, "printable ASCII characters without blanks, at most 128, the first not -"};
const value_rule path{fits_path, "one line, at most 1024 characters, not starting with ~ (write the folder out)"};
const value_rule absolute_path{[](std::string_view t) { return fits_path(t) && t.front() == '/'; },
                               "a path that starts with /"};
const value_rule bridge{[](std::string_view t) { return is_word(t, 15, "_", "._-"); },
                        "letters, digits and . _ -, at most 15"};
const value_rule bridge_port{[](std::string_view t) { return is_word(t, 64, "_", "._:@-"); },
                             "letters, digits and . _ : @ -, at most 64"};
const value_rule bit_rate{[](std::string_view t) { return parse_bit_rate(t).has_value(); },
                          "a number and m or g: 100m, 2.5g, 10g"};
const value_rule traffic_words{[](std::string_view t) { return parse_traffic(t).has_value(); },
                               "any of cdp, jumbo, lacp, lldp, stp, tagged, with blanks between them"};
const value_rule secret{fits_secret, "write env:NAME or file:PATH, never the secret itself"};
const value_rule time_zone{fits_time_zone, "a name as in /usr/share/zoneinfo: Europe/Prague"};
const value_rule text_line{fits_text_line, "one line, 1 to 1024 characters, none of them a control character"};
const value_rule any_line{fits_any_line, "one line, at most 1024 characters, none of them a control character"};
}  // namespace rules

bool has_control_character(std::string_view text) noexcept {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c < 0x20 || c == 0x7F) {
            return true;
        }
        if (c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) {
            return true;  // U+0080..U+009F
        }
    }
    return false;
}

namespace {

std::optional<std::uint32_t> parse_digits(std::string_view text) noexcept {
    std::uint32_t value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool leading_zero = text.size() > 1 && text[0] == '0';
    if (text.empty() || error != std::errc{} || stop != text.data() + text.size() || leading_zero) {
        return std::nullopt;
    }
    return value;
}

constexpr std::array<std::pair<std::string_view, duration>, 5> units{{{"h", std::chrono::hours(1)},
                                                                      {"m", std::chrono::minutes(1)},
                                                                      {"s", std::chrono::seconds(1)},
                                                                      {"ms", std::chrono::milliseconds(1)},
                                                                      {"us", std::chrono::microseconds(1)}}};

}  // namespace

std::optional<std::uint32_t> parse_number(std::string_view text) noexcept {
    constexpr std::string_view blanks = " \t\n\r";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) {
        return std::nullopt;
    }
    return parse_digits(text.substr(first, text.find_last_not_of(blanks) - first + 1));
}

std::optional<std::uint32_t> parse_percentage(std::string_view text) noexcept {
    constexpr std::uint32_t one = 10'000;  // of a million
    constexpr std::size_t most_digits = 4;
    const auto point = text.find('.');
    const auto whole = parse_digits(text.substr(0, point));
    std::uint32_t value = whole.value_or(0);
    if (!whole || value > 100) {
        return std::nullopt;
    }
    value *= one;
    if (point != std::string_view::npos) {
        const std::string_view digits = text.substr(point + 1);
        if (digits.empty() || digits.size() > most_digits) {
            return std::nullopt;
        }
        std::uint32_t worth = one;
        for (const char c : digits) {
            if (c < '0' || c > '9') {
                return std::nullopt;
            }
            value += static_cast<std::uint32_t>(c - '0') * (worth /= 10);
        }
    }
    return value <= 100 * one ? std::optional(value) : std::nullopt;
}

std::optional<duration> parse_duration(std::string_view text) noexcept {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto count = parse_digits(text.substr(0, digits));
    const auto* const unit =
        std::ranges::find(units, text.substr(digits), &std::pair<std::string_view, duration>::first);
    if (digits > 6 || !count || unit == units.end()) {
        return std::nullopt;
    }
    return unit->second * *count;
}

std::string to_text(duration d) {
    for (const auto& [word, length] : units) {
        if (d.count() != 0 && d % length == duration::zero()) {
            return std::to_string(d / length) + std::string(word);
        }
    }
    return d.count() == 0 ? "0s" : std::to_string(d.count()) + "ns";
}

}  // namespace rollover::model
