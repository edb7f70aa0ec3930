// What a router keeps apart from its configuration, so that "write erase" alone does not make it clean: the
// configuration register, the VLAN database in flash, the keys in private NVRAM. Source: Cisco documents 50421
// (register), 10582 (vlan.dat), IOS Security Command Reference (crypto key).
#pragma once

#include "simulators/device/ios/config_tree.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollover::sim::ios {

inline constexpr std::uint16_t factory_register = 0x2102;

struct kept_apart {
    std::uint16_t config_register = factory_register;  ///< of the running software
    std::uint16_t next_register = factory_register;    ///< counts from the next start on
    std::vector<config_line> vlans;                    ///< flash:vlan.dat; empty: the file is not there
    std::string key;                                   ///< the RSA key in use, by its name; empty: none
    std::string saved_key;

    /// Bit 6: the saved configuration is left aside.
    [[nodiscard]] bool ignores_nvram() const { return (config_register & 0x40U) != 0; }
    /// A boot field of 0: no image is loaded.
    [[nodiscard]] bool stays_in_rommon() const { return (config_register & 0x0fU) == 0; }
    [[nodiscard]] bool is_clean() const {
        return !ignores_nvram() && !stays_in_rommon() && next_register == config_register && vlans.empty() &&
               key.empty() && saved_key.empty();
    }
};

/// "0x2142"; nothing when it is no register.
[[nodiscard]] std::optional<std::uint16_t> register_from(std::string_view text);
/// "0x2102", and what a changed one adds.
[[nodiscard]] std::string register_report(const kept_apart& kept);
/// Of `lines` those that stand in the VLAN database.
[[nodiscard]] std::vector<config_line> vlans_of(const std::vector<config_line>& lines);
/// As "show vlan-switch" prints it.
[[nodiscard]] std::string vlan_report(const std::vector<config_line>& vlans);

}  // namespace rollover::sim::ios
