#include "drivers/platform/round_trips.h"

#include "drivers/platform/reachability.h"

#include <algorithm>

namespace rollover::platform {

std::vector<std::string> round_trips(const description& d) {
    const auto there = reached_from(d, d.home);
    const auto back = leading_to(d, d.home);
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

}  // namespace rollover::platform
