// What a process opens of a state: calendar and journal on the same tables, and what is known of the lines.
#pragma once

#include "engine/activation/journal.h"
#include "engine/activation/line_book.h"
#include "engine/scheduler/calendar.h"
#include "engine/store/state_folder.h"

#include <memory>

namespace rollover::store {

struct opened_state {
    std::unique_ptr<scheduler::calendar> calendar;
    std::unique_ptr<activation::journal> journal;
    std::unique_ptr<activation::line_book> lines;
};

/// Makes what is missing, and brings up to date what an older program has left. `rt` must outlive what is opened.
/// Errors: store; also for tables of a newer program.
[[nodiscard]] result<opened_state> open_state(runtime& rt, const state_folder& folder);

}  // namespace rollover::store
