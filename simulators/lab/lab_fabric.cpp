#include "simulators/lab/lab_fabric.h"

#include "simulators/lab/lab_fabric_walk.h"

namespace rollover::sim {

std::string bridge_port_name(const model::trunk& t) {
    return t.cross_connect_port.empty() ? "trunk" : t.cross_connect_port;
}

lab_fabric::lab_fabric(const model::lab& lab, std::vector<simulated_bridge*> bridges)
    : lab_(lab), bridges_(std::move(bridges)) {
    for (std::uint32_t d = 0; d < lab.devices.size(); ++d) {
        const model::device& device = lab.devices[d];
        device_numbers_[device.name] = d;
        for (std::uint32_t i = 0; i < device.interfaces.size(); ++i) {
            const model::interface_reference r{{d}, i};
            interfaces_[{device.name, device.interfaces[i].name}] = r;
            if (const auto& at = device.interfaces[i].port) {
                access_[{at->where.value, at->vlan}].push_back(r);
            }
        }
    }
    for (const auto* media : {&lab.wires, &lab.segments}) {
        for (const auto& medium : *media) {
            for (const auto& end : medium.ends) {
                media_[end].push_back(&medium);
            }
        }
    }
}

fabric::port lab_fabric::port_of(model::interface_reference r) const {
    return {lab_.at(r.device).name, lab_.at(r).name};
}

std::vector<fabric::port> lab_fabric::reached(const port& from) const {
    const auto found = interfaces_.find(from);
    if (found == interfaces_.end()) {
        return {};
    }
    walk w;
    if (const auto media = media_.find(found->second); media != media_.end()) {
        for (const auto* medium : media->second) {
            w.ends.insert(medium->ends.begin(), medium->ends.end());
        }
    }
    if (const auto& at = lab_.at(found->second).port) {
        w.enter({at->where.value, at->vlan, -1});
    }
    while (!w.open.empty()) {
        const place next = w.open.front();
        w.open.pop_front();
        through_switch(next, w);
    }
    w.ends.erase(found->second);
    std::vector<port> out;
    for (const auto& end : w.ends) {
        out.push_back(port_of(end));
    }
    return out;
}

void lab_fabric::through_switch(const place& at, walk& w) const {
    if (const auto ports = access_.find({at.where, at.vlan}); ports != access_.end()) {
        w.ends.insert(ports->second.begin(), ports->second.end());
    }
    const auto& trunks = lab_.switches[at.where].trunks;
    for (std::size_t t = 0; t < trunks.size(); ++t) {
        if (static_cast<int>(t) == at.trunk) {
            continue;
        }
        const std::uint32_t there = trunks[t].cross_connect.value;
        if (there < kernels_.size() && kernels_[there] != nullptr) {
            through_kernel(there, kernels_[there]->device_of(bridge_port_name(trunks[t]), at.vlan), w, 0);
            continue;
        }
        const auto* bridge = bridges_[there];
        const auto number = bridge == nullptr ? std::nullopt : bridge->port_number(bridge_port_name(trunks[t]));
        if (number) {
            through_bridge(trunks[t].cross_connect, {*number, at.vlan}, w, 0);
        }
    }
}

void lab_fabric::through_bridge(model::cross_connect_index at, tagged_frame in, walk& w, int tunnels) const {
    constexpr int most = 8;  // frames that go in a circle end here
    const simulated_bridge& bridge = *bridges_[at.value];
    for (const tagged_frame& leaving : bridge.flows.process(in, bridge.port_numbers())) {
        const auto back = bridge.other_end(leaving.port);
        if (back && tunnels < most) {
            through_bridge(at, {*back, leaving.vlan, leaving.vni}, w, tunnels + 1);
        }
        for (const bridge_port& port : bridge.ports) {
            if (port.number == leaving.port && port.type == "vxlan" && leaving.vlan == 0) {
                through_tunnel(port, leaving.vni, w, tunnels);
            }
        }
        for (std::uint32_t s = 0; s < lab_.switches.size(); ++s) {
            const auto& trunks = lab_.switches[s].trunks;
            for (std::size_t t = 0; t < trunks.size(); ++t) {
                const bool same =
                    trunks[t].cross_connect == at && bridge.port_number(bridge_port_name(trunks[t])) == leaving.port;
                if (same) {
                    w.enter({s, leaving.vlan, static_cast<int>(t)});
                }
            }
        }
    }
}

bool lab_fabric::answers(const port& at, std::string_view ipv4) const {
    const auto found = device_numbers_.find(at.device);
    if (found == device_numbers_.end() || found->second >= devices_.size() || devices_[found->second] == nullptr) {
        return false;
    }
    return devices_[found->second]->has_address(at.interface, ipv4);
}

std::optional<announcement> lab_fabric::announced(const port& at) const {
    const auto found = device_numbers_.find(at.device);
    if (found == device_numbers_.end() || found->second >= devices_.size() || devices_[found->second] == nullptr) {
        return std::nullopt;
    }
    return devices_[found->second]->announced(at.interface);
}

std::size_t lab_fabric::joins() const {
    std::size_t count = 0;
    for (const linux_host* kernel : std::set<linux_host*>(kernels_.begin(), kernels_.end())) {
        count += kernel == nullptr ? 0 : kernel->joins();
    }
    for (const simulated_bridge* bridge : bridges_) {
        if (bridge == nullptr) {
            continue;
        }
        std::map<tagged_frame, std::set<tagged_frame>> neighbours;
        for (const flow& rule : bridge->flows.rules()) {
            if (!rule.match.in_port || (!rule.match.vlan && !rule.match.vni)) {
                continue;
            }
            const tagged_frame in{*rule.match.in_port, rule.match.vlan.value_or(0), rule.match.vni.value_or(0)};
            for (const tagged_frame& out : bridge->flows.process(in, bridge->port_numbers())) {
                const auto at = bridge->other_end(out.port);
                const tagged_frame seen = at ? tagged_frame{*at, out.vlan, out.vni} : out;
                neighbours[in].insert(seen);
                neighbours[seen].insert(in);
            }
        }
        while (!neighbours.empty()) {
            ++count;
            std::vector<tagged_frame> open{neighbours.begin()->first};
            while (!open.empty()) {
                const auto node = neighbours.find(open.back());
                open.pop_back();
                if (node != neighbours.end()) {
                    open.insert(open.end(), node->second.begin(), node->second.end());
                    neighbours.erase(node);
                }
            }
        }
    }
    return count;
}

}  // namespace rollover::sim
