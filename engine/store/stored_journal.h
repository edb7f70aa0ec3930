// The journal in the tables of the state. Several processes may use them at the same time.
#pragma once

#include "engine/activation/journal.h"
#include "engine/runtime/runtime.h"
#include "engine/store/shared_tables.h"
#include "engine/store/tables_place.h"

#include <memory>

namespace rollover::store {

/// Calls run on the runtime's pool; those that change something, together with what else is changed in the tables at
/// the same time. Errors: store.
[[nodiscard]] result<std::unique_ptr<activation::journal>> open_journal(std::shared_ptr<shared_tables> in);
/// The same in tables that it has for itself. Errors: store; also for tables of a newer program.
[[nodiscard]] result<std::unique_ptr<activation::journal>> open_journal(runtime& rt, const tables_place& place);

}  // namespace rollover::store
