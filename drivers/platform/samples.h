// Texts that an expression matches, made from the expression itself: what a prompt may look like. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rollover::platform {

/// A few texts that `expression` (RE2) matches whole: each of its alternatives, with and without what is optional,
/// letters and digits for classes; host names where the group `host` stands ("r1", "sw-1.lab"). Every one was tried
/// with RE2. At most 64, each of at most 200 bytes; none where the expression has something that is not understood
/// here, or does not compile. The cost is bounded for any expression.
[[nodiscard]] std::vector<std::string> samples_of(std::string_view expression);

}  // namespace rollover::platform
