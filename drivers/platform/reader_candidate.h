// The part of a platform file that commits: <candidate>.
#pragma once

#include "drivers/platform/xml_source.h"

namespace rollover::platform {

/// `e` is the <candidate> element. `${minutes}` and `${seconds}` in the commands of <commit> are replaced by its
/// confirm-within.
[[nodiscard]] candidate_steps read_candidate(const element& e);

}  // namespace rollover::platform
