// Who attends to a reservation: the service, or jobs of the system's at(1).
#pragma once

#include "engine/api/engine.h"

#include <string>

namespace rollover::service {

struct schedule_options {
    engine_options engine;
    std::string id;      ///< "r17"
    bool by_at = false;  ///< else by the service
};

/// Hands a reservation that was not begun to two jobs of at(1), which begin it and end it (`rollover attend`), or takes
/// it back. It is marked in the calendar, so exactly one of both attends to it. Works on the state folder, whether or
/// not a service runs; `text` says what was done.
/// Errors: not_found (no such reservation, no `at`), busy (it begins within the next minutes, or was begun), io (what
/// `at` says), store.
[[nodiscard]] text_report schedule(const schedule_options& options);

}  // namespace rollover::service
