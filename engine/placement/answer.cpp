#include "engine/placement/answer.h"

#include "engine/placement/core.h"
#include "engine/placement/explain.h"

#include <fmt/format.h>

namespace rollover::placement {

namespace {

placement to_placement(const lab_facts& facts, const solution& s, const problem& p) {
    placement made;
    for (const rank d : s.devices) {
        made.devices.push_back(facts.device_at(d));
    }
    for (std::size_t l = 0; l < p.links.size(); ++l) {
        placed_link link{facts.carrier_of(s.media[l]), {}};
        for (std::size_t e = 0; e < p.links[l].ends.size(); ++e) {
            link.ends.push_back({made.devices[p.links[l].ends[e].node], s.interfaces[l][e]});
        }
        made.links.push_back(std::move(link));
    }
    return made;
}

failure explained(const lab_facts& facts, const request& r, const search_result& answer) {
    const core c = find_core(facts, r.topology, r.seed, r.bound, answer.trouble);
    reason why = put_in_words(facts, r, c);
    failure f(errc::impossible, std::move(why.text));
    if (!why.places.empty()) {
        f.where = to_string(why.places.front());
    }
    f.hint = advice(facts, r, c);
    return f;
}

}  // namespace

result<placement> answer_of(const lab_facts& facts, const request& r, const problem& p, const search_result& found) {
    switch (found.what) {
        case outcome::placed: return to_placement(facts, found.found, p);
        case outcome::impossible: return explained(facts, r, found);
        case outcome::undecided: break;
    }
    return failure(errc::undecided,
                   fmt::format(
                       "no placement of topology {} in lab {} was found, and none was ruled out, in {} search steps",
                       r.topology.name, r.lab.name, found.visited))
        .advise("pin some nodes to devices or a site, or allow more steps");
}

}  // namespace rollover::placement
