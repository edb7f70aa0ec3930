// How each family prints a configuration.
#pragma once

#include "simulators/device/scripted/definition.h"
#include "simulators/device/scripted/document.h"

namespace rollover::sim::scripted {

/// With '\n' line ends.
[[nodiscard]] std::string render(const document& all, const configuration_style& style);

/// A tree as the commands that make it.
[[nodiscard]] std::string render_as_set(const document& all, const configuration_style& style);

/// What `to` has and `from` has not, and the other way round, as a table of "+ " and "- ", or "[edit x]" for a tree.
[[nodiscard]] std::string render_changes(const document& from, const document& to, const configuration_style& style);

}  // namespace rollover::sim::scripted
