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

unsigned first_mark_of(std::string_view id) noexcept {
    std::uint32_t hash = 0x811c9dc5U;  // FNV-1a, 32 bits: the lowest of them differ for ids that follow each other
    for (const char c : id) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x01000193U;
    }
    return (hash & 0x7ffU) << 20U;
}

std::optional<std::size_t> spot_with_mark(const observation& o, unsigned mark) noexcept {
    return mark >= o.first_mark && mark - o.first_mark < o.spots.size()
               ? std::optional<std::size_t>(mark - o.first_mark)
               : std::nullopt;
}

hearing heard_of(const observation& o, std::span<const std::uint32_t> neighbors) {
    hearing all;
    for (const auto number : neighbors) {
        const auto spot = spot_with_mark(o, number);
        if (spot) {
            all.where = all.heard ? std::nullopt : spot;  // of two at once it is not known which
            all.asked = all.heard = all.named = true;
        }
    }
    return all;
}

}  // namespace rollover::survey
