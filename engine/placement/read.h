// A placement read back from what `to_json` has written, perhaps long ago and edited since.
#pragma once

#include "engine/placement/placement.h"

#include <string_view>

namespace rollover::placement {

/// The placement in `text`, by the names that this lab and this topology have now. Whether it is still right is for
/// `verify`. Errors: bad_input with the place in the text ("links[2].ends[0]") for what is not JSON, not such an
/// object, of another lab or topology, or leaves a node or link out; not_found for names that the lab does not have.
[[nodiscard]] result<placement> read_placement(const model::lab& lab, const model::topology& topology,
                                               std::string_view text);

}  // namespace rollover::placement
