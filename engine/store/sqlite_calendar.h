// The calendar in SQLite, in the same file as the journal: what is booked and what is begun are of one piece.
#pragma once

#include "engine/runtime/runtime.h"
#include "engine/scheduler/calendar.h"

#include <filesystem>
#include <memory>

namespace rollover::store {

/// Opens (and makes, or brings up to date) the calendar in `file`. Calls run on the runtime's pool, one after the
/// other. Errors: store; also for a file of a newer program.
[[nodiscard]] result<std::unique_ptr<scheduler::calendar>> open_calendar(runtime& rt,
                                                                         const std::filesystem::path& file);

}  // namespace rollover::store
