// The journal in the tables of the state. Several processes may use them at the same time.
#pragma once

#include "engine/activation/journal.h"
#include "engine/runtime/runtime.h"
#include "engine/store/tables_place.h"

#include <memory>

namespace rollover::store {

/// Opens (and makes, or brings up to date) the journal at `place`. Calls run on the runtime's pool, one after the
/// other. Errors: store; also for tables of a newer program.
[[nodiscard]] result<std::unique_ptr<activation::journal>> open_journal(runtime& rt, const tables_place& place);

}  // namespace rollover::store
