// The configuration commands that the simulated router knows, mode by mode. Source: Cisco IOS 12.4 command references.
#pragma once

#include "simulators/device/ios/grammar.h"

#include <cstdint>
#include <string_view>

namespace rollover::sim::ios {

enum class config_mode : std::uint8_t {
    global,
    interface,
    subinterface,
    router,
    address_family,
    line,
    vlan,
    dhcp,
    acl_standard,
    acl_extended,
    route_map,
    isakmp,
    transform,
    crypto_map,
    class_map,
    policy_map,
    policy_class,
    vrf,
    key_chain,
    key,
    control_plane,
    archive,
};
inline constexpr std::size_t config_modes = 22;

/// What stands in the prompt: "config-if".
[[nodiscard]] std::string_view prompt_of(config_mode mode);

struct config_command {
    std::string_view pattern;                  ///< see grammar
    std::uint8_t key = 0;                      ///< words that make one setting of it; 0: every line stands for itself
    unsigned flags = 0;                        ///< of the ones below
    config_mode enters = config_mode::global;  ///< with `opens`: the mode of the section
};

inline constexpr unsigned opens = 1;     ///< starts a section
inline constexpr unsigned shows_no = 2;  ///< the configuration shows "no X" when it is off
inline constexpr unsigned hidden = 4;    ///< on by default, so that the configuration shows only "no X"
inline constexpr unsigned acts = 8;      ///< leaves nothing in the configuration

struct config_table {
    std::vector<config_command> commands;
    grammar parser;
};

/// The table of a mode; made once.
[[nodiscard]] const config_table& commands_of(config_mode mode);

}  // namespace rollover::sim::ios
