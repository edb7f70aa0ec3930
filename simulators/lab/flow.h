// One OpenFlow rule of a simulated bridge: read from and written as the text of ovs-ofctl(8), as far as a cross-connect
// needs it (ports and VLANs). The words of errors and dumps are those of Open vSwitch 3.1, compared with the real
// programs by tests/simulators/lab/openvswitch_real_test.cpp.
#pragma once

#include "engine/base/error.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollover::sim {

/// OFPP_LOCAL as OpenFlow 1.0 counts it; ordinary ports are 1..0xfeff.
inline constexpr std::uint16_t local_port = 0xfffe;
inline constexpr std::uint16_t default_priority = 32768;

struct flow_action {
    enum class kind { output, in_port, flood, normal, set_vlan, strip_vlan, push_vlan, set_tunnel, note };
    kind what = kind::output;
    /// output: the port; flood: 1 for ALL; set_vlan: the VLAN, with `no_presence_bit` when that was left out.
    std::uint16_t value = 0;
    std::string note;       ///< its bytes, padded as the switch pads them
    std::uint32_t vni = 0;  ///< set_tunnel
    bool operator==(const flow_action&) const = default;
};

/// OFPVID_PRESENT: the bit of `vlan_vid` that says there is a tag.
inline constexpr std::uint16_t vlan_present = 0x1000;
/// `set_field:V->vlan_vid` without it: ovs-ofctl sends it, the switch refuses it.
inline constexpr std::uint16_t no_presence_bit = 0x8000;

struct flow_match {
    std::uint64_t metadata = 0;  ///< under the mask; a frame's own is 0
    std::uint64_t metadata_mask = 0;
    std::optional<std::uint16_t> in_port;
    std::optional<std::uint16_t> vlan;
    std::optional<std::uint32_t> vni;  ///< tun_id
    bool operator==(const flow_match&) const = default;
};

struct flow {
    std::uint64_t cookie = 0;
    std::uint8_t table = 0;
    std::uint16_t priority = default_priority;
    flow_match match;
    std::vector<flow_action> actions;  ///< empty: drop
    bool checks_overlap = false;
    bool resets_counts = false;  ///< added by OpenFlow 1.0: later versions show the flag
};

/// What a line of flow text asks for.
struct flow_request {
    enum class verb { add, remove, remove_strict, show };
    verb what = verb::add;
    flow rule;
    std::uint64_t cookie_mask = 0;      ///< remove and show: only rules whose cookie is equal under this mask
    std::optional<std::uint8_t> table;  ///< remove and show: only this table
};

/// The number of a port that is given by name; nothing when the bridge has no such port.
using port_lookup = std::function<std::optional<std::uint16_t>(std::string_view name)>;

/// Reads flow text such as "cookie=0x1,in_port=1,dl_vlan=101,actions=mod_vlan_vid:102,in_port".
/// Errors: bad_input with the words of ovs-ofctl; unsupported for what the real one knows and this one does not.
[[nodiscard]] result<flow_request> parse_flow(std::string_view text, flow_request::verb what, const port_lookup& ports);

/// How `dump-flows` writes it, without the line end. `version`: 10 for OpenFlow 1.0, 13 for 1.3.
[[nodiscard]] std::string to_string(const flow& f, int version, bool statistics);

/// How error messages write the request to add it: "ADD priority=1,dl_vlan=5 cookie:0x7 check_overlap actions=drop".
[[nodiscard]] std::string describe_add(const flow& f, int version);

}  // namespace rollover::sim
