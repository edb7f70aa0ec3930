// The way of a frame through cross-connects of kernel bridges, and through tunnels between cross-connects of either
// kind.
#include "simulators/lab/lab_fabric.h"
#include "simulators/lab/lab_fabric_walk.h"

#include <charconv>

namespace rollover::sim {

namespace {

std::string tunnel_option(const bridge_port& port, const std::string& key) {
    const auto found = port.options.find(key);
    return found == port.options.end() ? std::string() : found->second;
}

std::uint32_t udp_port_of(const bridge_port& port) {
    constexpr std::uint32_t vxlan = 4789;
    const auto text = tunnel_option(port, "dst_port");
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return text.empty() || error != std::errc{} || end != text.data() + text.size() ? vxlan : value;
}

}  // namespace

void lab_fabric::through_kernel(std::uint32_t cross_connect, const std::string& entered, walk& w, int tunnels) const {
    const linux_host& kernel = *kernels_[cross_connect];
    for (const auto& name : kernel.reached(entered)) {
        const auto& leaving = kernel.devices.at(name);
        if (leaving.kind == "vxlan") {
            leave_tunnel({leaving.local, leaving.remote, leaving.id, leaving.udp_port}, w, tunnels);
            continue;
        }
        for (std::uint32_t s = 0; s < lab_.switches.size(); ++s) {
            const auto& trunks = lab_.switches[s].trunks;
            for (std::size_t t = 0; t < trunks.size(); ++t) {
                const bool same = trunks[t].cross_connect.value == cross_connect && leaving.kind == "vlan" &&
                                  leaving.parent == bridge_port_name(trunks[t]);
                if (same) {
                    w.enter({s, static_cast<std::uint16_t>(leaving.id), static_cast<int>(t)});
                }
            }
        }
    }
}

void lab_fabric::through_tunnel(const bridge_port& by, std::uint32_t vni, walk& w, int tunnels) const {
    leave_tunnel({tunnel_option(by, "local_ip"), tunnel_option(by, "remote_ip"), vni, udp_port_of(by)}, w, tunnels);
}

void lab_fabric::leave_tunnel(const tunnel_end& by, walk& w, int tunnels) const {
    constexpr int most = 8;  // frames that go in a circle end here
    for (std::uint32_t i = 0; tunnels < most && i < bridges_.size(); ++i) {
        for (const bridge_port& port : bridges_[i] == nullptr ? std::vector<bridge_port>() : bridges_[i]->ports) {
            const bool other_end = port.type == "vxlan" && port.number != 0 &&
                                   tunnel_option(port, "local_ip") == by.remote &&
                                   tunnel_option(port, "remote_ip") == by.local && udp_port_of(port) == by.udp_port;
            if (other_end) {
                through_bridge({i}, {port.number, 0, by.vni}, w, tunnels + 1);
            }
        }
    }
    for (std::uint32_t i = 0; tunnels < most && i < kernels_.size(); ++i) {
        if (kernels_[i] == nullptr) {
            continue;
        }
        for (const auto& [name, device] : kernels_[i]->devices) {
            const bool other_end = device.kind == "vxlan" && device.id == by.vni && device.udp_port == by.udp_port &&
                                   device.local == by.remote && device.remote == by.local;
            if (other_end) {
                through_kernel(i, name, w, tunnels + 1);
            }
        }
    }
}

}  // namespace rollover::sim
