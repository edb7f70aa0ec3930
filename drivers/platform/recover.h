// A device whose password nobody knows any more: its boot loader is caught while it starts.
#pragma once

#include "drivers/platform/steps.h"

namespace rollover::platform {

/// Waits for the device to start anew, for `wait` at most, stops its boot loader, carries out the steps of <recover>,
/// and brings it home (session::recover). The context must outlive it.
[[nodiscard]] machine_ptr make_recover(dialogue_context& c, duration wait);

}  // namespace rollover::platform
