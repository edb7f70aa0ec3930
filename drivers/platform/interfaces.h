// What a device says of its data ports. Pure.
//     <interfaces> of the platform file + outputs of its commands ─► interface_state
#pragma once

#include "drivers/platform/description.h"
#include "engine/base/mac.h"

namespace rollover::platform {

/// One data port; what is not there was not said.
struct interface_state {
    std::optional<mac_address> address;
    std::optional<std::uint64_t> received;  ///< packets, as its counter stands
    std::optional<bool> link;
    bool disabled = false;                 ///< shut down by its configuration
    std::vector<std::uint32_t> neighbors;  ///< numbers of those that it hears (LLDP, CDP), each once
    bool operator==(const interface_state&) const = default;
};

/// Adds to `known` what the output of `command` says and is not known yet; of the first rule, in their order, that
/// finds something in any line. An address that is not of one station does not count. Of neighbours all are taken.
void take_interface(const interface_command& command, std::string_view output, interface_state& known);

/// Whether any command of the platform tells of `part`.
[[nodiscard]] bool reads(const description& d, interface_part part);

/// `text` with ${interface} filled in.
[[nodiscard]] std::string for_interface(std::string text, std::string_view interface);

}  // namespace rollover::platform
