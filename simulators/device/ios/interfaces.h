// Names of interfaces as IOS takes and prints them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollover::sim::ios {

/// The full name for what was typed: "fa0/0" -> "FastEthernet0/0", "lo1" -> "Loopback1". Nothing when the type is
/// unknown or fits several, or the number is missing or malformed. Whether the router has it is not asked.
[[nodiscard]] std::optional<std::string> full_interface_name(std::string_view typed);

/// An interface that exists because somebody configured it: loopbacks, tunnels, VLANs, subinterfaces and the like.
[[nodiscard]] bool is_virtual_interface(std::string_view name);

/// "FastEthernet0/0" of "FastEthernet0/0.10"; the name itself when it is no subinterface.
[[nodiscard]] std::string_view parent_interface(std::string_view name);

/// "Fa0/0", as tables print it.
[[nodiscard]] std::string short_interface_name(std::string_view name);

}  // namespace rollover::sim::ios
