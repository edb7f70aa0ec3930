// The calendar in the tables of the state, beside the journal: what is booked and what is begun are of one piece.
#pragma once

#include "engine/runtime/runtime.h"
#include "engine/scheduler/calendar.h"
#include "engine/store/tables_place.h"

#include <memory>

namespace rollover::store {

/// Opens (and makes, or brings up to date) the calendar at `place`. Calls run on the runtime's pool, one after the
/// other. Errors: store; also for tables of a newer program.
[[nodiscard]] result<std::unique_ptr<scheduler::calendar>> open_calendar(runtime& rt, const tables_place& place);

}  // namespace rollover::store
