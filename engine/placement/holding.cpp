#include "engine/placement/holding.h"

#include "engine/placement/facts.h"

#include <algorithm>
#include <utility>

namespace rollover::placement {

offered::offered(const request& r)
    : lab_(r.lab),
      cross_connects_(r.lab.cross_connects.size()),
      ports_(r.lab.devices.size()),
      wires_(r.lab.devices.size()),
      segments_(r.lab.devices.size()),
      twins_(r.lab.devices.size(), none) {
    for (const model::link& l : r.topology.links) {
        for (const model::link_end& e : l.ends) {
            if (!e.interface.empty()) {
                pins_.emplace(e.interface, static_cast<std::uint32_t>(pins_.size()));
            }
        }
    }
    read_switches();
    read_devices(r);
}

// As model::way_to has it, for all interfaces of a switch at once.
void offered::read_switches() {
    ways_.resize(lab_.switches.size() * cross_connects_);
    std::map<std::vector<std::uint32_t>, std::uint32_t> known;
    for (std::uint32_t s = 0; s < lab_.switches.size(); ++s) {
        std::vector<std::uint32_t> key{lab_.switches[s].passes.bits};
        const auto way = [&](model::cross_connect_index x) -> reach& { return ways_[s * cross_connects_ + x.value]; };
        for (const model::trunk& t : lab_.switches[s].trunks) {
            reach& to = way(t.cross_connect);
            key.push_back(t.cross_connect.value);
            if (to.possible) {
                continue;
            }
            to = {true, none, none, t.cross_connect.value};
            if (t.capacity > 0) {
                to.trunk = static_cast<std::uint32_t>(trunks_.size());
                trunks_.push_back(t.capacity);
                key.push_back(none - s);  // like no other
            }
        }
        for (const model::trunk& t : lab_.switches[s].trunks) {
            for (std::uint32_t i = 0; i < lab_.interlinks.size(); ++i) {
                const auto& [one, other] = lab_.interlinks[i].ends;
                const bool first = one.cross_connect == t.cross_connect;
                reach& to = way(first ? other.cross_connect : one.cross_connect);
                if ((first || other.cross_connect == t.cross_connect) && !to.possible) {
                    to = {true, way(t.cross_connect).trunk, i, t.cross_connect.value};
                }
            }
        }
        like_switch_.push_back(known.emplace(std::move(key), s).first->second);
    }
}

void offered::read_devices(const request& r) {
    constexpr std::uint32_t usual_speed = 1000;
    for (std::uint32_t d = 0; d < lab_.devices.size(); ++d) {
        for (const model::interface& i : lab_.devices[d].interfaces) {
            port& p = ports_[d].emplace_back();
            p.type = i.type;
            p.speed = i.speed;
            p.load = i.speed > 0 ? i.speed : usual_speed;
            p.on_switch = i.port ? i.port->where.value : none;
            p.pin = pins_.empty() ? none : pin_of(i.name);
            p.line = i.line.has_value();
        }
    }
    for (std::uint32_t w = 0; w < lab_.wires.size(); ++w) {
        const auto& ends = lab_.wires[w].ends;
        if (ends.size() != 2) {
            continue;
        }
        for (const std::size_t e : {0U, 1U}) {
            wires_[ends[e].device.value].push_back({w, ends[e].interface, ends[1 - e]});
            ports_[ends[e].device.value][ends[e].interface].on_fixed = true;
        }
    }
    for (std::uint32_t s = 0; s < lab_.segments.size(); ++s) {
        if (r.unavailable_segments.contains(s)) {
            continue;
        }
        for (const model::interface_reference& e : lab_.segments[s].ends) {
            segments_[e.device.value].push_back({s, e.interface});
            ports_[e.device.value][e.interface].on_fixed = true;
        }
    }
}

std::uint32_t offered::pin_of(const std::string& interface) const {
    const auto found = pins_.find(interface);
    return found == pins_.end() ? none : found->second;
}

std::uint32_t offered::twins(std::uint32_t device) const {
    if (twins_[device] != none) {
        return twins_[device];
    }
    const model::device& d = lab_.devices[device];
    std::vector<std::uint64_t> key;
    for (const port& p : ports_[device]) {
        if (p.on_fixed) {
            return twins_[device] = device;  // its wires make it unlike every other one
        }
        const std::uint64_t like = p.on_switch == none ? none : like_switch_[p.on_switch];
        key.push_back(like << 32U | p.pin);
        key.push_back(std::uint64_t{p.speed} << 8U | static_cast<std::uint64_t>(p.type) << 1U | (p.line ? 1U : 0U));
    }
    for (std::size_t i = 0; i + 1 < key.size(); i += 2) {  // few, so sorted as pairs by hand
        for (std::size_t j = i + 2; j + 1 < key.size(); j += 2) {
            if (std::pair(key[j], key[j + 1]) < std::pair(key[i], key[i + 1])) {
                std::swap(key[i], key[j]);
                std::swap(key[i + 1], key[j + 1]);
            }
        }
    }
    const auto converter = d.console.line.converter.value;
    const bool limited = converter < lab_.converters.size() && lab_.converters[converter].most_devices > 0;
    key.push_back(d.site.value);
    key.push_back(limited ? converter : none);
    return twins_[device] = known_twins_.emplace(std::move(key), device).first->second;
}

holding::holding(const request& r, const offered& lab)
    : request_(r),
      lab_(lab),
      device_of_(r.topology.nodes.size(), nobody),
      node_of_(r.lab.devices.size(), nobody),
      relations_(r.topology.nodes.size()),
      used_(r.lab.devices.size()),
      load_(lab.trunks().size(), 0),
      load_across_(r.lab.interlinks.size(), 0),
      on_converter_(r.lab.converters.size(), 0),
      segment_used_(r.lab.segments.size(), 0) {
    for (std::uint32_t n = 0; n < r.topology.nodes.size(); ++n) {
        for (const model::requirement& q : r.topology.nodes[n].requirements) {
            if (is_relation(q)) {
                const bool same = q.what == model::requirement::kind::same_site_as;
                relations_[n].push_back({q.other.value, same});
                relations_[q.other.value].push_back({n, same});
            }
        }
    }
    for (const model::link& l : r.topology.links) {
        auto& pins = pins_.emplace_back();
        for (const model::link_end& e : l.ends) {
            pins.push_back(e.interface.empty() ? offered::none : lab.pin_of(e.interface));
        }
    }
    for (std::size_t d = 0; d < used_.size(); ++d) {
        used_[d].assign(r.lab.devices[d].interfaces.size(), 0);
    }
}

bool holding::can_sit(std::uint32_t node, std::uint32_t device) const {
    if (node_of_[device] != nobody) {
        return false;
    }
    const model::device& d = request_.lab.devices[device];
    const auto converter = d.console.line.converter.value;
    if (converter < on_converter_.size()) {
        const std::uint32_t most = request_.lab.converters[converter].most_devices;
        if (most > 0 && on_converter_[converter] >= most) {
            return false;
        }
    }
    return std::all_of(relations_[node].begin(), relations_[node].end(), [&](const relation_to& to) {
        const std::uint32_t other = to.other == node ? device : device_of_[to.other];
        return other == nobody || (request_.lab.devices[other].site == d.site) == to.same;
    });
}

void holding::sit(std::uint32_t node, std::uint32_t device) {
    device_of_[node] = device;
    node_of_[device] = node;
    const auto converter = request_.lab.devices[device].console.line.converter.value;
    if (converter < on_converter_.size()) {
        ++on_converter_[converter];
    }
}

void holding::rise(std::uint32_t node) {
    const std::uint32_t device = device_of_[node];
    const auto converter = request_.lab.devices[device].console.line.converter.value;
    if (converter < on_converter_.size()) {
        --on_converter_[converter];
    }
    node_of_[device] = nobody;
    device_of_[node] = nobody;
}

bool holding::can_take(std::uint32_t link, std::size_t end, const carrier& by, std::uint32_t interface) const {
    const model::link& l = request_.topology.links[link];
    const std::uint32_t device = device_of_[l.ends[end].node.value];
    const offered::port& p = lab_.ports(device)[interface];
    if (used_[device][interface] != 0 || p.type != l.type || p.speed < l.speed) {
        return false;
    }
    if (!l.ends[end].interface.empty() && pins_[link][end] != p.pin) {
        return false;
    }
    if (p.on_switch != offered::none && !request_.lab.switches[p.on_switch].passes.has(l.needs)) {
        return false;
    }
    if (by.what == carrier::kind::patch) {
        return p.line;
    }
    if (by.what != carrier::kind::cross_connect) {
        return true;
    }
    const offered::reach* to = way_of(by, {{device}, interface});
    return to != nullptr && to->possible && may_pass(l, by, *to) &&
           (to->trunk == offered::none || load_[to->trunk] + p.load <= lab_.trunks()[to->trunk]);
}

/// Null where the interface is on no switch.
const offered::reach* holding::way_of(const carrier& by, model::interface_reference e) const {
    const std::uint32_t on_switch = lab_.ports(e.device.value)[e.interface].on_switch;
    return on_switch == offered::none ? nullptr : &lab_.way(on_switch, by.cross_connect.value);
}

/// Of a link with two ends on different cross-connects the first of these is the hub.
bool holding::may_pass(const model::link& l, const carrier& by, const offered::reach& to) const {
    if (to.interlink == offered::none) {
        return true;
    }
    return request_.lab.interlinks[to.interlink].passes.has(l.needs) &&
           request_.lab.cross_connects[to.from].passes.has(l.needs) &&
           (l.ends.size() != 2 || by.cross_connect.value < to.from);
}

void holding::take(const carrier& by, model::interface_reference e) {
    used_[e.device.value][e.interface] = 1;
    if (by.what == carrier::kind::cross_connect) {
        const std::uint32_t trunk = way_of(by, e)->trunk;
        if (trunk != offered::none) {
            load_[trunk] += lab_.ports(e.device.value)[e.interface].load;
        }
    }
}

void holding::give_back(const carrier& by, model::interface_reference e) {
    used_[e.device.value][e.interface] = 0;
    if (by.what == carrier::kind::cross_connect) {
        const std::uint32_t trunk = way_of(by, e)->trunk;
        if (trunk != offered::none) {
            load_[trunk] -= lab_.ports(e.device.value)[e.interface].load;
        }
    }
}

/// What the link loads each of its interlinks with: the lesser of what is across and what is not.
std::vector<holding::load_across> holding::loads_across(const placed_link& l, bool& straight) const {
    std::vector<load_across> loads;
    std::uint64_t all = 0;
    straight = false;
    for (const model::interface_reference& e : l.ends) {
        const offered::reach* to = way_of(l.by, e);
        const std::uint64_t load = lab_.ports(e.device.value)[e.interface].load;
        all += load;
        if (to->interlink == offered::none) {
            straight = true;
            continue;
        }
        const auto known = std::find_if(loads.begin(), loads.end(),
                                        [&](const load_across& one) { return one.interlink == to->interlink; });
        if (known == loads.end()) {
            loads.push_back({to->interlink, load});
        } else {
            known->load += load;
        }
    }
    for (load_across& one : loads) {
        one.load = std::min(one.load, all - one.load);
    }
    return loads;
}

std::size_t holding::interlinks_of(const placed_link& l) const {
    bool straight = true;
    return l.by.what != carrier::kind::cross_connect || load_across_.empty() ? 0 : loads_across(l, straight).size();
}

bool holding::close(const placed_link& l) {
    if (l.by.what == carrier::kind::segment) {
        return std::exchange(segment_used_[l.by.medium], char{1}) == 0;
    }
    if (l.by.what != carrier::kind::cross_connect || load_across_.empty()) {
        return true;
    }
    bool straight = true;
    const auto loads = loads_across(l, straight);
    const bool fits = std::all_of(loads.begin(), loads.end(), [&](const load_across& one) {
        const std::uint32_t capacity = request_.lab.interlinks[one.interlink].capacity;
        return capacity == 0 || load_across_[one.interlink] + one.load <= capacity;
    });
    for (const load_across& one : loads) {
        load_across_[one.interlink] += straight && fits ? one.load : 0;
    }
    return straight && fits;
}

void holding::open(const placed_link& l) {
    if (l.by.what == carrier::kind::segment) {
        segment_used_[l.by.medium] = 0;
    } else if (l.by.what == carrier::kind::cross_connect && !load_across_.empty()) {
        bool straight = true;
        for (const load_across& one : loads_across(l, straight)) {
            load_across_[one.interlink] -= one.load;
        }
    }
}

}  // namespace rollover::placement
