// The judge of `find`: nothing of the search is used here, only the model.
#include "engine/placement/verify_joins.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>

namespace rollover::placement {

namespace {

using words = std::optional<std::string>;

words check_requirement(const request& r, const placement& p, std::uint32_t n, const model::requirement& q) {
    const model::device& d = r.lab.at(p.devices[n]);
    const auto site_of = [&](std::uint32_t node) { return r.lab.at(p.devices[node]).site; };
    bool holds = true;
    switch (q.what) {
        case model::requirement::kind::platform: holds = d.platform == q.value; break;
        case model::requirement::kind::model: holds = d.model == q.value; break;
        case model::requirement::kind::feature:
            holds = std::count(d.features.begin(), d.features.end(), q.value) > 0;
            break;
        case model::requirement::kind::device: holds = d.name == q.value; break;
        case model::requirement::kind::site: holds = r.lab.at(d.site).name == q.value; break;
        case model::requirement::kind::not_device: holds = d.name != q.value; break;
        case model::requirement::kind::capacity:
            holds = std::any_of(d.capacities.begin(), d.capacities.end(),
                                [&](const auto& c) { return c.name == q.value && c.amount >= q.amount; });
            break;
        case model::requirement::kind::same_site_as: holds = d.site == site_of(q.other.value); break;
        case model::requirement::kind::different_site_from: holds = d.site != site_of(q.other.value); break;
    }
    if (holds) {
        return {};
    }
    return fmt::format("node {}: device {} breaks the requirement at {}", r.topology.nodes[n].name, d.name,
                       to_string(q.place));
}

words check_nodes(const request& r, const placement& p) {
    std::set<model::device_index> used;
    for (std::uint32_t n = 0; n < p.devices.size(); ++n) {
        const std::string& node = r.topology.nodes[n].name;
        if (p.devices[n].value >= r.lab.devices.size()) {
            return fmt::format("node {}: no such device", node);
        }
        if (!used.insert(p.devices[n]).second) {
            return fmt::format("node {}: device {} plays two nodes", node, r.lab.at(p.devices[n]).name);
        }
        if (r.unavailable.contains(p.devices[n])) {
            return fmt::format("node {}: device {} is not available", node, r.lab.at(p.devices[n]).name);
        }
    }
    for (std::uint32_t n = 0; n < p.devices.size(); ++n) {
        for (const model::requirement& q : r.topology.nodes[n].requirements) {
            if (words breach = check_requirement(r, p, n, q)) {
                return breach;
            }
        }
    }
    return {};
}

words check_end(const request& r, const placement& p, const model::link& l, std::size_t e,
                model::interface_reference at) {
    const model::link_end& wanted = l.ends[e];
    if (at.device != p.devices[wanted.node.value] || at.interface >= r.lab.at(at.device).interfaces.size()) {
        return fmt::format("link {}: end {} is not an interface of the device of its node", l.name, e + 1);
    }
    const model::interface& i = r.lab.at(at);
    if (i.type != l.type) {
        return fmt::format("link {}: {} has another type", l.name, i.name);
    }
    if (i.speed < l.speed) {
        return fmt::format("link {}: {} is slower than {}", l.name, i.name, model::bit_rate_text(l.speed));
    }
    if (i.port && !r.lab.at(i.port->where).passes.has(l.needs)) {
        return fmt::format("link {}: the switch behind {} does not pass what it needs", l.name, i.name);
    }
    if (!wanted.interface.empty() && wanted.interface != i.name) {
        return fmt::format("link {}: {} is not the pinned {}", l.name, i.name, wanted.interface);
    }
    return {};
}

bool all_on(const model::fixed_medium& m, const placed_link& l) {
    return std::all_of(l.ends.begin(), l.ends.end(), [&](const model::interface_reference& e) {
        return std::count(m.ends.begin(), m.ends.end(), e) > 0;
    });
}

words check_carrier(const request& r, const model::link& wanted, const placed_link& made) {
    using model::link_via;
    switch (made.by.what) {
        case carrier::kind::cross_connect:
            if (wanted.via != link_via::any && wanted.via != link_via::cross_connect) {
                return fmt::format("link {}: may not be on a cross-connect", wanted.name);
            }
            return check_hub(r, wanted, made);
        case carrier::kind::wire:
            if (wanted.via != link_via::any && wanted.via != link_via::wire) {
                return fmt::format("link {}: may not be on a wire", wanted.name);
            }
            if (made.by.medium >= r.lab.wires.size() || made.ends.size() != 2 ||
                r.lab.wires[made.by.medium].ends.size() != 2 || !all_on(r.lab.wires[made.by.medium], made)) {
                return fmt::format("link {}: its ends are not those of the wire", wanted.name);
            }
            return {};
        case carrier::kind::patch:
            if (wanted.via != link_via::any && wanted.via != link_via::patch) {
                return fmt::format("link {}: may not be a patch", wanted.name);
            }
            if (made.ends.size() != 2) {
                return fmt::format("link {}: a patch has two ends", wanted.name);
            }
            for (const model::interface_reference& e : made.ends) {
                if (!r.lab.at(e).line || r.lab.at(e.device).site.value != made.by.medium) {
                    return fmt::format("link {}: {} {} has no line at the site of the patch", wanted.name,
                                       r.lab.at(e.device).name, r.lab.at(e).name);
                }
            }
            return {};
        case carrier::kind::segment:
            if (wanted.via != link_via::any && wanted.via != link_via::segment) {
                return fmt::format("link {}: may not be on a segment", wanted.name);
            }
            if (made.by.medium >= r.lab.segments.size() || !all_on(r.lab.segments[made.by.medium], made)) {
                return fmt::format("link {}: its ends are not all on the segment", wanted.name);
            }
            if (r.unavailable_segments.contains(made.by.medium)) {
                return fmt::format("link {}: segment {} is not available", wanted.name,
                                   r.lab.segments[made.by.medium].name);
            }
            if (!r.lab.segments[made.by.medium].passes.has(wanted.needs)) {
                return fmt::format("link {}: the segment does not pass what it needs", wanted.name);
            }
            return {};
    }
    return {};
}

words check_consoles(const request& r, const placement& p) {
    std::map<std::uint32_t, std::uint32_t> devices;
    for (const model::device_index d : p.devices) {
        ++devices[r.lab.at(d).console.line.converter.value];
    }
    for (const auto& [number, count] : devices) {
        if (number < r.lab.converters.size()) {
            const model::converter& c = r.lab.converters[number];
            if (c.most_devices > 0 && count > c.most_devices) {
                return fmt::format("converter {} has {} devices, and may have {}", c.name, count, c.most_devices);
            }
        }
    }
    return {};
}

}  // namespace

std::optional<std::string> verify(const request& r, const placement& p) {
    if (p.devices.size() != r.topology.nodes.size() || p.links.size() != r.topology.links.size()) {
        return "not every node and link is placed, or too many are";
    }
    if (words breach = check_nodes(r, p)) {
        return breach;
    }
    std::set<model::interface_reference> interfaces;
    std::set<std::uint32_t> segments;
    for (std::size_t l = 0; l < p.links.size(); ++l) {
        const model::link& wanted = r.topology.links[l];
        const placed_link& made = p.links[l];
        if (made.ends.size() != wanted.ends.size()) {
            return fmt::format("link {}: another number of ends", wanted.name);
        }
        for (std::size_t e = 0; e < made.ends.size(); ++e) {
            if (words breach = check_end(r, p, wanted, e, made.ends[e])) {
                return breach;
            }
            if (!interfaces.insert(made.ends[e]).second) {
                return fmt::format("link {}: {} {} is used twice", wanted.name, r.lab.at(made.ends[e].device).name,
                                   r.lab.at(made.ends[e]).name);
            }
        }
        if (words breach = check_carrier(r, wanted, made)) {
            return breach;
        }
        if (made.by.what == carrier::kind::segment && !segments.insert(made.by.medium).second) {
            return fmt::format("link {}: its segment carries another link too", wanted.name);
        }
    }
    if (words breach = check_consoles(r, p)) {
        return breach;
    }
    return check_loads(r, p);
}

}  // namespace rollover::placement
