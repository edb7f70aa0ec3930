#include "drivers/crossconnect/join_table.h"

#include "drivers/crossconnect/join_places.h"
#include "drivers/crossconnect/openvswitch_rule_text.h"
#include "engine/base/text.h"

#include <fmt/format.h>
#include <set>

namespace rollover::crossconnect {

namespace {

/// The rules of one cookie.
struct group {
    std::vector<const flow_rule*> rules;
    route by;  // as far as the rules tell

    /// The first that is there.
    [[nodiscard]] const flow_rule& named() const {
        const auto found =
            std::find_if(rules.begin(), rules.end(), [](const auto* rule) { return !rule->note.empty(); });
        return found == rules.end() ? *rules.front() : **found;
    }
    [[nodiscard]] const std::string& note() const { return named().note; }

    /// What is not as it was made; empty for exactly the rules of its route.
    [[nodiscard]] std::string damage(std::uint64_t cookie) const {
        const auto expected = rules_of(by, cookie, note());
        std::set<place> entered;
        for (const auto* rule : rules) {
            const auto found = std::find_if(expected.begin(), expected.end(),
                                            [&](const flow_rule& one) { return one.from == rule->from; });
            const bool right = rule->exact && found != expected.end() && rule->note == found->note &&
                               rule->shaped == found->shaped && rule->targets == found->targets;
            if (!right) {
                return "its rules were changed";
            }
            if (!entered.insert(rule->from).second) {
                return "it has a rule twice";
            }
        }
        if (by.ends.size() < 2) {
            return "it has fewer than 2 members";
        }
        return entered.size() == expected.size()
                   ? std::string()
                   : fmt::format("{} of its {} rules are missing", expected.size() - entered.size(), expected.size());
    }
};

using groups = std::map<std::uint64_t, group>;

/// The numbers of a member's way, by the names that its ports must have; 0 for a port that is not there.
route::way_ports ways_of(const bridge_state& state, const std::string& name, const place& member, const shape& shaped) {
    const auto by = way_to(state.bridge, name, {port_name(state, member.port), member.vlan}, shaped);
    const auto number = [&](const std::string& port) {
        const auto found = std::find_if(state.ports.begin(), state.ports.end(),
                                        [&](const bridge_port& one) { return one.name == port; });
        return found == state.ports.end() ? 0 : found->number;
    };
    return {number(by.entry), number(by.exit)};
}

groups by_cookie(const bridge_state& state) {
    groups found;
    const auto add = [&](group& one, const place& at) {
        const auto* port = port_of(state, at.port);
        if (at != place() && (port == nullptr || !is_way(*port))) {
            one.by.ends.insert(at);
        }
    };
    for (const auto& rule : state.rules) {
        auto& one = found[rule.cookie];
        one.rules.push_back(&rule);
        add(one, rule.from);
        for (const auto& target : rule.targets) {
            add(one, target);
        }
    }
    for (auto& [cookie, one] : found) {
        one.by.shaped = one.named().shaped;
        for (const auto& end : one.by.ends) {
            if (one.by.shaped && end.vni == 0) {
                one.by.ways.emplace(end, ways_of(state, one.note(), end, *one.by.shaped));
            }
        }
    }
    return found;
}

std::string name_of(std::uint64_t cookie, const group& one) {
    return one.note().empty() ? fmt::format("cookie-{:x}", cookie) : one.note();
}

/// The tunnel at a place; with its port's name as its remote address where the port is gone or was changed.
tunnel tunnel_at(const bridge_state& state, const place& at) {
    const auto* port = port_of(state, at.port);
    tunnel to;
    if (auto read = port == nullptr ? std::nullopt : tunnel_of(*port)) {
        to = std::move(*read);
    } else {
        to.remote = port_name(state, at.port);
    }
    to.vni = at.vni;
    return to;
}

/// What is wrong with the ports of a join; empty: nothing.
std::string damage_of_ports(const bridge_state& state, const group& one) {
    for (const auto& member : one.by.ends) {
        const auto* port = port_of(state, member.port);
        if (port == nullptr) {
            return fmt::format("port #{} is gone", member.port);
        }
        const auto to = member.vni == 0 ? std::nullopt : tunnel_of(*port);
        if (member.vni != 0 && (!to || !same_settings(*port, port_for(state.bridge, *to)))) {
            return fmt::format("the port {} of its tunnel was changed", port->name);
        }
    }
    for (const auto& [member, way] : one.by.ways) {
        const auto* entry = port_of(state, way.entry);
        if (entry == nullptr || port_of(state, way.exit) == nullptr) {
            return fmt::format("a port of its way to VLAN {} is gone", member.vlan);
        }
        const auto qdisc = state.qdiscs.find(entry->name);
        if (qdisc == state.qdiscs.end() || qdisc->second != qdisc_kind(*one.by.shaped)) {
            return fmt::format("device {} has lost its qdisc", entry->name);
        }
    }
    return {};
}

/// Works out a bundle join by join.
class bundle_maker {
public:
    explicit bundle_maker(const bridge_state& state) : state_(state), standing_(by_cookie(state)), ports_(state) {}

    result<change> make(const std::vector<join>& wanted) {
        for (const auto& one : wanted) {
            auto by = route_of(state_, one, ports_);
            if (!by) {
                return by.error();
            }
            if (!wanted_.emplace(one.name, std::move(*by)).second) {
                return failure(errc::bad_input, fmt::format("join {} is wanted twice", one.name));
            }
        }
        keep_what_stands();
        for (const auto& [name, by] : wanted_) {
            if (auto taken = occupy(name, by.ends); !taken) {
                return taken.error();
            }
        }
        for (const auto& [name, by] : wanted_) {
            if (!unchanged_.contains(name)) {
                add(name, by);
            }
        }
        change all;
        ports_.take_missing(all);
        all.bundle = deletions_ + additions_;
        all.undo = undo_ + former_;
        all.unused = ports_.unused(numbers_);
        return all;
    }

    change remove(const std::vector<std::string>& names) {
        for (const auto& [cookie, one] : standing_) {
            const auto name = name_of(cookie, one);
            if (std::find(names.begin(), names.end(), name) != names.end()) {
                deletions_ += delete_line(cookie);
            } else {
                stays(cookie, name, one);
            }
        }
        change all;
        all.bundle = deletions_;
        all.unused = ports_.unused(numbers_);
        return all;
    }

private:
    /// Joins of other names, and wanted ones that are there already, stay; the rest of the wanted names goes first.
    void keep_what_stands() {
        for (const auto& [cookie, one] : standing_) {
            const auto name = name_of(cookie, one);
            const auto found = wanted_.find(name);
            if (found == wanted_.end()) {
                stays(cookie, name, one);
            } else if (one.damage(cookie).empty() && one.by == found->second && !unchanged_.contains(name)) {
                cookies_.insert(cookie);
                unchanged_.insert(name);
            } else {
                deletions_ += delete_line(cookie);
                for (const auto* rule : one.rules) {
                    former_ += rule->exact ? add_line(*rule) : "";
                }
            }
        }
    }

    void stays(std::uint64_t cookie, const std::string& name, const group& one) {
        cookies_.insert(cookie);
        for (const auto& end : one.by.ends) {
            users_.emplace(end, name);
        }
        for (const auto* rule : one.rules) {
            numbers_.insert(rule->from.port);
            for (const auto& target : rule->targets) {
                numbers_.insert(target.port);
            }
        }
    }

    result<void> occupy(const std::string& name, const std::set<place>& members) {
        for (const auto& member : members) {
            const auto [user, fresh] = users_.emplace(member, name);
            if (!fresh) {
                return failure(errc::busy,
                               fmt::format("join {}: {} {} on port {} is already in join {}", name,
                                           member.vni == 0 ? "VLAN" : "VNI", member.vni == 0 ? member.vlan : member.vni,
                                           port_name(state_, member.port), printable(user->second)))
                    .advise("deactivate what uses it, or take another device");
            }
        }
        return {};
    }

    void add(const std::string& name, const route& by) {
        auto number = number_of(name);
        while (!cookies_.insert(cookie_prefix | number).second) {
            number = number % ~cookie_prefix_mask + 1;  // taken by another name; never 0
        }
        undo_ += delete_line(cookie_prefix | number);
        for (const auto& rule : rules_of(by, cookie_prefix | number, name)) {
            additions_ += add_line(rule);
        }
    }

    const bridge_state& state_;
    const groups standing_;
    own_ports ports_;
    std::map<std::string, route> wanted_;
    std::set<std::string> unchanged_;
    std::set<std::uint64_t> cookies_;     // in use after the bundle
    std::map<place, std::string> users_;  // who has an attachment after the bundle
    std::set<std::uint32_t> numbers_;     // of ports that joins of other names use
    std::string deletions_;
    std::string additions_;
    std::string undo_;
    std::string former_;  // the rules that the deletions take away
};

}  // namespace

std::vector<standing_join> standing_joins(const bridge_state& state) {
    std::vector<standing_join> joins;
    for (const auto& [cookie, one] : by_cookie(state)) {
        standing_join found;
        found.what.name = name_of(cookie, one);
        for (const auto& member : one.by.ends) {
            if (member.vni == 0) {
                found.what.members.push_back({port_name(state, member.port), member.vlan});
            } else {
                found.what.tunnels.push_back(tunnel_at(state, member));
            }
        }
        std::sort(found.what.members.begin(), found.what.members.end());
        std::sort(found.what.tunnels.begin(), found.what.tunnels.end());
        found.what.shaped = one.by.shaped;
        found.cookie = cookie;
        found.what.damage = damage_of_ports(state, one);
        if (found.what.damage.empty()) {
            found.what.damage = one.damage(cookie);
        }
        found.complete = found.what.damage.empty();
        joins.push_back(std::move(found));
    }
    std::sort(joins.begin(), joins.end(), [](const auto& a, const auto& b) { return a.what.name < b.what.name; });
    return joins;
}

result<change> change_to_make(const bridge_state& state, const std::vector<join>& wanted) {
    return bundle_maker(state).make(wanted);
}

change change_to_remove(const bridge_state& state, const std::vector<std::string>& names) {
    return bundle_maker(state).remove(names);
}

bool needs_ports(const bridge_state& state, const std::vector<std::string>& names) {
    std::size_t plain = 0;
    for (const auto& [cookie, one] : by_cookie(state)) {
        const bool named = std::find(names.begin(), names.end(), name_of(cookie, one)) != names.end();
        const bool tunneled =
            std::any_of(one.by.ends.begin(), one.by.ends.end(), [](const place& at) { return at.vni != 0; });
        plain += named && !tunneled && !one.by.shaped && one.damage(cookie).empty() ? 1U : 0U;
    }
    return plain < names.size();
}

}  // namespace rollover::crossconnect
