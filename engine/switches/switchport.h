// The lines of an interface that IOS and EOS have in common: "switchport ...", "shutdown", "channel-group".
#pragma once

#include "engine/switches/indented_text.h"
#include "engine/switches/switch_state.h"

namespace rollover::switches {

/// Reads the lines of "interface NAME"; `negotiated` is the mode that a port has without a word: "dynamic auto", empty
/// for access. Other lines are left to the caller.
[[nodiscard]] port_state switchport_of(const block& interface, std::string_view negotiated);

/// Ports of the switch to itself, where no cable can be: Vlan1, Loopback0.
[[nodiscard]] bool is_virtual_interface(std::string_view name) noexcept;

/// "interface Gi0/1" and a line in it.
[[nodiscard]] std::vector<std::string> in_interface(std::string_view port, std::vector<std::string> lines);

}  // namespace rollover::switches
