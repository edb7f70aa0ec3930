// How the driver marks in the kernel what it has made or taken, so that the devices alone tell everything.
//
// * group: every device that the driver makes is made in the device group 21103 ("Ro"), by the very command that makes
//   it: also a crash at once after it leaves no doubt whose it is.
// * alias of a bridge: "rollover a17/lan", the join's name with bytes that ip -batch would not take as "%2f".
// * claim: a member has the other name "rollover-eth1.101" as long as it is in a join. A name can be given once, so of
// two
//   engines that take one device at the same moment the kernel refuses one. (Its master would not do: `ip link set
//   master` takes a device out of the bridge that it is in.)
// * alias of a member: "rollover rx-5d1c0b7e", the bridge that it is for. For a device that was there before also what
// it
//   was like: "rollover rx-5d1c0b7e found 1500 eui64 down ALIAS". Aliases of tunnels: as of members that were made.
#pragma once

#include "drivers/crossconnect/linux_bridge_links.h"

namespace rollover::crossconnect {

inline constexpr std::string_view our_group = "21103";       ///< 0x526f
inline constexpr std::string_view our_discipline = "526f:";  ///< handle of a queueing discipline of ours
inline constexpr std::size_t longest_alias = 255;            ///< IFALIASZ - 1
inline constexpr std::size_t longest_device_name = 15;       ///< IFNAMSIZ - 1

/// What a device was like before it was taken.
struct device_before {
    std::uint32_t mtu = 0;
    std::string addresses;
    bool up = false;
    std::string alias;
    bool operator==(const device_before&) const = default;
};

/// What the alias of a member or a tunnel says.
struct owner_mark {
    std::string bridge;
    std::optional<device_before> before;  ///< nothing: the driver has made it
    bool operator==(const owner_mark&) const = default;
};

/// A name for ip -batch: 1..15 letters, digits and "-_.@:+".
[[nodiscard]] bool is_usable_name(std::string_view name) noexcept;

/// Longer than `longest_alias` when the join's name is too long.
[[nodiscard]] std::string alias_of_join(std::string_view join_name);
[[nodiscard]] std::optional<std::string> join_of_alias(std::string_view alias);

[[nodiscard]] std::string alias_of_owner(const owner_mark& mark);
[[nodiscard]] std::optional<owner_mark> owner_of_alias(std::string_view alias);

[[nodiscard]] std::string claim_on(std::string_view device);
[[nodiscard]] bool is_claimed(const link_state& device);

/// "rx-5d1c0b7e": `try_number` 0, 1, ... when names are taken. `kind` is '-' for bridges, 'v' for tunnels, 'm' for VLAN
/// devices whose own name would be too long.
[[nodiscard]] std::string derived_name(std::string_view prefix, char kind, std::string_view from,
                                       std::uint32_t try_number);

/// A bridge of ours: made by the driver, and its name begins with `prefix` and "-".
[[nodiscard]] bool is_our_bridge(const link_state& device, std::string_view prefix);

}  // namespace rollover::crossconnect
