#include "drivers/crossconnect/join_table.h"

#include "drivers/crossconnect/openvswitch_rule_text.h"
#include "engine/base/text.h"

#include <fmt/format.h>
#include <set>

namespace rollover::crossconnect {

namespace {

using place = flow_rule::target;  // a port by number, and a VLAN

constexpr std::size_t longest_name = 200;

std::string port_name(const bridge_state& state, std::uint32_t number) {
    for (const auto& port : state.ports) {
        if (port.number == number) {
            return port.name;
        }
    }
    return fmt::format("#{}", number);
}

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
    /// A rule for every member, each to all others, all of one name, nothing else.
    [[nodiscard]] bool complete() const {
        std::set<place> entered;
        for (const auto* rule : rules) {
            entered.insert({rule->in_port, rule->vlan});
            const std::set<place> targets(rule->targets.begin(), rule->targets.end());
            const bool all_others = targets.size() == rule->targets.size() && targets.size() + 1 == members.size() &&
                                    !targets.contains({rule->in_port, rule->vlan});
            if (!rule->exact || rule->note != note() || !all_others) {
                return false;
            }
        }
        return members.size() >= 2 && entered == members && rules.size() == members.size();
    }
};

using groups = std::map<std::uint64_t, group>;

groups by_cookie(const bridge_state& state) {
    groups found;
    for (const auto& rule : state.rules) {
        auto& one = found[rule.cookie];
        one.rules.push_back(&rule);
        one.members.insert({rule.in_port, rule.vlan});
        one.members.insert(rule.targets.begin(), rule.targets.end());
    }
    return found;
}

std::string name_of(std::uint64_t cookie, const group& one) {
    return one.note().empty() ? fmt::format("cookie-{:x}", cookie) : one.note();
}

result<std::uint32_t> find_port(const bridge_state& state, const std::string& name) {
    if (name.empty()) {
        if (state.ports.size() == 1) {
            return state.ports.front().number;
        }
        return failure(errc::not_found,
                       fmt::format("the trunk's port is not named and the bridge has {} ports", state.ports.size()))
            .advise("name it in the lab file: <trunk ... cross-connect-port=\"...\"/>");
    }
    std::vector<std::string> names;
    for (const auto& port : state.ports) {
        if (port.name == name) {
            return port.number;
        }
        names.push_back(port.name);
    }
    return failure(errc::not_found, fmt::format("the bridge has no working port {}", name))
        .advise(names.empty() ? "it has no working port at all" : "its ports are " + rollover::join(names, ", "));
}

result<void> check_name(const std::string& name) {
    const bool unprintable =
        std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    if (name.empty() || name.size() > longest_name || unprintable) {
        return failure(errc::bad_input,
                       fmt::format("the name of a join is 1 to {} bytes without control characters, not \"{}\"",
                                   longest_name, printable(name)));
    }
    return {};
}

result<std::set<place>> resolve(const bridge_state& state, const join& wanted) {
    if (auto named = check_name(wanted.name); !named) {
        return named.error();
    }
    std::set<place> members;
    for (const auto& member : wanted.members) {
        if (member.vlan < 1 || member.vlan > 4094) {
            return failure(errc::bad_input,
                           fmt::format("join {}: VLAN {} is not in 1..4094", wanted.name, member.vlan));
        }
        const auto port = find_port(state, member.port);
        if (!port) {
            return failure(port.error()).at("join " + wanted.name);
        }
        if (!members.insert({*port, member.vlan}).second) {
            return failure(errc::bad_input, fmt::format("join {}: VLAN {} is in it twice", wanted.name, member.vlan));
        }
    }
    if (members.size() < 2) {
        return failure(errc::bad_input, fmt::format("join {} has fewer than 2 members", wanted.name));
    }
    return members;
}

/// Works out a bundle join by join.
class bundle_maker {
public:
    explicit bundle_maker(const bridge_state& state) : state_(state), standing_(by_cookie(state)) {}

    result<std::string> make(const std::vector<join>& wanted) {
        for (const auto& one : wanted) {
            auto members = resolve(state_, one);
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
        return deletions_ + additions_;
    }

private:
    /// Joins of other names, and wanted ones that are there already, stay; the rest of the wanted names goes first.
    void keep_what_stands() {
        for (const auto& [cookie, one] : standing_) {
            const auto name = name_of(cookie, one);
            const auto found = wanted_.find(name);
            if (found == wanted_.end()) {
                cookies_.insert(cookie);
                for (const auto& member : one.members) {
                    users_.emplace(member, name);
                }
            } else if (one.complete() && one.members == found->second && !unchanged_.contains(name)) {
                cookies_.insert(cookie);
                unchanged_.insert(name);
            } else {
                deletions_ += delete_line(cookie);
            }
        }
    }

    result<void> occupy(const std::string& name, const std::set<place>& members) {
        for (const auto& member : members) {
            const auto [user, fresh] = users_.emplace(member, name);
            if (!fresh) {
                return failure(errc::busy,
                               fmt::format("join {}: VLAN {} on port {} is already in join {}", name, member.vlan,
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
        for (const auto& entering : members) {
            flow_rule rule;
            rule.cookie = cookie_prefix | number;
            rule.note = name;
            rule.in_port = entering.port;
            rule.vlan = entering.vlan;
            std::copy_if(members.begin(), members.end(), std::back_inserter(rule.targets),
                         [&](const place& other) { return other != entering; });
            additions_ += add_line(rule);
        }
    }

    const bridge_state& state_;
    const groups standing_;
    std::map<std::string, std::set<place>> wanted_;
    std::set<std::string> unchanged_;
    std::set<std::uint64_t> cookies_;     // in use after the bundle
    std::map<place, std::string> users_;  // who has an attachment after the bundle
    std::string deletions_;
    std::string additions_;
};

}  // namespace

std::vector<standing_join> standing_joins(const bridge_state& state) {
    std::vector<standing_join> joins;
    for (const auto& [cookie, one] : by_cookie(state)) {
        standing_join found;
        found.what.name = name_of(cookie, one);
        for (const auto& member : one.members) {
            found.what.members.push_back({port_name(state, member.port), member.vlan});
        }
        std::sort(found.what.members.begin(), found.what.members.end());
        found.cookie = cookie;
        found.complete = one.complete();
        joins.push_back(std::move(found));
    }
    std::sort(joins.begin(), joins.end(), [](const auto& a, const auto& b) { return a.what.name < b.what.name; });
    return joins;
}

result<std::string> bundle_to_make(const bridge_state& state, const std::vector<join>& wanted) {
    return bundle_maker(state).make(wanted);
}

std::string bundle_to_remove(const bridge_state& state, const std::vector<std::string>& names) {
    std::string bundle;
    for (const auto& [cookie, one] : by_cookie(state)) {
        if (std::find(names.begin(), names.end(), name_of(cookie, one)) != names.end()) {
            bundle += delete_line(cookie);
        }
    }
    return bundle;
}

}  // namespace rollover::crossconnect
