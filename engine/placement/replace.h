// One node gets another device, all others stay as they are: what a failed device costs is that node alone.
#pragma once

#include "engine/placement/placement.h"

namespace rollover::placement {

/// `made`, a correct answer to `r`, with another device for `node`. The other nodes keep their devices and all their
/// interfaces, the links between them what carries them; so of the other devices nothing has to be typed again. Devices
/// and segments of `made` count as available whatever `r` says, but for the old device of `node`.
/// Errors: those of `find`; `impossible` says what stands against it.
[[nodiscard]] result<placement> replace(const request& r, const placement& made, model::node_index node);

}  // namespace rollover::placement
