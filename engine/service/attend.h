// One reservation attended to by a process of its own, where no service does: what jobs of at(1) run.
#pragma once

#include "engine/api/engine.h"

#include <functional>
#include <string>

namespace rollover::service {

struct attend_options {
    engine_options engine;
    std::string id;            ///< "r17"
    bool until_ready = false;  ///< it ends when the reservation was handed over; else when it is over
    bool json_log = false;
    std::function<void(const std::string&)> log;  ///< one line at a time
};

/// Attends to a reservation that was handed to others than the service (reservation::via): waits for its time, and does
/// what the service would do. One that the service attends to, or that is over, is left alone: that is done.
/// SIGTERM and SIGINT leave it as it stands, to the journal.
[[nodiscard]] text_report attend(const attend_options& options);

}  // namespace rollover::service
