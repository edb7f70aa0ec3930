// Asking the devices of a lab who they are, over their consoles, all at once. Configures nothing.
#pragma once

#include "drivers/platform/identity.h"
#include "engine/activation/environment.h"
#include "engine/model/lab.h"

#include <vector>

namespace rollover::activation {

/// What one device said, or why it did not.
struct identified {
    model::device_index device{};
    result<platform::identity> found;
};

/// Opens the line of each device, brings it home, asks, and hands it over again. In the order of `devices`. Pins of the
/// lab file are not compared. `lab` and `env` outlive the task; each device has until `deadline`.
[[nodiscard]] task<std::vector<identified>> identify_devices(environment& env, const model::lab& lab,
                                                             std::vector<model::device_index> devices,
                                                             stop_switch& stop, time_point deadline);

}  // namespace rollover::activation
