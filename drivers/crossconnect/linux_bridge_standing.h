// What stands on a host, and what of it is not as the driver makes it. No I/O.
#pragma once

#include "drivers/crossconnect/linux_bridge_plan.h"

namespace rollover::crossconnect {

using links_by_name = std::map<std::string, link_state>;

/// Null when there is none.
[[nodiscard]] const link_state* find_link(const linux_state& state, const std::string& name);

/// Ports by the bridge that they are in.
[[nodiscard]] std::map<std::string, std::vector<const link_state*>> ports_by_bridge(const linux_state& state);

/// The device on which an attachment arrives, when it is there: VLAN `vlan` of `port` whatever its name, else the
/// device of the name "port.vlan", unless that is another VLAN.
[[nodiscard]] const link_state* device_of(const linux_state& state, const attachment& at);
[[nodiscard]] attachment attachment_of(const link_state& device);

/// What its MTU has to be at least: 9,100 or what it can.
[[nodiscard]] std::uint32_t mtu_of_member(const linux_state& state, const link_state& device);
/// The MTU of the device of a tunnel: so that the outer packets pass unfragmented, with two tags of the users.
[[nodiscard]] std::uint32_t mtu_inside(const tunnel& t);

/// As netem counts.
[[nodiscard]] std::int64_t microseconds_of(duration d);

/// netem, tbf, or empty for a shape that does nothing.
[[nodiscard]] std::string discipline_of(const std::optional<shape>& shaped);
/// Equal as far as the kernel keeps it.
[[nodiscard]] bool is_shaped_as(const linux_state& state, const std::string& device,
                                const std::optional<shape>& shaped);
[[nodiscard]] bool has_our_discipline(const linux_state& state, const std::string& device);

}  // namespace rollover::crossconnect
