// The small pieces of Open vSwitch's flow syntax. Source: ofputil_parse_key_value() as ovs-ofctl(8) shows it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace rollover::sim {

struct key_value {
    std::string_view key;
    std::string_view value;  ///< may be empty
};

/// Takes the next `key`, `key=value`, `key:value` from the front of `text`; pieces are separated by commas and blanks.
[[nodiscard]] std::optional<key_value> next_key_value(std::string_view& text);

/// A number as C writes it: decimal, 0x hexadecimal, 0 octal, also negative (-1 is all ones). Nothing otherwise.
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view text);

/// `text` without the blanks at both ends, and without what follows a '#'.
[[nodiscard]] std::string_view without_comment(std::string_view text);

}  // namespace rollover::sim
