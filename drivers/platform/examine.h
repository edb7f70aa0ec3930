// What can be found wrong with a platform file beyond its form: `rollover platform check`. Pure.
#pragma once

#include "drivers/platform/recognition.h"

namespace rollover::platform {

/// Everything that reachability.h, recognition.h and doubts.h find, in the order of the file. `d` is one that was read:
/// the reader has refused a file with broken ways already.
[[nodiscard]] findings examine(const description& d);

}  // namespace rollover::platform
