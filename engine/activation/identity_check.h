// Whether the device behind a console is the one that the lab file means: a console that is cabled to the wrong device
// is found before a character of a configuration is typed, and before anything is erased. Pure.
#pragma once

#include "drivers/platform/identity.h"
#include "engine/base/error.h"
#include "engine/model/lab.h"

#include <optional>
#include <string>
#include <vector>

namespace rollover::activation {

/// What the lab file pins of `device` (serial-number, model), in that order, as far as its platform can read it.
[[nodiscard]] std::vector<platform::identity_part> readable_pins(const model::device& device,
                                                                 const platform::description& how);

/// What the lab file pins and the platform cannot read: nobody compares it.
[[nodiscard]] std::vector<platform::identity_part> unreadable_pins(const model::device& device,
                                                                   const platform::description& how);

/// Why what was `found` is not `device`: device_differs, naming both, the line, and the device of the lab that has the
/// found serial number. Nothing when all `pins` hold. A pinned serial number that the device does not say is a failure
/// (it cannot be told from another one); a model that it does not say is none.
[[nodiscard]] std::optional<failure> another_device(const model::lab& lab, const model::device& device,
                                                    const std::vector<platform::identity_part>& pins,
                                                    const platform::identity& found);

}  // namespace rollover::activation
