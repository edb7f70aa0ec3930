#include "engine/placement/problem.h"

#include "engine/placement/numbered.h"
#include "engine/placement/ports.h"

#include <algorithm>
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

asked_of_a_medium asked_of(const problem_link& l) {
    return {l.type, l.via, l.needs.bits, l.ends.size() == 2, l.kept};
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

namespace {

/// What decides which ports serve a slot.
using asked_of_a_port = std::pair<port_needs, asked_of_a_medium>;

std::vector<asked_of_a_port> asked_of_ports(const problem& p, std::size_t node) {
    std::vector<asked_of_a_port> all;
    for (const slot& s : p.slots[node]) {
        all.emplace_back(s.needs, asked_of(p.links[s.link]));
    }
    std::sort(all.begin(), all.end());
    return all;
}

/// Which devices have ports for all slots of a node. What holds for one device holds for all of its profile (the same
/// ports on the same media), and what holds for one node for all that ask the same.
class devices_with_ports {
public:
    explicit devices_with_ports(const problem& p) : p_(p) {}

    /// Those of the node's domain, and perhaps others.
    const bit_set& of(std::size_t node) {
        const auto [entry, fresh] = known_.try_emplace(asked_of_ports(p_, node));
        tried& all = entry->second;
        if (fresh) {
            all = {std::vector<enough>(p_.facts->profile_count(), enough::unknown), bit_set(p_.facts->device_count()),
                   bit_set(p_.facts->device_count())};
        }
        bit_set others = p_.domains[node];
        others.remove(all.looked_at);
        for (std::size_t d = others.first(); d < others.size(); d = others.next(d + 1)) {
            enough& is = all.by_profile[p_.facts->profile_of(static_cast<rank>(d))];
            if (is == enough::unknown) {
                is = has(entry->first, p_.slots[node], static_cast<rank>(d)) ? enough::yes : enough::no;
            }
            if (is == enough::yes) {
                all.good.insert(d);
            }
        }
        all.looked_at.add(others);
        return all.good;
    }

private:
    enum class enough : char { unknown, yes, no };
    struct tried {
        std::vector<enough> by_profile;
        bit_set looked_at;
        bit_set good;
    };
    static constexpr std::size_t unknown = ~std::size_t{0};

    bool has(const std::vector<asked_of_a_port>& asked, const std::vector<slot>& slots, rank d) {
        if (asked.empty() || asked.front() != asked.back()) {
            return matcher_.fits(slots, p_.facts->ports_of(d),
                                 [this](const slot& s, const port& at) { return on_some_medium(s, at); });
        }
        auto& counted = serving_.try_emplace(asked.front(), p_.facts->profile_count(), unknown).first->second;
        std::size_t& ports = counted[p_.facts->profile_of(d)];
        if (ports == unknown) {
            const auto all = p_.facts->ports_of(d);
            ports = static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const port& at) {
                return suits(at, slots.front().needs) && on_some_medium(slots.front(), at);
            }));
        }
        return ports >= slots.size();
    }

    bool on_some_medium(const slot& s, const port& at) const {
        return p_.facts->any_medium(at, s.needs, [&](medium m) { return may_carry(*p_.facts, p_.links[s.link], m); });
    }

    const problem& p_;
    port_matcher matcher_;
    std::map<std::vector<asked_of_a_port>, tried> known_;
    std::map<asked_of_a_port, std::vector<std::size_t>> serving_;  ///< by profile: ports that serve what is asked
};

}  // namespace

void keep_devices_with_enough_ports(problem& p) {
    devices_with_ports enough(p);
    for (std::size_t n = 0; n < p.nodes.size(); ++n) {
        p.domains[n].keep(enough.of(n));
    }
}

std::vector<std::uint32_t> interchangeable(const problem& p) {
    std::vector<const bit_set*> domains;  // each once: most nodes of a topology ask the same
    for (const bit_set& domain : p.domains) {
        if (std::none_of(domains.begin(), domains.end(), [&](const bit_set* known) { return *known == domain; })) {
            domains.push_back(&domain);
        }
    }
    numbered groups;
    std::vector<std::uint32_t> group;
    std::vector<std::uint32_t> key;
    const std::size_t devices = p.facts->device_count();
    group.reserve(devices);
    for (rank d = 0; d < devices; ++d) {
        if (!p.facts->only_joined(d)) {
            group.push_back(groups.one_more());  // its wires make it unlike every other one
            continue;
        }
        const auto converter = p.facts->converter_of(d);
        const bool limited = p.facts->consoles_matter() && p.facts->most_devices(converter) > 0;
        key = {p.facts->profile_of(d), p.facts->site_of(d), limited ? converter : nowhere};
        for (std::uint32_t i = 0; i < domains.size(); ++i) {
            if (domains[i]->contains(d)) {
                key.push_back(i);
            }
        }
        group.push_back(groups.number_of(key));
    }
    return group;
}

}  // namespace rollover::placement
