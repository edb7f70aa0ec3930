// What a platform file says without effect or probably should not say, or leaves out and will be missed. Pure.
#pragma once

#include "drivers/platform/description.h"

namespace rollover::platform {

/// Each with its place in the file, in the order of the file; what concerns all of it comes first, with no line.
[[nodiscard]] diagnostics doubts_about(const description& d);

}  // namespace rollover::platform
