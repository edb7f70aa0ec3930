// The calendar in the tables of the state, beside the journal: what is booked and what is begun are of one piece.
#pragma once

#include "engine/runtime/runtime.h"
#include "engine/scheduler/calendar.h"
#include "engine/store/shared_tables.h"
#include "engine/store/tables_place.h"

#include <memory>

namespace rollover::store {

/// Calls run on the runtime's pool; those that change something, together with what else is changed in the tables at
/// the same time. Errors: store.
[[nodiscard]] result<std::unique_ptr<scheduler::calendar>> open_calendar(std::shared_ptr<shared_tables> in);
/// The same in tables that it has for itself. Errors: store; also for tables of a newer program.
[[nodiscard]] result<std::unique_ptr<scheduler::calendar>> open_calendar(runtime& rt, const tables_place& place);

}  // namespace rollover::store
