#include "drivers/platform/reachability.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::platform {
namespace {

/// What transitions lead to from `start`, or with `backwards` what they lead to it from; never through `avoided`.
std::set<std::string> spread(const description& d, const std::string& start, bool backwards,
                             const std::string* avoided = nullptr) {
    std::set<std::string> all{start};
    for (bool grew = true; grew;) {
        grew = false;
        for (const transition& t : d.transitions) {
            const std::string& from = backwards ? t.to : t.from;
            const std::string& to = backwards ? t.from : t.to;
            if (all.contains(from) && (avoided == nullptr || to != *avoided) && all.insert(to).second) {
                grew = true;
            }
        }
    }
    return all;
}

bool is_state(const description& d, const std::string& name) {
    return d.find_state(name).has_value();
}

/// Follows one procedure from where it begins: where each command is typed, and where the last one leaves the device.
class procedure_walk {
public:
    procedure_walk(const description& d, const std::set<std::string>& going_home, const std::string& begins_in,
                   diagnostics& out)
        : description_(d), going_home_(going_home), out_(out), begins_in_(begins_in) {
        go_on_from(begins_in);
    }

    void follow(const std::vector<step>& steps) {
        for (const step& s : steps) {
            follow(s);
        }
    }

    /// The device is left to `bring_home` then.
    void end(const source_place& place) {
        if (!anywhere_ && is_state(description_, last_) && !going_home_.contains(last_)) {
            out_.push_back({place,
                            fmt::format("the last command ends in state '{}', and there is no way home from it", last_),
                            fmt::format("add a <transition from=\"{}\" ...>, or a command that leaves it", last_)});
        }
    }

private:
    void go_on_from(const std::string& name) {
        last_ = name;
        const auto further = reached_from(description_, name);
        reached_.insert(further.begin(), further.end());
    }

    void follow(const step& s) {
        if (!anywhere_ && is_state(description_, s.in_state) && !reached_.contains(s.in_state)) {
            out_.push_back({s.place,
                            fmt::format("the command is typed in state '{}', and no way leads there from '{}'",
                                        s.in_state, begins_in_),
                            fmt::format("add a <transition to=\"{}\" ...>, or type it in another state", s.in_state)});
        }
        if (is_state(description_, s.in_state)) {
            last_ = s.in_state;
        }
        anywhere_ = anywhere_ || s.boots;  // it is looked for then
        if (is_state(description_, s.ends_in)) {
            go_on_from(s.ends_in);
        }
    }

    const description& description_;
    const std::set<std::string>& going_home_;
    diagnostics& out_;
    std::string begins_in_;
    std::string last_;
    std::set<std::string> reached_;
    bool anywhere_ = false;
};

void check_procedures(const description& d, const std::set<std::string>& going_home, diagnostics& out) {
    for (const auto& [name, steps] : procedures(d)) {
        procedure_walk walk(d, going_home, d.home, out);
        walk.follow(*steps);
        if (!steps->empty()) {
            walk.end(steps->back().place);
        }
    }
    if (d.recover && is_state(d, d.recover->until)) {
        procedure_walk walk(d, going_home, d.recover->until, out);
        walk.follow(d.recover->steps);
        walk.end(d.recover->steps.empty() ? d.recover->place : d.recover->steps.back().place);
    }
    for (const auto& command : d.identify) {
        procedure_walk walk(d, going_home, d.home, out);
        walk.follow(std::vector<step>{command.run});
        walk.end(command.run.place);
    }
}

void check_configuring(const description& d, const std::set<std::string>& going_home, diagnostics& out) {
    if (!is_state(d, d.config_state)) {
        return;
    }
    if (!reached_from(d, d.home).contains(d.config_state)) {
        out.push_back({d.configure_place,
                       fmt::format("there is no way from state '{}' to '{}', where configuration lines are typed",
                                   d.home, d.config_state),
                       fmt::format("add a <transition from=\"{}\" to=\"{}\">", d.home, d.config_state)});
    }
    for (std::size_t i = 0; i < d.states.size(); ++i) {
        const state& s = d.states[i];
        // Without a hint it was reported already.
        if (d.is_configuring(i) && !going_home.contains(s.name) && !s.hint.empty()) {
            out.push_back(
                {s.place,
                 fmt::format("configuration lines are typed in state '{}', and there is no way back to '{}'", s.name,
                             d.home),
                 fmt::format("add a <transition from=\"{}\" to=\"{}\">; a hint is not enough here", s.name, d.home)});
        }
    }
}

/// Where the engine wants to get to: home, the configuration, and where commands are typed.
std::set<std::string> goals_of(const description& d) {
    std::set<std::string> goals{d.home, d.config_state};
    const auto add = [&](const std::vector<step>& steps) {
        for (const step& s : steps) {
            goals.insert(s.in_state);
        }
    };
    for (const auto& [name, steps] : procedures(d)) {
        add(*steps);
    }
    if (d.recover) {
        add(d.recover->steps);
    }
    for (const auto& command : d.identify) {
        goals.insert(command.run.in_state);
    }
    goals.erase("");
    return goals;
}

bool same_keys(const transition& a, const transition& b) {
    return std::equal(a.type.begin(), a.type.end(), b.type.begin(), b.type.end(),
                      [](const keystrokes& x, const keystrokes& y) {
                          return x.kind == y.kind && x.text == y.text && x.enter == y.enter;
                      });
}

}  // namespace

std::vector<std::pair<std::string, const std::vector<step>*>> procedures(const description& d) {
    return {{"prepare", &d.prepare},           {"save", &d.save},
            {"after-config", &d.after_config}, {"erase", &d.erase},
            {"verify-clean", &d.verify_clean}, {"console-speed", &d.console_speed.steps},
            {"hand-over", &d.hand_over},       {"check", &d.candidate.check},
            {"commit", &d.candidate.commit},   {"confirm", &d.candidate.confirm},
            {"discard", &d.candidate.discard}, {"rollback", &d.candidate.rollback}};
}

std::set<std::string> reached_from(const description& d, const std::string& start) {
    return spread(d, start, false);
}

std::set<std::string> leading_to(const description& d, const std::string& goal) {
    return spread(d, goal, true);
}

diagnostics broken_ways(const description& d) {
    diagnostics out;
    const auto going_home = leading_to(d, d.home);
    for (const state& s : d.states) {
        if (!going_home.contains(s.name) && s.hint.empty()) {
            out.push_back({s.place, fmt::format("there is no way from state '{}' to '{}'", s.name, d.home),
                           "add a <transition>, or a hint attribute for the person who has to do it by hand"});
        }
    }
    check_configuring(d, going_home, out);
    check_procedures(d, going_home, out);
    return out;
}

diagnostics unused_ways(const description& d) {
    diagnostics out;
    const auto goals = goals_of(d);
    for (std::size_t i = 0; i < d.transitions.size(); ++i) {
        const transition& t = d.transitions[i];
        const auto further = t.to == t.from ? std::set<std::string>() : spread(d, t.to, false, &t.from);
        // A way that comes back to where it began is none: it is used only if it gets to a goal before.
        const bool used =
            std::any_of(goals.begin(), goals.end(), [&](const auto& goal) { return further.contains(goal); });
        if (!used) {
            out.push_back({t.place,
                           fmt::format("nothing ever goes from '{}' to '{}': it is on no way to '{}', to the "
                                       "configuration, or to where a command is typed",
                                       t.from, t.to, d.home),
                           "leave it out, or name the state in a command that is typed there"});
        }
        const auto first = std::find_if(d.transitions.begin(), d.transitions.end(), [&](const transition& other) {
            return other.from == t.from && other.to == t.to && same_keys(other, t);
        });
        if (static_cast<std::size_t>(first - d.transitions.begin()) != i) {
            out.push_back({t.place, fmt::format("this transition stands at line {} already", first->place.line),
                           "leave one of them out: each is tried several times anyway"});
        }
    }
    return out;
}

std::vector<std::string> dead_ends(const description& d) {
    const auto going_home = leading_to(d, d.home);
    std::vector<std::string> all;
    for (const state& s : d.states) {
        if (!going_home.contains(s.name)) {
            all.push_back(s.name);
        }
    }
    return all;
}

}  // namespace rollover::platform
