// What a lab switch is configured as, as plain values: read from its own words by a dialect (dialect.h), compared with
// the lab file by `differences` (differences.h). No I/O.
#pragma once

#include <bitset>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollover::switches {

inline constexpr std::uint16_t highest_vlan = 4094;
using vlan_set = std::bitset<highest_vlan + 1>;

/// What a port does with the tags of frames.
enum class port_mode {
    other,   ///< none of the three: routed, negotiated, not said
    access,  ///< untagged frames, in one VLAN
    tunnel,  ///< any frames, in one VLAN: tags of the users pass inside (802.1Q in 802.1Q)
    trunk,   ///< tagged frames of many VLANs
};
/// "access", "dot1q-tunnel", "trunk", "other".
[[nodiscard]] std::string_view name_of(port_mode m) noexcept;

/// Whatever is on or off, or has a word, beside the rest: its name and how it stands.
using settings = std::map<std::string, std::string, std::less<>>;

struct port_state {
    std::string name;  ///< as the switch spells it
    port_mode mode = port_mode::other;
    std::string mode_text;      ///< the switch's own word for `mode`, where it is `other`
    std::uint16_t vlan = 0;     ///< not of a trunk: where its frames are; 0: nowhere
    vlan_set carries;           ///< of a trunk
    std::uint16_t native = 0;   ///< of a trunk: the VLAN whose frames have no tag there; 0: none
    bool down = false;          ///< by configuration
    std::string broken;         ///< why the switch cannot use it; empty: it can
    std::string member_of;      ///< the aggregate that it is a part of; empty: of none
    std::uint32_t mtu = 0;      ///< bytes, counted as the switch does; 0: not known
    bool counts = true;         ///< false: a port of the switch to itself, where no cable can be
    switches::settings others;  ///< named as the dialect's `wanted_...` do
};

struct switch_state {
    bool there = true;              ///< false: the switch has no bridge of this name, and the rest is empty
    std::string name;               ///< that it gives itself; empty: it does not say
    std::optional<vlan_set> vlans;  ///< that exist; nothing: the switch makes them by itself, or does not tell
    vlan_set spanning_tree;         ///< the VLANs in which it takes part
    std::vector<port_state> ports;
    switches::settings others;
};

/// Adds the VLANs of "1-3,7,all" to `into`. False when a part is no VLAN: what can be read is added all the same.
bool add_vlans(std::string_view list, vlan_set& into) noexcept;
/// "1-3,7"; empty for none.
[[nodiscard]] std::string text_of(const vlan_set& vlans);
/// 1..4094, written as digits only.
[[nodiscard]] std::optional<std::uint16_t> vlan_number(std::string_view text) noexcept;

}  // namespace rollover::switches
