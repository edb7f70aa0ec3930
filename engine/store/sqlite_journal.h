// The journal in SQLite, under the state folder. Several processes may use one folder at the same time.
#pragma once

#include "engine/activation/journal.h"
#include "engine/runtime/runtime.h"

#include <filesystem>
#include <memory>

namespace rollover::store {

/// Opens (and makes, or brings up to date) the journal in `file`. Calls run on the runtime's pool, one after the other.
/// Errors: store; also for a file of a newer program.
[[nodiscard]] result<std::unique_ptr<activation::journal>> open_journal(runtime& rt, const std::filesystem::path& file);

}  // namespace rollover::store
