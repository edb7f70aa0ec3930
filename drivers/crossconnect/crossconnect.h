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

/// A link made real: every frame that enters at one attachment leaves at all others, and nowhere else.
struct join {
    std::string name;                 ///< "a17/lan": activation id and link, unique on this cross-connect
    std::vector<attachment> members;  ///< 2 or more
    bool operator==(const join&) const = default;
};

struct address {
    std::string name;  ///< as in the lab file, for messages
    std::string host;  ///< empty: commands run on this host
    std::uint16_t port = 22;
    std::string bridge;
    std::string user;
    std::optional<secret> password;
    std::string key;
    bool agent = false;  ///< keys of the SSH agent may be used
    std::string known_hosts;
    std::string ovs_run_dir;  ///< OVS_RUNDIR for the commands; empty: the system's
};

/// Errors of all functions: unreachable, refused, timed_out, cancelled, device_rejected (the host's words), busy.
class crossconnect {
public:
    virtual ~crossconnect() = default;
    /// Makes `wanted` be there, all of it or nothing. A join that is there already and is equal is left alone; one of
    /// the same name with other members is replaced. An attachment that another join uses is `busy`, by name.
    [[nodiscard]] virtual task<result<void>> make(std::vector<join> wanted, time_point deadline) = 0;
    /// Takes joins away by name; names that are not there are no error.
    [[nodiscard]] virtual task<result<void>> remove(std::vector<std::string> names, time_point deadline) = 0;
    /// The joins that we have made there. Rules of others are not shown and never touched.
    [[nodiscard]] virtual task<result<std::vector<join>>> list(time_point deadline) = 0;
};

/// Open vSwitch driven by its own tools (ovs-vsctl, ovs-ofctl), here or over SSH.
[[nodiscard]] std::unique_ptr<crossconnect> make_openvswitch(runtime& rt, address where);

}  // namespace rollover::crossconnect
