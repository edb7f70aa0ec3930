// Why there is no placement, in words.
#pragma once

#include "engine/placement/core.h"
#include "engine/placement/facts.h"
#include "engine/placement/placement.h"

namespace rollover::placement {

/// The words for a core, and the places of its parts in the topology's file; first what the text is about.
[[nodiscard]] reason put_in_words(const lab_facts& facts, const request& r, const core& c);

/// What would help, for the failure's hint.
/// "did you mean ipsec?", when a name that no device has looks like one that some have; else empty.
[[nodiscard]] std::string spelling(const lab_facts& facts, const request& r, const core& c);
[[nodiscard]] std::string advice(const lab_facts& facts, const request& r, const core& c);

}  // namespace rollover::placement
