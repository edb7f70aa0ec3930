// The tables in SQLite, and how those of an older version become them.
#pragma once

#include "engine/store/sql.h"

#include <filesystem>

namespace rollover::store {

/// Makes the tables of `file` where there are none, and brings older ones up to date, all or nothing; of older ones a
/// copy is kept beside it, FILE.version-2.
/// Errors: store, also when the file is of a newer rollover; then nothing is touched.
[[nodiscard]] result<void> bring_sqlite_up_to_date(database& db, const std::filesystem::path& file);

}  // namespace rollover::store
