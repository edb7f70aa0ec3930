// A cross-connect: joins VLANs of its trunks in software. The only thing that changes when a topology changes.
#pragma once

#include "engine/base/secret.h"
#include "engine/runtime/runtime.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rollover::crossconnect {

/// One VLAN on one trunk port of the bridge: the fixed place of one device interface.
struct attachment {
    std::string port;  ///< name of the bridge's port where the trunk arrives; empty: the only other port of the bridge
    std::uint16_t vlan = 0;  ///< 1..4094
    bool operator==(const attachment&) const = default;
    auto operator<=>(const attachment&) const = default;
};

/// The part of a link that is on another cross-connect, as one more member here: a VXLAN tunnel (RFC 7348) to it. Both
/// ends have the same number.
struct tunnel {
    std::string local;          ///< IP address here
    std::string remote;         ///< IP address there, of the same family
    std::uint32_t vni = 0;      ///< network identifier, 1..16,777,215; no two joins have the same to one address
    std::uint16_t port = 4789;  ///< UDP, at both ends
    std::uint32_t mtu = 1600;   ///< bytes of the IP packets that pass between the two addresses
    bool operator==(const tunnel&) const = default;
    auto operator<=>(const tunnel&) const = default;
};

/// What a join does to the frames that leave it at each of its members (not at its tunnels: once is enough).
struct shape {
    duration delay{};
    duration jitter{};                   ///< at most `delay`
    std::uint32_t loss_per_million = 0;  ///< frames lost of a million
    std::uint32_t rate = 0;              ///< Mbit/s; 0: not limited
    bool operator==(const shape&) const = default;
};

/// A link made real: every frame that enters at one member or tunnel leaves at all others, and nowhere else.
struct join {
    std::string name;                 ///< "a17/lan": activation id and link, unique on this cross-connect
    std::vector<attachment> members;  ///< 2 or more, together with the tunnels
    std::vector<tunnel> tunnels = {};
    std::optional<shape> shaped = {};  ///< needs netem on the host: unsupported where it is not there
    std::string damage = {};           ///< `list`: what somebody has changed since it was made; empty: it is whole
    bool operator==(const join&) const = default;
};

enum class kind {
    openvswitch,   ///< rules of an own cookie on one bridge, by its tools
    linux_bridge,  ///< a bridge of the kernel for each join, by iproute2
};

struct address {
    std::string name;  ///< as in the lab file, for messages
    kind what = kind::openvswitch;
    std::string host;  ///< empty: commands run on this host
    std::uint16_t port = 22;
    std::string bridge;  ///< openvswitch: the bridge; linux_bridge: how the names of its bridges begin, 1..6 characters
    std::string user;
    std::optional<secret> password;
    std::string key;
    bool agent = false;  ///< keys of the SSH agent may be used
    std::string known_hosts;
    std::string ovs_run_dir;  ///< OVS_RUNDIR for the commands; empty: the system's
};

/// Errors of all functions: unreachable, refused, timed_out, cancelled, device_rejected (the host's words), busy,
/// unsupported (what the host cannot do).
class crossconnect {
public:
    virtual ~crossconnect() = default;
    /// Makes `wanted` be there, all of it or nothing. A join that is there already and is equal is left alone; one of
    /// the same name with other members, or damaged, is replaced. An attachment that another join uses is `busy`, by
    /// name. Cancelled or failed half-way it takes back what it had begun.
    [[nodiscard]] virtual task<result<void>> make(std::vector<join> wanted, time_point deadline) = 0;
    /// Takes joins away by name; names that are not there are no error.
    [[nodiscard]] virtual task<result<void>> remove(std::vector<std::string> names, time_point deadline) = 0;
    /// The joins that we have made there. Rules of others are not shown and never touched.
    [[nodiscard]] virtual task<result<std::vector<join>>> list(time_point deadline) = 0;
};

/// The driver for `where.what`, on this host or over SSH.
[[nodiscard]] std::unique_ptr<crossconnect> make_crossconnect(runtime& rt, address where);

/// Open vSwitch driven by its own tools (ovs-vsctl, ovs-ofctl).
[[nodiscard]] std::unique_ptr<crossconnect> make_openvswitch(runtime& rt, address where);

/// Bridges of the Linux kernel, one for each join, driven by iproute2 (ip, tc). A member's attachment is the network
/// device "eth1.101": VLAN 101 of eth1 whatever its name, else a device of that name, else it is made.
[[nodiscard]] std::unique_ptr<crossconnect> make_linux_bridges(runtime& rt, address where);

}  // namespace rollover::crossconnect
