// rollover platform try: walks a real device through the states of a platform file.
#pragma once

#include "apps/commands.h"
#include "drivers/platform/description.h"

#include <functional>

namespace rollover::apps {

/// Reads a platform file; null when it has mistakes, which were printed.
using platform_file_reader = std::function<std::shared_ptr<const platform::description>(const std::string& file)>;

/// Adds `try` to `rollover platform`.
void add_platform_try_command(CLI::App& platform, common_options& common, platform_file_reader read);

}  // namespace rollover::apps
