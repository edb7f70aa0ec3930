// The tables in PostgreSQL.
#pragma once

#include "engine/store/sql.h"

namespace rollover::store {

/// Makes the tables where there are none, all or nothing; several may do that at once. Errors: store, also when they
/// are of a newer rollover.
[[nodiscard]] result<void> bring_postgres_up_to_date(database& db);

}  // namespace rollover::store
