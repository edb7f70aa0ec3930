// The cabling of a simulated lab: which ports a frame reaches through wires, segments, switches and cross-connects.
#pragma once

#include "engine/model/lab.h"
#include "simulators/device/factory.h"
#include "simulators/lab/openvswitch_host.h"

#include <map>
#include <set>

namespace rollover::sim {

class lab_fabric final : public fabric {
public:
    /// Both must outlive it. `bridges`: one for each of the lab's cross-connects, null where it is not simulated.
    lab_fabric(const model::lab& lab, std::vector<simulated_bridge*> bridges);

    /// The kernels of cross-connects of kernel bridges: one for each of the lab's, null for the others.
    void set_kernels(std::vector<linux_host*> kernels) { kernels_ = std::move(kernels); }

    /// Names a device that answers pings; in the lab's order.
    void set_devices(std::vector<const network_identity*> devices) { devices_ = std::move(devices); }

    [[nodiscard]] std::vector<port> reached(const port& from) const override;
    [[nodiscard]] bool answers(const port& at, std::string_view ipv4) const override;

    [[nodiscard]] std::optional<announcement> announced(const port& at) const override;

    /// Groups of trunk VLANs that the rules of a bridge connect, of all bridges; and kernel bridges that connect.
    [[nodiscard]] std::size_t joins() const;

private:
    /// A frame inside a switch: it came in by trunk `trunk` (-1: by an access port).
    struct place {
        std::uint32_t where = 0;
        std::uint16_t vlan = 0;
        int trunk = -1;
        auto operator<=>(const place&) const = default;
    };
    struct walk;
    void through_switch(const place& at, walk& w) const;
    void through_bridge(model::cross_connect_index at, tagged_frame in, walk& w, int tunnels) const;
    void through_tunnel(const bridge_port& by, std::uint32_t vni, walk& w, int tunnels) const;
    void through_kernel(std::uint32_t cross_connect, const std::string& entered, walk& w, int tunnels) const;
    /// One end of a tunnel, of either kind of cross-connect.
    struct tunnel_end {
        std::string local;
        std::string remote;
        std::uint32_t vni = 0;
        std::uint32_t udp_port = 0;
    };
    /// To the cross-connects that have the other end: the same addresses, the other way round.
    void leave_tunnel(const tunnel_end& by, walk& w, int tunnels) const;
    [[nodiscard]] port port_of(model::interface_reference r) const;

    const model::lab& lab_;
    std::vector<simulated_bridge*> bridges_;
    std::vector<linux_host*> kernels_;
    std::vector<const network_identity*> devices_;
    std::map<port, model::interface_reference> interfaces_;
    std::map<std::pair<std::uint32_t, std::uint16_t>, std::vector<model::interface_reference>> access_;
    std::map<model::interface_reference, std::vector<const model::fixed_medium*>> media_;
    std::map<std::string, std::uint32_t, std::less<>> device_numbers_;
};

/// The name of the bridge's port where a trunk arrives: the lab file may leave it out when there is only one.
[[nodiscard]] std::string bridge_port_name(const model::trunk& t);

}  // namespace rollover::sim
