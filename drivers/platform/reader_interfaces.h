// <interfaces> of a platform file: the commands that tell of the data ports, and the lines that bring one up.
#pragma once

#include "drivers/platform/xml_source.h"

namespace rollover::platform {

/// Mistakes go to the source of `e`.
[[nodiscard]] interface_questions read_interfaces(const element& e);

}  // namespace rollover::platform
