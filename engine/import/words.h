// How other programs spell things, in the words of a lab file.
#pragma once

#include "engine/model/value_rules.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace rollover::importing {

/// `text` with what `rule` does not allow replaced by '-' (or left out at the beginning), cut to its length; empty when
/// nothing is left.
[[nodiscard]] std::string fitted(std::string_view text, const model::value_rule& rule);

/// An interface as a lab file may spell it: blanks are left out, since no platform needs them ("Serial 0/0").
[[nodiscard]] std::string port_name(std::string_view text);

/// The number of a converter's line: "7" for "Port 7", "port-7", "tty7"; otherwise the name, fitted.
[[nodiscard]] std::string line_number(std::string_view text);

/// The platform file for a platform of another program's spelling, where that is certain: "Cisco IOS", "cisco_ios",
/// "ios" are cisco-ios. Source: the slugs of NetBox's demo data, and the driver names of NAPALM, Netmiko and netutils,
/// which operators take for slugs. Nothing for what could be two of ours or none.
[[nodiscard]] std::optional<std::string_view> platform_named(std::string_view text);
/// Every pair that `platform_named` knows, with the spelling reduced to small letters and digits.
[[nodiscard]] std::span<const std::pair<std::string_view, std::string_view>> platform_spellings();

/// The converter model (drivers/converters) of what a manufacturer calls himself. Only where he makes one family.
[[nodiscard]] std::optional<std::string_view> converter_model_named(std::string_view manufacturer);

/// "con", "console", "con 0", "Console0", "rj45-console": what people write for the console of a device.
[[nodiscard]] bool is_console_name(std::string_view port);
/// "Serial0/0/0", "Se0/0", "serial1", "s0/2/0".
[[nodiscard]] bool is_serial_name(std::string_view port);

/// Mbit/s as a lab file writes it: 1000 is "1g", 2500 "2.5g", 100 "100m". Empty for what it cannot say.
[[nodiscard]] std::string bit_rate(std::uint32_t megabits);

/// Small letters and digits only.
[[nodiscard]] std::string reduced(std::string_view text);

}  // namespace rollover::importing
