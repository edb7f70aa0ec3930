#include "engine/placement/core.h"
#include "engine/placement/explain.h"
#include "engine/placement/facts.h"
#include "engine/placement/placement.h"
#include "engine/placement/problem.h"
#include "engine/placement/search.h"

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

result<placement> find(const request& r) {
    const lab_facts facts(r);
    const problem p = compile(facts, r.topology, selection::everything(r.topology));
    const search_result answer = search(p, r.seed, r.bound);
    switch (answer.what) {
        case outcome::placed: return to_placement(facts, answer.found, p);
        case outcome::impossible: return explained(facts, r, answer);
        case outcome::undecided: break;
    }
    return failure(errc::undecided,
                   fmt::format(
                       "no placement of topology {} in lab {} was found, and none was ruled out, in {} search steps",
                       r.topology.name, r.lab.name, answer.visited))
        .advise("pin some nodes to devices or a site, or allow more steps");
}

result<reason> explain(const request& r) {
    const lab_facts facts(r);
    const search_result answer = search(compile(facts, r.topology, selection::everything(r.topology)), r.seed, r.bound);
    if (answer.what != outcome::impossible) {
        return failure(answer.what == outcome::placed ? errc::bad_input : errc::undecided,
                       answer.what == outcome::placed ? "there is a placement" : "the bound was reached");
    }
    return put_in_words(facts, r, find_core(facts, r.topology, r.seed, r.bound, answer.trouble));
}

}  // namespace rollover::placement
