// The tables of the journal, and how those of an older version become them.
#pragma once

#include "engine/store/sqlite.h"

namespace rollover::store {

/// Makes the tables where there are none, and brings older ones up to date, all or nothing.
/// Errors: store, also when the file is of a newer rollover; then nothing is touched.
[[nodiscard]] result<void> bring_up_to_date(database& db);

}  // namespace rollover::store
