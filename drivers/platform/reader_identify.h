// <identify> of a platform file: the commands that tell who a device is.
#pragma once

#include "drivers/platform/xml_source.h"

namespace rollover::platform {

/// The <command> elements of <identify>, each with what is read from its output. Mistakes go to the source of `e`.
[[nodiscard]] std::vector<identify_command> read_identify(const element& e);

/// {value} stands for the group that is read, one word; authors are spared (?P&lt;value&gt;\S+) in XML.
[[nodiscard]] std::string with_value_group(std::string expression);

}  // namespace rollover::platform
