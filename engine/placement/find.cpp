#include "engine/placement/answer.h"
#include "engine/placement/core.h"
#include "engine/placement/explain.h"
#include "engine/placement/facts.h"
#include "engine/placement/placement.h"
#include "engine/placement/problem.h"
#include "engine/placement/search.h"

namespace rollover::placement {

result<placement> find(const request& r, reason* why) {
    const lab_facts facts(r);
    const problem p = compile(facts, r.topology, selection::everything(r.topology));
    return answer_of(facts, r, p, search(p, r.seed, r.bound), why);
}

result<reason> explain(const request& r) {
    const lab_facts facts(r);
    const search_result answer = search(compile(facts, r.topology, selection::everything(r.topology)), r.seed, r.bound);
    if (answer.what != outcome::impossible) {
        return failure(answer.what == outcome::placed ? errc::bad_input : errc::undecided,
                       answer.what == outcome::placed ? "there is a placement" : "the bound was reached");
    }
    return reason_of(facts, r, answer).why;
}

}  // namespace rollover::placement
