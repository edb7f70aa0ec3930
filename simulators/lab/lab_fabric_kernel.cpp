// The way of a frame through cross-connects of kernel bridges, and through the tunnels between them.
#include "simulators/lab/lab_fabric.h"
#include "simulators/lab/lab_fabric_walk.h"

namespace rollover::sim {

void lab_fabric::through_kernel(const model::trunk& by, std::uint16_t vlan, walk& w) const {
    const auto x = by.cross_connect.value;
    const auto entered = kernels_[x]->device_of(bridge_port_name(by), vlan);
    for (const auto& leaving : kernels_[x]->reached(entered)) {
        leave_kernel(x, leaving, w);
    }
}

void lab_fabric::leave_kernel(std::uint32_t cross_connect, const std::string& device, walk& w) const {
    const auto& leaving = kernels_[cross_connect]->devices.at(device);
    if (leaving.kind == "vxlan") {
        through_tunnel(cross_connect, leaving, w);
        return;
    }
    for (std::uint32_t s = 0; s < lab_.switches.size(); ++s) {
        const auto& trunks = lab_.switches[s].trunks;
        for (std::size_t t = 0; t < trunks.size(); ++t) {
            const auto port = bridge_port_name(trunks[t]);
            const bool same =
                trunks[t].cross_connect.value == cross_connect && leaving.kind == "vlan" && leaving.parent == port;
            if (same) {
                w.enter({s, static_cast<std::uint16_t>(leaving.id), static_cast<int>(t)});
            }
        }
    }
}

void lab_fabric::through_tunnel(std::uint32_t cross_connect, const linux_device& from, walk& w) const {
    for (std::uint32_t x = 0; x < kernels_.size(); ++x) {
        if (x == cross_connect || kernels_[x] == nullptr) {
            continue;
        }
        for (const auto& [name, device] : kernels_[x]->devices) {
            const bool other_end = device.kind == "vxlan" && device.up && device.id == from.id &&
                                   device.udp_port == from.udp_port && device.local == from.remote &&
                                   device.remote == from.local;
            if (!other_end || !w.tunnels.insert({x, name}).second) {
                continue;
            }
            for (const auto& leaving : kernels_[x]->reached(name)) {
                leave_kernel(x, leaving, w);
            }
        }
    }
}

}  // namespace rollover::sim
