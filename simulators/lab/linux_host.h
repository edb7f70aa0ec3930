// The kernel of a simulated Linux host as far as the cross-connect drivers use it: network devices, changed and shown
// by the text of iproute2. The lines that it takes are those in the head of drivers/crossconnect/linux_bridge_lines.h
// and of drivers/crossconnect/ways.h, its words when it says no are the kernel's. What it prints is compared with the
// real programs by tests/real/crossconnect/real_linux_bridge_test.cpp.
#pragma once

#include "engine/runtime/process.h"

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace rollover::sim {

struct linux_device {
    std::string kind;    ///< "bridge", "vlan", "vxlan", "veth"; empty for hardware
    std::string parent;  ///< of a VLAN device
    std::string peer;    ///< the other end of a veth
    std::string master;
    std::string alias;
    std::string group = "default";
    std::set<std::string> other_names;
    std::uint32_t mtu = 1500;
    std::uint32_t most_mtu = 65535;
    bool up = false;
    bool arp = true;
    std::string addresses = "eui64";
    std::uint32_t id = 0;  ///< of a VLAN or of a VXLAN
    std::string local;
    std::string remote;
    std::uint32_t udp_port = 0;
    std::map<std::string, std::uint32_t> bridge;  ///< "stp_state", ...
    std::map<std::string, std::uint32_t> port;    ///< "learning", ...: as a port of `master`
    std::string discipline;                       ///< "tbf", "netem"; empty: the one that every device has
    std::string discipline_handle;
    std::map<std::string, double>
        discipline_values;  ///< "limit" frames, "delay", "jitter" s, "loss" 0..1, "rate" bytes/s
    bool operator==(const linux_device&) const = default;
};

class linux_host {
public:
    std::map<std::string, linux_device> devices;  ///< by name
    bool has_vlan_devices = true;
    bool has_netem = true;
    /// Asked before each line that changes something; what it returns, when it is not empty, is said instead.
    std::function<std::string(const std::string& line)> refuse = {};

    /// Adds hardware, up, of 9,216 bytes.
    linux_device& add_device(const std::string& name);

    /// `ip` and `tc`: -j -d link show, -j qdisc show, [-force] -batch -. Result: as the program would end.
    [[nodiscard]] process_result run(const std::vector<std::string>& argv, const std::string& input);

    /// Devices that get what enters at `device`, by its bridge; nothing when it or the bridge does not work.
    [[nodiscard]] std::vector<std::string> reached(const std::string& device) const;

    /// The device of VLAN `vlan` of `port`; empty when there is none.
    [[nodiscard]] std::string device_of(const std::string& port, std::uint32_t vlan) const;

    /// Bridges that connect two devices at least.
    [[nodiscard]] std::size_t joins() const;

private:
    [[nodiscard]] process_result batch(const std::string& program, const std::string& input, bool force);
    [[nodiscard]] std::string carry_out(const std::string& program, const std::vector<std::string>& words);
};

/// Carries out one line; nothing, or what the kernel says. `words`: "link", "add", ...
[[nodiscard]] std::string change_link(linux_host& host, const std::vector<std::string>& words);
[[nodiscard]] std::string change_discipline(linux_host& host, const std::vector<std::string>& words);

/// What `ip -j -d link show` and `tc -j qdisc show` print.
[[nodiscard]] std::string show_links(const linux_host& host);
[[nodiscard]] std::string show_disciplines(const linux_host& host);

}  // namespace rollover::sim
