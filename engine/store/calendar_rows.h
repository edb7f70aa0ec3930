// What the statements that read the calendar and those that change it share.
#pragma once

#include "engine/scheduler/window.h"
#include "engine/store/ids.h"

#include <cstdint>
#include <string>

namespace rollover::store {

[[nodiscard]] inline std::int64_t seconds_of(scheduler::instant t) {
    return t.time_since_epoch().count();
}

/// 0 for what is no id of a reservation: no row has it.
[[nodiscard]] inline std::int64_t row_of(const std::string& id) {
    return number_of('r', id).value_or(0);
}

}  // namespace rollover::store
