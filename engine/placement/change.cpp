#include "engine/placement/change.h"

#include <algorithm>
#include <array>
#include <functional>

namespace rollover::placement {

namespace {

using requirement = model::requirement::kind;

constexpr std::array<std::string_view, 16> change_names{
    "wait-for-device", "wait-for-segment", "release-device", "free-interface", "lower-speed",   "lower-capacity",
    "any-medium",      "drop-traffic",     "drop-site",      "drop-device",    "drop-capacity", "drop-model",
    "drop-feature",    "drop-platform",    "drop-link",      "drop-node"};

/// Which change drops it.
change_kind dropping(requirement k) {
    switch (k) {
        case requirement::platform: return change_kind::drop_platform;
        case requirement::model: return change_kind::drop_model;
        case requirement::feature: return change_kind::drop_feature;
        case requirement::capacity: return change_kind::drop_capacity;
        case requirement::device:
        case requirement::not_device: return change_kind::drop_device;
        case requirement::site:
        case requirement::same_site_as:
        case requirement::different_site_from: return change_kind::drop_site;
    }
    return change_kind::drop_node;
}

void erase_node(model::topology& t, std::uint32_t node) {
    std::erase_if(t.links, [&](const model::link& l) {
        return std::any_of(l.ends.begin(), l.ends.end(), [&](const auto& e) { return e.node.value == node; });
    });
    t.nodes.erase(t.nodes.begin() + node);
    for (model::node& n : t.nodes) {
        std::erase_if(n.requirements, [&](const model::requirement& q) {
            const bool relation = q.what == requirement::same_site_as || q.what == requirement::different_site_from;
            return relation && q.other.value == node;
        });
        for (model::requirement& q : n.requirements) {
            q.other.value -= q.other.value > node ? 1U : 0U;
        }
    }
    for (model::link& l : t.links) {
        for (model::link_end& e : l.ends) {
            e.node.value -= e.node.value > node ? 1U : 0U;
        }
    }
}

void drop_traffic(model::link& l, std::uint32_t bits) {
    l.needs.bits = static_cast<std::uint8_t>(l.needs.bits & ~bits);
    if ((bits & static_cast<std::uint32_t>(model::traffic::shaped)) != 0) {
        l.shaped = {};
    }
}

/// Those below `asked`, the highest first.
std::vector<std::uint32_t> lower(std::set<std::uint32_t> amounts, std::uint32_t asked) {
    amounts.erase(amounts.lower_bound(asked), amounts.end());
    return {amounts.rbegin(), amounts.rend()};
}

std::vector<std::uint32_t> lower_speeds(const model::lab& lab, const model::link& l) {
    std::set<std::uint32_t> speeds{0};
    for (const model::device& d : lab.devices) {
        for (const model::interface& i : d.interfaces) {
            if (i.type == l.type) {
                speeds.insert(i.speed);
            }
        }
    }
    return lower(std::move(speeds), l.speed);
}

std::vector<std::uint32_t> lower_amounts(const model::lab& lab, const model::requirement& q) {
    std::set<std::uint32_t> amounts;
    for (const model::device& d : lab.devices) {
        for (const model::capacity& c : d.capacities) {
            if (c.name == q.value) {
                amounts.insert(c.amount);
            }
        }
    }
    return lower(std::move(amounts), q.amount);
}

/// Changes of a link that keep it.
void of_link(change_kind k, const model::lab& lab, const model::link& l, std::uint32_t index,
             std::vector<change>& all) {
    const auto add = [&](std::uint32_t part, std::uint32_t value, const source_place& place) {
        all.push_back({k, index, part, value, place, {}});
    };
    if (k == change_kind::free_interface) {
        for (std::uint32_t e = 0; e < l.ends.size(); ++e) {
            if (!l.ends[e].interface.empty()) {
                add(e, 0, l.ends[e].place.file.empty() ? l.place : l.ends[e].place);
            }
        }
    } else if (k == change_kind::lower_speed && l.speed > 0) {
        for (const std::uint32_t speed : lower_speeds(lab, l)) {
            add(0, speed, l.place);
        }
    } else if (k == change_kind::drop_link || (k == change_kind::any_medium && l.via != model::link_via::any)) {
        add(0, 0, l.place);
    } else if (k == change_kind::drop_traffic) {
        for (std::uint32_t bit = 1; bit <= l.needs.bits; bit <<= 1U) {
            if ((l.needs.bits & bit) != 0) {
                add(0, bit, l.place);
            }
        }
        if ((l.needs.bits & (l.needs.bits - 1)) != 0) {
            add(0, l.needs.bits, l.place);
        }
    }
}

void of_node(change_kind k, const model::lab& lab, const model::node& n, std::uint32_t index,
             std::vector<change>& all) {
    if (k == change_kind::drop_node) {
        all.push_back({k, index, 0, 0, n.place, {}});
        return;
    }
    for (std::uint32_t i = 0; i < n.requirements.size(); ++i) {
        const model::requirement& q = n.requirements[i];
        if (k == change_kind::lower_capacity && q.what == requirement::capacity) {
            for (const std::uint32_t amount : lower_amounts(lab, q)) {
                all.push_back({k, index, i, amount, q.place, {}});
            }
        } else if (k == dropping(q.what)) {
            all.push_back({k, index, i, 0, q.place, {}});
        }
    }
}

}  // namespace

std::string_view name_of(change_kind k) noexcept {
    return change_names[static_cast<std::size_t>(k)];
}

std::string_view name_of(verdict v) noexcept {
    switch (v) {
        case verdict::unknown: return "";
        case verdict::never: return "never";
        case verdict::in_use: return "in-use";
        case verdict::quarantined: return "quarantined";
    }
    return "";
}

void apply(const change& c, asked& to) {
    switch (c.what) {
        case change_kind::wait_for_device:
        case change_kind::release_device: to.unavailable.erase(model::device_index{c.index}); return;
        case change_kind::wait_for_segment: to.unavailable_segments.erase(c.index); return;
        case change_kind::free_interface: to.topology.links[c.index].ends[c.part].interface.clear(); return;
        case change_kind::lower_speed: to.topology.links[c.index].speed = c.value; return;
        case change_kind::lower_capacity: to.topology.nodes[c.index].requirements[c.part].amount = c.value; return;
        case change_kind::any_medium: to.topology.links[c.index].via = model::link_via::any; return;
        case change_kind::drop_traffic: drop_traffic(to.topology.links[c.index], c.value); return;
        case change_kind::drop_link: to.topology.links.erase(to.topology.links.begin() + c.index); return;
        case change_kind::drop_node: erase_node(to.topology, c.index); return;
        case change_kind::drop_site:
        case change_kind::drop_device:
        case change_kind::drop_capacity:
        case change_kind::drop_model:
        case change_kind::drop_feature:
        case change_kind::drop_platform: {
            auto& all = to.topology.nodes[c.index].requirements;
            all.erase(all.begin() + c.part);
            return;
        }
    }
}

std::vector<change> changes_of(change_kind k, const model::lab& lab, const asked& of,
                               const std::set<model::device_index>& quarantined) {
    std::vector<change> all;
    if (k == change_kind::wait_for_device || k == change_kind::release_device) {
        for (const model::device_index d : of.unavailable) {
            if (quarantined.contains(d) == (k == change_kind::release_device) && d.value < lab.devices.size()) {
                all.push_back({k, d.value, 0, 0, {}, {}});
            }
        }
        return all;
    }
    if (k == change_kind::wait_for_segment) {
        for (const auto& [segment, why] : of.unavailable_segments) {
            all.push_back({k, segment, 0, 0, {}, {}});
        }
        return all;
    }
    for (std::uint32_t l = 0; l < of.topology.links.size(); ++l) {
        of_link(k, lab, of.topology.links[l], l, all);
    }
    for (std::uint32_t n = 0; n < of.topology.nodes.size(); ++n) {
        of_node(k, lab, of.topology.nodes[n], n, all);
    }
    return all;
}

}  // namespace rollover::placement
