// Placement over a calendar: in a given window, or in the first one that is possible.
#pragma once

#include "engine/placement/placement.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace rollover::placement {

/// UTC.
using instant = std::chrono::sys_seconds;

/// Devices and segments that are somebody's from `from` on and free again at `until`.
struct booked {
    instant from;
    instant until;
    std::vector<model::device_index> devices;
    std::vector<std::uint32_t> segments;  ///< index into lab::segments
    std::string what;                     ///< for the explanation: "booked by anna until 14:00"
};

struct dated_placement {
    instant start;
    placement where;
    bool exact = true;  ///< false: at an earlier instant the bound was reached, so an earlier start may exist
};

/// The first start at `from` or later at which `r.topology` can be placed for `length` on what nobody has booked; what
/// `r` calls unavailable stays so for ever. Entries of `calendar` stand in any order and may overlap.
/// Errors: bad_input when `length` is not above zero; impossible, with the reason, when no window is ever free enough
/// (so not even an empty calendar would do); undecided at the bound.
[[nodiscard]] result<dated_placement> earliest(const request& r, const std::vector<booked>& calendar, instant from,
                                               std::chrono::seconds length);

/// A placement for exactly the window of `length` from `from` on. Of `impossible` the reason tells apart what can never
/// be in this lab, what cannot be with the devices that `r` calls unavailable, and what only others' bookings prevent;
/// then the hint says when it is possible.
[[nodiscard]] result<placement> find_in_window(const request& r, const std::vector<booked>& calendar, instant from,
                                               std::chrono::seconds length);

}  // namespace rollover::placement
