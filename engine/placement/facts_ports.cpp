// The ports of the devices: what each of them is on, and which devices have the same.
#include "engine/placement/facts.h"
#include "engine/placement/numbered.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

namespace rollover::placement {

namespace {

bool is_same(const port& a, const port& b) {
    return is_on_the_same(a, b) && a.type == b.type && a.name == b.name && a.speed == b.speed && a.passes == b.passes &&
           a.on_switch == b.on_switch && a.load == b.load;
}

/// Lists of media, one after the other; where each begins and how long it is, until the memory stays where it is.
struct range {
    std::size_t from = 0;
    std::size_t count = 0;
};

/// Appends sorted media, each once.
range append(std::vector<medium>& all, std::vector<medium>& some) {
    std::sort(some.begin(), some.end());
    some.erase(std::unique(some.begin(), some.end()), some.end());
    all.insert(all.end(), some.begin(), some.end());
    return {all.size() - some.size(), some.size()};
}

/// By switch: the cross-connects that its trunks go to. Switches with the same ones share a list.
std::vector<range> media_of_switches(const model::lab& lab, std::vector<medium>& all) {
    std::vector<range> made;
    std::map<std::vector<medium>, range> known;
    std::vector<medium> list;
    for (const model::lab_switch& s : lab.switches) {
        list.clear();
        for (const model::trunk& t : s.trunks) {
            list.push_back(t.cross_connect.value);
        }
        const auto [entry, fresh] = known.try_emplace(list);
        if (fresh) {
            entry->second = append(all, list);
        }
        made.push_back(entry->second);
    }
    return made;
}

}  // namespace

void lab_facts::read_ports() {
    cross_connects_ = lab_.cross_connects.size();
    joined_ = cross_connects_ + lab_.sites.size();
    ports_from_.reserve(device_count() + 1);
    ports_from_.push_back(0);
    for (const model::device_index d : device_of_rank_) {
        ports_from_.push_back(ports_from_.back() + lab_.at(d).interfaces.size());
    }
    ports_.reserve(ports_from_.back());
    for (const model::device_index d : device_of_rank_) {
        for (const model::interface& i : lab_.at(d).interfaces) {
            port& p = ports_.emplace_back();
            p.type = i.type;
            p.name = pin_of(i.name);
            p.speed = speeds_matter_ ? i.speed : 0;
            if (traffic_matters_) {
                p.passes = (i.port ? lab_.at(i.port->where).passes : model::traffic_set::all()).bits;
            }
        }
    }
}

void lab_facts::read_ends(const request& r) {
    wires_ = lab_.wires.size();
    ends_from_.reserve(wires_ + lab_.segments.size() + 1);
    ends_from_.push_back(0);
    const auto add = [&](const model::fixed_medium& what, bool usable) {
        for (const model::interface_reference& e : what.ends) {
            if (usable) {
                ends_.push_back({rank_of_device_[e.device.value], e.interface});
            }
        }
        ends_from_.push_back(ends_.size());
    };
    ends_.reserve(2 * wires_);
    for (const model::fixed_medium& wire : lab_.wires) {
        add(wire, wire.ends.size() == 2);
    }
    for (std::uint32_t i = 0; i < lab_.segments.size(); ++i) {
        add(lab_.segments[i], !r.unavailable_segments.contains(i));
    }
}

// Ports that are on nothing but the trunks of their switch share its list.
void lab_facts::read_media() {
    std::vector<std::size_t> fixed_from(ports_.size() + 1);
    const auto number_of = [&](const media_end& e) { return ports_from_[e.device] + e.interface; };
    for (const media_end& e : ends_) {
        ++fixed_from[number_of(e) + 1];
    }
    std::partial_sum(fixed_from.begin(), fixed_from.end(), fixed_from.begin());
    std::vector<medium> fixed(ends_.size());  // by port, one after the other
    std::vector<std::size_t> next(fixed_from.begin(), fixed_from.end() - 1);
    for (medium m = static_cast<medium>(joined_); m < media_count(); ++m) {
        for (const media_end& e : ends_of(m)) {
            fixed[next[number_of(e)]++] = m;
        }
    }
    const std::vector<range> of_switch = media_of_switches(lab_, media_);
    std::vector<medium> list;
    std::vector<range> of_port;
    of_port.reserve(ports_.size());
    for (rank d = 0; d < device_count(); ++d) {
        for (const model::interface& i : lab_.at(device_of_rank_[d]).interfaces) {
            const range joins = i.port ? of_switch[i.port->where.value] : range();
            const std::size_t number = of_port.size();
            if (!i.line && fixed_from[number] == fixed_from[number + 1]) {
                of_port.push_back(joins);
                continue;
            }
            const auto begin = [](std::vector<medium>& v, std::size_t at) {
                return v.begin() + static_cast<std::ptrdiff_t>(at);
            };
            list.assign(begin(media_, joins.from), begin(media_, joins.from + joins.count));
            if (i.line) {
                list.push_back(static_cast<medium>(cross_connects_ + site_[d]));
            }
            list.insert(list.end(), begin(fixed, fixed_from[number]), begin(fixed, fixed_from[number + 1]));
            of_port.push_back(append(media_, list));
        }
    }
    for (std::size_t i = 0; i < ports_.size(); ++i) {
        ports_[i].media = {media_.data() + of_port[i].from, of_port[i].count};
    }
}

void lab_facts::read_profiles() {
    numbered ports;
    numbered profiles;
    std::vector<std::uint32_t> text;  // equal texts are equal ports
    std::vector<std::uint32_t> key;
    const port* last = nullptr;  // ports beside each other are mostly the same
    std::uint32_t number_of_last = 0;
    profile_.reserve(device_count());
    for (rank d = 0; d < device_count(); ++d) {
        const auto mine = ports_of(d);
        only_joined_.push_back(std::all_of(
            mine.begin(), mine.end(), [&](const port& p) { return p.media.empty() || is_joined(p.media.back()); }));
        const auto on_wire = [&](const port& p) {
            return std::any_of(p.media.begin(), p.media.end(), [&](medium m) { return is_wire(m); });
        };
        if (!only_joined_.back() && std::any_of(mine.begin(), mine.end(), on_wire)) {
            profile_.push_back(profiles.one_more());
            continue;
        }
        key.clear();
        for (const port& p : mine) {
            if (last == nullptr || !is_same(*last, p)) {
                text = {static_cast<std::uint32_t>(p.type),
                        static_cast<std::uint32_t>(p.name + 1),
                        p.speed,
                        p.passes,
                        p.ways,
                        p.on_switch,
                        p.on_switch == port::no_switch && lab_.interlinks.empty() ? 0 : p.load,
                        static_cast<std::uint32_t>(p.media.size())};
                text.insert(text.end(), p.media.begin(), p.media.end());
                number_of_last = ports.number_of(text);
                last = &p;
            }
            key.push_back(number_of_last);
        }
        std::sort(key.begin(), key.end());
        profile_.push_back(profiles.number_of(key));
    }
    profiles_ = profiles.count();
}

}  // namespace rollover::placement
