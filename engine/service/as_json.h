// Reservations, bookings, devices and entries as JSON, as the OpenAPI file describes them. Times are RFC 3339 in UTC;
// where people read them there is a second one, in the lab's zone.
#pragma once

#include "engine/activation/journal.h"
#include "engine/activation/observer.h"
#include "engine/scheduler/calendar.h"
#include "engine/scheduler/local_time.h"

#include <nlohmann/json.hpp>

namespace rollover::service {

[[nodiscard]] nlohmann::json as_json(const scheduler::reservation& r, const scheduler::local_time& zone);
[[nodiscard]] nlohmann::json as_json(const scheduler::booked_device& b, const scheduler::local_time& zone);
[[nodiscard]] nlohmann::json as_json(const scheduler::entry& e, const scheduler::local_time& zone);
[[nodiscard]] nlohmann::json as_json(const activation::progress_event& e);
/// {"code": "busy", "reason": ..., "where": ..., "hint": ..., "text": all of it}.
[[nodiscard]] nlohmann::json as_json(const failure& f);

}  // namespace rollover::service
