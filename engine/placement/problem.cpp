#include "engine/placement/problem.h"

#include "engine/placement/ports.h"

#include <map>

namespace rollover::placement {

selection selection::everything(const model::topology& t) {
    selection s;
    s.nodes.assign(t.nodes.size(), true);
    for (const model::node& n : t.nodes) {
        s.requirements.emplace_back(n.requirements.size(), true);
    }
    s.links.assign(t.links.size(), true);
    return s;
}

namespace {

constexpr std::uint32_t nowhere = ~std::uint32_t{0};

// Adds the node with its domain; relations are left for later, when all nodes have their number.
void add_node(problem& p, const lab_facts& facts, const model::node& n, const selection& s, std::uint32_t index) {
    bit_set domain = s.all_devices ? bit_set(facts.device_count(), true) : facts.available();
    for (std::size_t i = 0; i < n.requirements.size(); ++i) {
        if (s.requirements[index][i] && !is_relation(n.requirements[i])) {
            domain.keep(facts.meeting(n.requirements[i]));
        }
    }
    p.nodes.push_back(model::node_index{index});
    p.domains.push_back(std::move(domain));
}

void add_relations(problem& p, const model::topology& t, const selection& s, const std::vector<std::uint32_t>& number) {
    for (std::uint32_t n = 0; n < t.nodes.size(); ++n) {
        for (std::size_t i = 0; i < t.nodes[n].requirements.size(); ++i) {
            const model::requirement& r = t.nodes[n].requirements[i];
            if (s.nodes[n] && s.requirements[n][i] && is_relation(r) && number[r.other.value] != nowhere) {
                p.relations.push_back(
                    {r.what == model::requirement::kind::same_site_as, number[n], number[r.other.value]});
            }
        }
    }
}

void add_link(problem& p, const lab_facts& facts, const model::link& l, std::uint32_t index,
              const std::vector<std::uint32_t>& number) {
    problem_link made{
        model::link_index{index}, l.type, l.via, l.speed, l.needs, {}, facts.kept_medium(model::link_index{index})};
    for (const model::link_end& e : l.ends) {
        if (number[e.node.value] == nowhere) {
            return;
        }
        made.ends.push_back({number[e.node.value], facts.pin_of(e.interface)});
    }
    const auto link = static_cast<std::uint32_t>(p.links.size());
    for (std::uint32_t e = 0; e < made.ends.size(); ++e) {
        p.slots[made.ends[e].node].push_back({link, e, made.needs_at(made.ends[e])});
    }
    p.links.push_back(std::move(made));
}

}  // namespace

problem compile(const lab_facts& facts, const model::topology& t, const selection& s) {
    problem p;
    p.facts = &facts;
    std::vector<std::uint32_t> number(t.nodes.size(), nowhere);
    for (std::uint32_t n = 0; n < t.nodes.size(); ++n) {
        if (s.nodes[n]) {
            number[n] = static_cast<std::uint32_t>(p.nodes.size());
            add_node(p, facts, t.nodes[n], s, n);
        }
    }
    p.slots.resize(p.nodes.size());
    add_relations(p, t, s, number);
    for (std::uint32_t l = 0; l < t.links.size(); ++l) {
        if (s.links[l]) {
            add_link(p, facts, t.links[l], l, number);
        }
    }
    return p;
}

bool may_carry(const lab_facts& facts, const problem_link& l, medium m) {
    using model::link_via;
    if ((l.kept && *l.kept != m) || !facts.passes(m).has(l.needs)) {
        return false;
    }
    if (facts.is_patch(m)) {
        return (l.via == link_via::any || l.via == link_via::patch) && l.type == model::interface_type::serial &&
               l.ends.size() == 2;
    }
    if (facts.is_joined(m)) {
        return l.via == link_via::any || l.via == link_via::cross_connect;
    }
    if (facts.is_wire(m)) {
        return (l.via == link_via::any || l.via == link_via::wire) && l.ends.size() == 2;
    }
    return l.via == link_via::any || l.via == link_via::segment;
}

void keep_devices_with_enough_ports(problem& p) {
    port_matcher matcher;
    const auto on_some_medium = [&](const slot& s, const port& at) {
        return p.facts->any_medium(at, s.needs, [&](medium m) { return may_carry(*p.facts, p.links[s.link], m); });
    };
    for (std::size_t n = 0; n < p.nodes.size(); ++n) {
        // What holds for one device holds for all of its profile: the same ports on the same media.
        std::map<std::uint32_t, bool> enough;
        for (std::size_t d = p.domains[n].first(); d < p.facts->device_count(); d = p.domains[n].next(d + 1)) {
            const auto device = static_cast<rank>(d);
            const auto [entry, fresh] = enough.try_emplace(p.facts->profile_of(device), false);
            if (fresh) {
                entry->second = matcher.fits(p.slots[n], p.facts->ports_of(device), on_some_medium);
            }
            if (!entry->second) {
                p.domains[n].erase(d);
            }
        }
    }
}

std::vector<std::uint32_t> interchangeable(const problem& p) {
    std::map<std::vector<std::uint32_t>, std::uint32_t> known;
    std::vector<std::uint32_t> group;
    const std::size_t devices = p.facts->device_count();
    for (rank d = 0; d < devices; ++d) {
        std::vector<std::uint32_t> key;
        if (p.facts->only_joined(d)) {
            const auto converter = p.facts->converter_of(d);
            const bool limited = p.facts->consoles_matter() && p.facts->most_devices(converter) > 0;
            key = {p.facts->profile_of(d), p.facts->site_of(d), limited ? converter : nowhere};
            for (std::uint32_t n = 0; n < p.domains.size(); ++n) {
                if (p.domains[n].contains(d)) {
                    key.push_back(n);
                }
            }
        } else {
            key = {nowhere, d};  // alone: its wires make it unlike every other one
        }
        group.push_back(known.emplace(std::move(key), static_cast<std::uint32_t>(known.size())).first->second);
    }
    return group;
}

}  // namespace rollover::placement
