#include "engine/placement/facts.h"

#include <algorithm>
#include <utility>

namespace rollover::placement {

bool meets(const model::lab& l, const model::device& d, const model::requirement& r) {
    using kind = model::requirement::kind;
    switch (r.what) {
        case kind::platform: return d.platform == r.value;
        case kind::model: return d.model == r.value;
        case kind::feature: return std::find(d.features.begin(), d.features.end(), r.value) != d.features.end();
        case kind::device: return d.name == r.value;
        case kind::site: return l.at(d.site).name == r.value;
        case kind::not_device: return d.name != r.value;
        case kind::capacity:
            return std::any_of(d.capacities.begin(), d.capacities.end(),
                               [&](const model::capacity& c) { return c.name == r.value && c.amount >= r.amount; });
        case kind::same_site_as:
        case kind::different_site_from: return true;
    }
    return false;
}

lab_facts::lab_facts(const request& r) : lab_(r.lab) {
    rank_devices();
    number_pins(r.topology);
    read_ports();
    read_ends(r);
    read_media();
    read_ways();
    read_trunks();
    read_homes();
    read_consoles();
    read_profiles();
    for (const auto& [link, by] : r.kept) {
        kept_.emplace(link, medium_of(by));
    }
    available_ = bit_set(device_count(), true);
    for (const model::device_index d : r.unavailable) {
        if (d.value < device_count()) {
            available_.erase(rank_of_device_[d.value]);
        }
    }
}

void lab_facts::rank_devices() {
    std::vector<std::pair<std::size_t, std::uint32_t>> offers;  // how much, and the device
    offers.reserve(lab_.devices.size());
    for (const model::device& d : lab_.devices) {
        offers.emplace_back(d.features.size() + d.interfaces.size(), static_cast<std::uint32_t>(offers.size()));
    }
    std::sort(offers.begin(), offers.end());
    device_of_rank_.reserve(offers.size());
    for (const auto& [much, device] : offers) {
        device_of_rank_.push_back(model::device_index{device});
    }
    rank_of_device_.resize(device_of_rank_.size());
    devices_at_site_.assign(lab_.sites.size(), bit_set(device_count()));
    for (rank d = 0; d < device_count(); ++d) {
        rank_of_device_[device_of_rank_[d].value] = d;
        site_.push_back(lab_.at(device_of_rank_[d]).site.value);
        devices_at_site_[site_.back()].insert(d);
    }
}

void lab_facts::number_pins(const model::topology& t) {
    for (const model::link& l : t.links) {
        speeds_matter_ = speeds_matter_ || l.speed > 0;
        traffic_matters_ = traffic_matters_ || !l.needs.empty();
        for (const model::link_end& e : l.ends) {
            if (!e.interface.empty()) {
                pins_.emplace(e.interface, static_cast<pin>(pins_.size()));
            }
        }
    }
}

std::optional<medium> lab_facts::kept_medium(model::link_index l) const {
    const auto found = kept_.find(l.value);
    return found == kept_.end() ? std::nullopt : std::optional(found->second);
}

pin lab_facts::pin_of(std::string_view name) const {
    const auto found = pins_.find(name);
    return found == pins_.end() ? no_pin : found->second;
}

void lab_facts::read_loads() {
    constexpr std::uint32_t usual_speed = 1000;
    for (rank d = 0; d < device_count(); ++d) {
        port* p = ports_at(d).data();
        for (const model::interface& described : lab_.at(device_of_rank_[d]).interfaces) {
            (p++)->load = described.speed > 0 ? described.speed : usual_speed;
        }
    }
}

void lab_facts::read_trunks() {
    trunks_.resize(lab_.switches.size());
    for (std::uint32_t s = 0; s < lab_.switches.size(); ++s) {
        for (const model::trunk& t : lab_.switches[s].trunks) {
            if (t.capacity > 0) {
                trunks_[s].emplace_back(t.cross_connect.value, static_cast<std::uint32_t>(trunk_capacity_.size()));
                trunk_capacity_.push_back(t.capacity);
            }
        }
    }
    if (trunk_capacity_.empty() && lab_.interlinks.empty()) {
        return;
    }
    read_loads();
    on_trunk_.assign(trunk_capacity_.size(), bit_set(device_count()));
    elsewhere_ = bit_set(device_count());
    trunk_ports_.resize(device_count());
    std::uint32_t smallest = 0;
    for (rank d = 0; d < device_count(); ++d) {
        auto& by_trunk = trunk_ports_[d].by_trunk;
        port* next = ports_at(d).data();
        for (const model::interface& described : lab_.at(device_of_rank_[d]).interfaces) {
            port& p = *next++;
            if (!described.port) {
                continue;
            }
            const auto sw = described.port->where.value;
            p.on_switch = trunks_[sw].empty() ? port::no_switch : sw;
            if (trunks_[sw].size() < lab_.switches[sw].trunks.size()) {
                ++trunk_ports_[d].elsewhere;
                elsewhere_.insert(d);
                continue;
            }
            smallest = smallest == 0 ? p.load : std::min(smallest, p.load);
            for (const auto& [cross_connect, trunk] : trunks_[sw]) {
                auto at = std::find_if(by_trunk.begin(), by_trunk.end(),
                                       [&, t = trunk](const auto& known) { return known.first == t; });
                at = at == by_trunk.end() ? by_trunk.insert(at, {trunk, 0}) : at;
                ++at->second;
                on_trunk_[trunk].insert(d);
            }
        }
        std::sort(by_trunk.begin(), by_trunk.end());
    }
    smallest_load_ = std::max(smallest, std::uint32_t{1});
}

void lab_facts::read_consoles() {
    consoles_matter_ = std::any_of(lab_.converters.begin(), lab_.converters.end(),
                                   [](const model::converter& c) { return c.most_devices > 0; });
    for (rank d = 0; d < device_count(); ++d) {
        converter_.push_back(lab_.at(device_of_rank_[d]).console.line.converter.value);
    }
}

std::uint32_t lab_facts::site_of_joined(medium m) const {
    return is_patch(m) ? static_cast<std::uint32_t>(m - cross_connects_) : lab_.cross_connects[m].site.value;
}

carrier lab_facts::carrier_of(medium m) const {
    if (is_patch(m)) {
        return {carrier::kind::patch, {}, static_cast<std::uint32_t>(m - cross_connects_)};
    }
    if (is_joined(m)) {
        return {carrier::kind::cross_connect, model::cross_connect_index{m}, 0};
    }
    const auto fixed = static_cast<std::uint32_t>(m - joined_);
    if (is_wire(m)) {
        return {carrier::kind::wire, {}, fixed};
    }
    return {carrier::kind::segment, {}, static_cast<std::uint32_t>(fixed - wires_)};
}

medium lab_facts::medium_of(const carrier& c) const {
    switch (c.what) {
        case carrier::kind::cross_connect: return c.cross_connect.value;
        case carrier::kind::patch: return static_cast<medium>(cross_connects_ + c.medium);
        case carrier::kind::wire: return static_cast<medium>(joined_ + c.medium);
        case carrier::kind::segment: break;
    }
    return static_cast<medium>(joined_ + wires_ + c.medium);
}

model::traffic_set lab_facts::passes(medium m) const {
    if (is_joined(m)) {
        return is_patch(m) ? model::traffic_set::all() : lab_.cross_connects[m].passes;
    }
    const auto fixed = m - joined_;
    return fixed < wires_ ? lab_.wires[fixed].passes : lab_.segments[fixed - wires_].passes;
}

const bit_set& lab_facts::meeting(const model::requirement& r) const {
    const auto [entry, fresh] = meeting_.try_emplace({r.what, r.value, r.amount}, device_count());
    if (fresh) {
        for (rank d = 0; d < device_count(); ++d) {
            if (meets(lab_, lab_.at(device_of_rank_[d]), r)) {
                entry->second.insert(d);
            }
        }
    }
    return entry->second;
}

}  // namespace rollover::placement
