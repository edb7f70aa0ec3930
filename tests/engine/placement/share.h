// How many instances a test over seeds looks at.
#pragma once

#include <cstdint>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ROLLOVER_TESTS_ARE_SLOW 1
#endif
#endif

namespace rollover::placement {

/// All of them; a quarter where a sanitizer, which looks at the code and not at the answers, makes each ten times
/// slower.
constexpr std::uint64_t share_of(std::uint64_t instances) {
#ifdef ROLLOVER_TESTS_ARE_SLOW
    return instances / 4;
#else
    return instances;
#endif
}

}  // namespace rollover::placement
