#include "engine/survey/observation.h"

namespace rollover::survey {

std::vector<spot> spots_of(const model::lab& lab, const std::vector<model::device_index>& devices) {
    std::vector<spot> all;
    for (const auto device : devices) {
        const auto& interfaces = lab.at(device).interfaces;
        for (std::uint32_t i = 0; i < interfaces.size(); ++i) {
            const auto& port = interfaces[i].port;
            if (!port) {
                continue;
            }
            for (const auto& trunk : lab.at(port->where).trunks) {
                all.push_back({trunk.cross_connect, {trunk.cross_connect_port, port->vlan}, {device, i}, &trunk});
            }
        }
    }
    return all;
}

}  // namespace rollover::survey
