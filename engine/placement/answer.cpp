#include "engine/placement/answer.h"

#include "engine/base/text.h"
#include "engine/placement/changes.h"
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

/// "did you mean ipsec? never possible in this lab; the cheapest change: ...".
std::string join_hints(std::string hint, const way_out& out) {
    std::vector<std::string> rest;
    for (std::string words : {words_of(out.missing), words_of(out)}) {
        if (!words.empty()) {
            rest.push_back(std::move(words));
        }
    }
    hint += hint.empty() || rest.empty() ? "" : " ";
    return hint + join(rest, "; ");
}

failure explained(full_reason known, reason* why) {
    failure f(errc::impossible, known.why.text);
    if (!known.why.places.empty()) {
        f.where = to_string(known.why.places.front());
    }
    f.hint = std::move(known.hint);
    if (why != nullptr) {
        *why = std::move(known.why);
    }
    return f;
}

}  // namespace

full_reason reason_of(const lab_facts& facts, const request& r, const search_result& found) {
    const core c = find_core(facts, r.topology, r.seed, r.bound, found.trouble);
    full_reason known{put_in_words(facts, r, c), {}};
    if (r.change_bound == 0) {
        known.hint = advice(facts, r, c);
        return known;
    }
    way_out out = find_way_out(r, c);
    known.hint = join_hints(spelling(facts, r, c), out);
    known.why.missing = out.missing;
    known.why.changes = std::move(out.changes);
    known.why.all_tried = out.all_tried;
    return known;
}

result<placement> answer_of(const lab_facts& facts, const request& r, const problem& p, const search_result& found,
                            reason* why) {
    switch (found.what) {
        case outcome::placed: return to_placement(facts, found.found, p);
        case outcome::impossible: return explained(reason_of(facts, r, found), why);
        case outcome::undecided: break;
    }
    return failure(errc::undecided,
                   fmt::format(
                       "no placement of topology {} in lab {} was found, and none was ruled out, in {} search steps",
                       r.topology.name, r.lab.name, found.visited))
        .advise("pin some nodes to devices or a site, or allow more steps");
}

}  // namespace rollover::placement
