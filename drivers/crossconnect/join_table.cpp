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
    std::set<place> members;

    /// The first that is there.
    [[nodiscard]] const std::string& note() const {
        const auto named =
            std::find_if(rules.begin(), rules.end(), [](const auto* rule) { return !rule->note.empty(); });
        return named == rules.end() ? rules.front()->note : (*named)->note;
    }
    /// Whether a rule sends what comes in at one place to all others, and says nothing else.
    [[nodiscard]] bool right(const flow_rule& rule) const {
        const std::set<place> targets(rule.targets.begin(), rule.targets.end());
        return rule.exact && rule.note == note() && targets.size() == rule.targets.size() &&
               targets.size() + 1 == members.size() && members.contains(rule.from) && !targets.contains(rule.from);
    }
    /// What is not as it was made; empty for a rule for every member, each to all others, all of one name.
    [[nodiscard]] std::string damage() const {
        std::set<place> entered;
        for (const auto* rule : rules) {
            if (!right(*rule)) {
                return "its rules were changed";
            }
            entered.insert(rule->from);
        }
        if (rules.size() != entered.size()) {
            return "it has a rule twice";
        }
        if (members.size() < 2) {
            return "it has fewer than 2 members";
        }
        if (entered.size() != members.size()) {
            return fmt::format("{} of its {} rules are missing", members.size() - entered.size(), members.size());
        }
        return {};
    }
};

using groups = std::map<std::uint64_t, group>;

groups by_cookie(const bridge_state& state) {
    groups found;
    for (const auto& rule : state.rules) {
        auto& one = found[rule.cookie];
        one.rules.push_back(&rule);
        if (rule.from != place()) {
            one.members.insert(rule.from);
        }
        one.members.insert(rule.targets.begin(), rule.targets.end());
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

/// What is wrong with the ports of a join's tunnels; empty: nothing.
std::string damage_of_ports(const bridge_state& state, const group& one) {
    for (const auto& member : one.members) {
        const auto* port = port_of(state, member.port);
        if (port == nullptr) {
            return fmt::format("port #{} is gone", member.port);
        }
        const auto to = member.vni == 0 ? std::nullopt : tunnel_of(*port);
        if (member.vni != 0 && (!to || !same_settings(*port, port_for(state.bridge, *to)))) {
            return fmt::format("the port {} of its tunnel was changed", port->name);
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
            auto members = places_of(state_, one, ports_);
            if (!members) {
                return members.error();
            }
            if (!wanted_.emplace(one.name, std::move(*members)).second) {
                return failure(errc::bad_input, fmt::format("join {} is wanted twice", one.name));
            }
        }
        keep_what_stands();
        for (const auto& [name, members] : wanted_) {
            if (auto taken = occupy(name, members); !taken) {
                return taken.error();
            }
        }
        for (const auto& [name, members] : wanted_) {
            if (!unchanged_.contains(name)) {
                add(name, members);
            }
        }
        return change{ports_.take_missing(), deletions_ + additions_, undo_ + former_, ports_.unused(users_)};
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
        return change{{}, deletions_, {}, ports_.unused(users_)};
    }

private:
    /// Joins of other names, and wanted ones that are there already, stay; the rest of the wanted names goes first.
    void keep_what_stands() {
        for (const auto& [cookie, one] : standing_) {
            const auto name = name_of(cookie, one);
            const auto found = wanted_.find(name);
            if (found == wanted_.end()) {
                stays(cookie, name, one);
            } else if (one.damage().empty() && one.members == found->second && !unchanged_.contains(name)) {
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
        for (const auto& member : one.members) {
            users_.emplace(member, name);
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

    void add(const std::string& name, const std::set<place>& members) {
        auto number = number_of(name);
        while (!cookies_.insert(cookie_prefix | number).second) {
            number = number % ~cookie_prefix_mask + 1;  // taken by another name; never 0
        }
        undo_ += delete_line(cookie_prefix | number);
        for (const auto& entering : members) {
            flow_rule rule;
            rule.cookie = cookie_prefix | number;
            rule.note = name;
            rule.from = entering;
            std::copy_if(members.begin(), members.end(), std::back_inserter(rule.targets),
                         [&](const place& other) { return other != entering; });
            additions_ += add_line(rule);
        }
    }

    const bridge_state& state_;
    const groups standing_;
    own_ports ports_;
    std::map<std::string, std::set<place>> wanted_;
    std::set<std::string> unchanged_;
    std::set<std::uint64_t> cookies_;     // in use after the bundle
    std::map<place, std::string> users_;  // who has an attachment after the bundle
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
        for (const auto& member : one.members) {
            if (member.vni == 0) {
                found.what.members.push_back({port_name(state, member.port), member.vlan});
            } else {
                found.what.tunnels.push_back(tunnel_at(state, member));
            }
        }
        std::sort(found.what.members.begin(), found.what.members.end());
        std::sort(found.what.tunnels.begin(), found.what.tunnels.end());
        found.cookie = cookie;
        found.what.damage = one.damage();
        if (found.what.damage.empty()) {
            found.what.damage = damage_of_ports(state, one);
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
            std::any_of(one.members.begin(), one.members.end(), [](const place& at) { return at.vni != 0; });
        plain += named && !tunneled && one.damage().empty() ? 1U : 0U;
    }
    return plain < names.size();
}

}  // namespace rollover::crossconnect
