// <recover> of a platform file.
#pragma once

#include "drivers/platform/xml_source.h"

namespace rollover::platform {

[[nodiscard]] recovery read_recover(const element& e);

}  // namespace rollover::platform
