// What a user may type for the name of an interface.
#pragma once

#include "simulators/device/scripted/definition.h"

#include <optional>

namespace rollover::sim::scripted {

/// "eth1/1" -> "Ethernet1/1" where such a type is in the file; the name itself where the device has it. A type that a
/// user makes ("Loopback0", "Ethernet1/1.10") needs only a number. Nothing for what the device has not.
[[nodiscard]] std::optional<std::string> full_name(std::string_view typed, const std::vector<std::string>& hardware,
                                                   const std::vector<interface_type>& types);

}  // namespace rollover::sim::scripted
