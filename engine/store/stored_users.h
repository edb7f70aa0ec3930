// Users and their tokens in the tables of the state: changes stand in the same audit trail as reservations.
#pragma once

#include "engine/access/user.h"
#include "engine/runtime/runtime.h"
#include "engine/store/tables_place.h"

#include <memory>

namespace rollover::store {

/// Opens or makes the tables. Every statement runs on the runtime's pool. Errors: store. `rt` must outlive it.
[[nodiscard]] result<std::unique_ptr<access::users>> open_users(runtime& rt, const tables_place& place);

}  // namespace rollover::store
