#include "engine/placement/facts.h"

#include <algorithm>
#include <unordered_map>
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

namespace {

/// FNV-1a, number by number.
struct hash_of_numbers {
    std::size_t operator()(const std::vector<std::uint32_t>& numbers) const noexcept {
        std::uint64_t hash = 0xcbf29ce484222325U;
        for (const std::uint32_t n : numbers) {
            hash = (hash ^ n) * 0x100000001b3U;
        }
        return hash ^ (hash >> 32U);
    }
};

}  // namespace

lab_facts::lab_facts(const request& r) : lab_(r.lab) {
    rank_devices();
    number_pins(r.topology);
    read_ports();
    read_media(r);
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
    device_of_rank_.resize(lab_.devices.size());
    for (std::uint32_t i = 0; i < device_of_rank_.size(); ++i) {
        device_of_rank_[i] = model::device_index{i};
    }
    const auto offers = [&](model::device_index d) {
        return std::pair(lab_.at(d).features.size() + lab_.at(d).interfaces.size(), d);
    };
    std::sort(device_of_rank_.begin(), device_of_rank_.end(),
              [&](model::device_index a, model::device_index b) { return offers(a) < offers(b); });
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

void lab_facts::read_ports() {
    cross_connects_ = lab_.cross_connects.size();
    joined_ = cross_connects_ + lab_.sites.size();
    ports_.resize(device_count());
    for (rank d = 0; d < device_count(); ++d) {
        for (const model::interface& i : lab_.at(device_of_rank_[d]).interfaces) {
            port p;
            p.type = i.type;
            p.name = pin_of(i.name);
            p.speed = speeds_matter_ ? i.speed : 0;
            if (traffic_matters_) {
                p.passes = (i.port ? lab_.at(i.port->where).passes : model::traffic_set::all()).bits;
            }
            if (i.port) {
                for (const model::trunk& t : lab_.at(i.port->where).trunks) {
                    p.media.push_back(t.cross_connect.value);
                }
            }
            if (i.line) {
                p.media.push_back(static_cast<medium>(cross_connects_ + site_[d]));
            }
            ports_[d].push_back(std::move(p));
        }
    }
}

void lab_facts::read_media(const request& r) {
    wires_ = lab_.wires.size();
    ends_.resize(joined_ + wires_ + lab_.segments.size());
    const auto add = [&](const model::fixed_medium& what, std::size_t m) {
        for (const model::interface_reference& e : what.ends) {
            const rank d = rank_of_device_[e.device.value];
            ends_[m].push_back({d, e.interface});
            ports_[d][e.interface].media.push_back(static_cast<medium>(m));
        }
    };
    for (std::size_t i = 0; i < wires_; ++i) {
        if (lab_.wires[i].ends.size() == 2) {
            add(lab_.wires[i], joined_ + i);
        }
    }
    for (std::size_t i = 0; i < lab_.segments.size(); ++i) {
        if (!r.unavailable_segments.contains(static_cast<std::uint32_t>(i))) {
            add(lab_.segments[i], joined_ + wires_ + i);
        }
    }
    for (std::vector<port>& ports : ports_) {
        for (port& p : ports) {
            std::sort(p.media.begin(), p.media.end());
            p.media.erase(std::unique(p.media.begin(), p.media.end()), p.media.end());
        }
    }
}

void lab_facts::read_loads() {
    constexpr std::uint32_t usual_speed = 1000;
    for (rank d = 0; d < device_count(); ++d) {
        for (std::size_t i = 0; i < ports_[d].size(); ++i) {
            const std::uint32_t speed = lab_.at(device_of_rank_[d]).interfaces[i].speed;
            ports_[d][i].load = speed > 0 ? speed : usual_speed;
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
        std::map<std::uint32_t, std::uint32_t> ports;
        for (std::size_t i = 0; i < ports_[d].size(); ++i) {
            const model::interface& described = lab_.at(device_of_rank_[d]).interfaces[i];
            if (!described.port) {
                continue;
            }
            port& p = ports_[d][i];
            const auto sw = described.port->where.value;
            p.on_switch = trunks_[sw].empty() ? port::no_switch : sw;
            if (trunks_[sw].size() < lab_.switches[sw].trunks.size()) {
                ++trunk_ports_[d].elsewhere;
                elsewhere_.insert(d);
                continue;
            }
            smallest = smallest == 0 ? p.load : std::min(smallest, p.load);
            for (const auto& [cross_connect, trunk] : trunks_[sw]) {
                ++ports[trunk];
                on_trunk_[trunk].insert(d);
            }
        }
        trunk_ports_[d].by_trunk.assign(ports.begin(), ports.end());
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

void lab_facts::read_profiles() {
    // The ports as texts of numbers: equal texts are equal ports.
    std::unordered_map<std::vector<std::uint32_t>, std::uint32_t, hash_of_numbers> known_ports;
    std::unordered_map<std::vector<std::uint32_t>, std::uint32_t, hash_of_numbers> known;
    std::vector<std::uint32_t> text;
    for (rank d = 0; d < device_count(); ++d) {
        std::vector<std::uint32_t> key;
        bool plain = true;
        for (const port& p : ports_[d]) {
            text = {static_cast<std::uint32_t>(p.type),
                    static_cast<std::uint32_t>(p.name + 1),
                    p.speed,
                    p.passes,
                    p.ways,
                    p.on_switch,
                    p.on_switch == port::no_switch && lab_.interlinks.empty() ? 0 : p.load,
                    static_cast<std::uint32_t>(p.media.size())};
            text.insert(text.end(), p.media.begin(), p.media.end());
            plain = plain && (p.media.empty() || is_joined(p.media.back()));
            key.push_back(known_ports.try_emplace(text, static_cast<std::uint32_t>(known_ports.size())).first->second);
        }
        std::sort(key.begin(), key.end());
        profile_.push_back(known.emplace(std::move(key), static_cast<std::uint32_t>(known.size())).first->second);
        only_joined_.push_back(plain);
    }
    profiles_ = static_cast<std::uint32_t>(known.size());
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
