// What the statements that read the calendar and those that change it share.
#pragma once

#include "engine/scheduler/window.h"
#include "engine/store/ids.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace rollover::store {

[[nodiscard]] inline std::int64_t seconds_of(scheduler::instant t) {
    return t.time_since_epoch().count();
}

/// 0 for what is no id of a reservation: no row has it.
[[nodiscard]] inline std::int64_t row_of(const std::string& id) {
    return number_of('r', id).value_or(0);
}

/// All bookings of lab ?1 that end after ?2, device by device from the last one that has begun then (no two of a device
/// overlap): only those are read, however long the past is. Columns, more tables and conditions come between the two.
inline constexpr std::string_view with_each_device =
    "WITH RECURSIVE each_device (name) AS ("
    " SELECT (SELECT device FROM booking WHERE lab = ?1 ORDER BY device LIMIT 1) UNION ALL"
    " SELECT (SELECT device FROM booking WHERE lab = ?1 AND device > each_device.name"
    " ORDER BY device LIMIT 1) FROM each_device WHERE each_device.name IS NOT NULL)";
inline constexpr std::string_view of_each_device =
    " booking.lab = ?1 AND booking.device = each_device.name AND frees > ?2"
    " AND begins >= COALESCE((SELECT MAX(begins) FROM booking AS earlier WHERE earlier.lab = ?1"
    " AND earlier.device = each_device.name AND earlier.begins <= ?2), ?2)";

}  // namespace rollover::store
