// What values of attributes may look like. Each rule is the same as a simple type of topologies/schema/*.xsd; a test
// compares them on a corpus.
#pragma once

#include "engine/runtime/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rollover::model {

struct value_rule {
    bool (*fits)(std::string_view text);
    std::string_view words;  ///< what is allowed, as the hint of a mistake
};

/// Of a capacity that a device has or a node requires.
inline constexpr std::uint32_t most_of_a_capacity = 1'000'000'000;

namespace rules {
extern const value_rule name;           ///< of anything in a lab
extern const value_rule identifier;     ///< of a node, link or parameter: can stand in ${...}
extern const value_rule port;           ///< of a device or switch: "FastEthernet0/0"
extern const value_rule line_number;    ///< of a converter: "1", "0/1"
extern const value_rule line;           ///< "CONVERTER/NUMBER"
extern const value_rule label;          ///< a device model: printable ASCII
extern const value_rule host;           ///< host name, IPv4 or IPv6 address
extern const value_rule ip_address;     ///< IPv4 or IPv6
extern const value_rule percentage;     ///< "0.5": at most four digits behind the point
extern const value_rule user;           ///< printable ASCII without blanks
extern const value_rule path;           ///< of this machine; relative ones start at the lab file's folder
extern const value_rule absolute_path;  ///< of another machine, or a device file
extern const value_rule bridge;         ///< of Open vSwitch: at most 15 characters
extern const value_rule bridge_port;
extern const value_rule bit_rate;       ///< "100m", "10g"
extern const value_rule traffic_words;  ///< "lacp lldp"
extern const value_rule secret;         ///< env:NAME or file:PATH
extern const value_rule time_zone;      ///< an IANA name; whether the system has it is not looked at
extern const value_rule text_line;      ///< one line of text, not empty
extern const value_rule any_line;       ///< one line of text, may be empty
}  // namespace rules

/// Whether `text` (valid UTF-8) holds a control character: U+0000..U+001F, U+007F..U+009F (Unicode category Cc).
[[nodiscard]] bool has_control_character(std::string_view text) noexcept;

/// A decimal number without sign and leading zeros; blanks around it do not count, as in XSD.
[[nodiscard]] std::optional<std::uint32_t> parse_number(std::string_view text) noexcept;

/// "250us", "10ms", "2s", "1m", "1h": at most six digits and a unit.
[[nodiscard]] std::optional<duration> parse_duration(std::string_view text) noexcept;

/// "0.5" as a number of a million: 5,000. At most three digits before the point, and four behind it; 100 at most.
[[nodiscard]] std::optional<std::uint32_t> parse_percentage(std::string_view text) noexcept;

/// In the largest unit that has no rest: "10ms", "2s".
[[nodiscard]] std::string to_text(duration d);

}  // namespace rollover::model
