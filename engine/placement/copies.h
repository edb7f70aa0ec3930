// A class of pods: copies of one topology, placed together, all of them or none.
#pragma once

#include "engine/placement/placement.h"

#include <cstdint>
#include <vector>

namespace rollover::placement {

/// More copies than any class has.
inline constexpr std::uint32_t most_copies = 1000;

/// `copies` times the nodes and links of `t`, one copy after the other: node n of copy c (from 0) is node
/// c * t.nodes.size() + n and is called "NAME of copy c+1"; links likewise. Relations between nodes stay within a copy.
[[nodiscard]] model::topology copies_of(const model::topology& t, std::uint32_t copies);

/// A placement for each copy of `r.topology`; no device, wire or segment is in two of them, and the limits of trunks
/// and converters hold for all of them together. Errors: those of `find`, about the copies that clash; bad_input when
/// `copies` is 0 or more than `most_copies`.
[[nodiscard]] result<std::vector<placement>> find_copies(const request& r, std::uint32_t copies);

/// As many copies as fit.
struct most_found {
    std::vector<placement> copies;  ///< 1 or more
    failure no_more;                ///< why one more does not fit: impossible, proved; or undecided at the bound
};

/// The largest number of copies of `r.topology` that can be placed together, up to `most_copies`. Asks `find_copies`
/// about a dozen times. Errors: those of `find` when not even one copy can be placed.
[[nodiscard]] result<most_found> find_most_copies(const request& r);

}  // namespace rollover::placement
