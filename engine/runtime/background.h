// Waiting for work that was handed to the background thread of a runtime.
#pragma once

#include "engine/runtime/runtime.h"

namespace rollover {

/// Hands `work` to `rt.background` and waits until it is done, and with it all that was handed over before.
/// False: `deadline` has passed; the work is done later all the same, so it must own all that it uses. Not cancellable.
[[nodiscard]] task<bool> done_in_background(runtime& rt, std::function<void()> work, time_point deadline);

}  // namespace rollover
