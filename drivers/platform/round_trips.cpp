#include "drivers/platform/round_trips.h"

#include <algorithm>
#include <set>

namespace rollover::platform {

namespace {

/// What transitions lead to from `start`, or with `backwards` what they lead to it from.
std::set<std::string> reached(const description& d, const std::string& start, bool backwards) {
    std::set<std::string> all{start};
    for (bool grew = true; grew;) {
        grew = false;
        for (const transition& t : d.transitions) {
            const std::string& from = backwards ? t.to : t.from;
            const std::string& to = backwards ? t.from : t.to;
            if (all.count(from) != 0 && all.insert(to).second) {
                grew = true;
            }
        }
    }
    return all;
}

}  // namespace

std::vector<std::string> round_trips(const description& d) {
    const auto there = reached(d, d.home, false);
    const auto back = reached(d, d.home, true);
    std::vector<std::string> all;
    for (const state& s : d.states) {
        if (s.name != d.home && there.count(s.name) != 0 && back.count(s.name) != 0) {
            all.push_back(s.name);
        }
    }
    return all;
}

std::vector<std::string> met_by_chance(const description& d) {
    const auto walked = round_trips(d);
    std::vector<std::string> all;
    for (const state& s : d.states) {
        if (s.name != d.home && std::find(walked.begin(), walked.end(), s.name) == walked.end()) {
            all.push_back(s.name);
        }
    }
    return all;
}

std::vector<std::size_t> starting_ways(const description& d) {
    const auto only_waits = [&d](const std::string& name) {
        return std::any_of(d.transitions.begin(), d.transitions.end(),
                           [&](const transition& t) { return t.from == name && t.type.empty(); });
    };
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < d.transitions.size(); ++i) {
        if (!d.transitions[i].type.empty() && only_waits(d.transitions[i].to)) {
            all.push_back(i);
        }
    }
    return all;
}

description without_starting(description d) {
    const auto starting = starting_ways(d);
    for (auto i = starting.rbegin(); i != starting.rend(); ++i) {
        d.transitions.erase(d.transitions.begin() + static_cast<std::ptrdiff_t>(*i));
    }
    return d;
}

}  // namespace rollover::platform
