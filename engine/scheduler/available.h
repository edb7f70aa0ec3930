// What a placement may use: at hand now, or in a window of the calendar.
#pragma once

#include "engine/activation/journal.h"
#include "engine/model/lab.h"
#include "engine/model/topology.h"
#include "engine/placement/placement.h"
#include "engine/scheduler/reservation.h"

#include <string>
#include <vector>

namespace rollover::scheduler {

/// How a segment is claimed beside devices: a name that no device has.
[[nodiscard]] std::string segment_claim(const std::string& segment);

/// All that a placement takes, as it is claimed: the devices by the order of the nodes, then segments.
[[nodiscard]] std::vector<std::string> claims_of(const model::lab& lab, const placement::placement& p);

/// What a placement may use now; `unavailable`: by the name of a device, or of a segment as `segment_claim` has it.
/// Lab and topology must outlive it.
[[nodiscard]] placement::request request_for(const model::lab& lab, const model::topology& topology,
                                             const activation::holds& unavailable);

/// "reserved by eva (r17, ospf) until 2026-11-30 14:00:00", as a hold. Times in UTC.
[[nodiscard]] activation::hold hold_of(const booked_device& booked);

/// Bookings as placement::find_in_window reads them; what the lab no longer has is left out.
[[nodiscard]] std::vector<placement::booked> calendar_of(const model::lab& lab,
                                                         const std::vector<booked_device>& bookings);

}  // namespace rollover::scheduler
