// <identify> of a platform file: the commands that tell who a device is.
#pragma once

#include "drivers/platform/xml_source.h"

namespace rollover::platform {

/// The <command> elements of <identify>, each with what is read from its output. Mistakes go to the source of `e`.
[[nodiscard]] std::vector<identify_command> read_identify(const element& e);

}  // namespace rollover::platform
