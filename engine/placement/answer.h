// What the search has found, in the terms of who asked: devices and interfaces of the lab, or why there is none.
#pragma once

#include "engine/placement/facts.h"
#include "engine/placement/placement.h"
#include "engine/placement/search.h"

namespace rollover::placement {

/// Errors: impossible with the reason in words, all of it in `why` if given; undecided. `p` is the whole of
/// `r.topology`, as `facts` compile it.
[[nodiscard]] result<placement> answer_of(const lab_facts& facts, const request& r, const problem& p,
                                          const search_result& found, reason* why = nullptr);

struct full_reason {
    reason why;
    std::string hint;  ///< what would help
};
/// `found` is `impossible`.
[[nodiscard]] full_reason reason_of(const lab_facts& facts, const request& r, const search_result& found);

}  // namespace rollover::placement
