// One rule as a line of text: as `ovs-ofctl dump-flows` prints it, and as `ovs-ofctl add-flows` takes it.
// Source: ovs-ofctl(8) "Flow Syntax", ovs-actions(7), and the output of Open vSwitch 3.1.
#pragma once

#include "drivers/crossconnect/openvswitch_commands.h"

#include <charconv>

namespace rollover::crossconnect {

/// The whole of `text` as a number, decimal or with "0x"; nothing for anything else or when it does not fit.
template <class Number>
[[nodiscard]] std::optional<Number> read_number(std::string_view text) noexcept {
    const bool hexadecimal = text.starts_with("0x");
    text.remove_prefix(hexadecimal ? 2 : 0);
    Number value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, hexadecimal ? 16 : 10);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

/// Reads a line of dump-flows, blanks at its ends removed. Nothing when it has no cookie. A rule of others, or one of
/// ours that somebody has changed, comes back not `exact`.
[[nodiscard]] std::optional<flow_rule> parse_rule(std::string_view text);

/// The line that adds `rule`, with the line end. `rule.exact` plays no part.
[[nodiscard]] std::string add_line(const flow_rule& rule);

/// The line that takes away all rules of one join, with the line end.
[[nodiscard]] std::string delete_line(std::uint64_t cookie);

}  // namespace rollover::crossconnect
