// A configuration as a tree: lines, and what is indented below them.
#pragma once

#include "drivers/platform/patterns.h"
#include "drivers/platform/session.h"

#include <string>
#include <vector>

namespace rollover::platform {

struct configuration_node {
    std::string text;  ///< without indentation
    std::vector<configuration_node> below;
    std::string end;  ///< the line that ends the block, as read; empty: none
};

/// At most 16 levels deep; what is indented deeper stays at the last one. Pure.
[[nodiscard]] std::vector<configuration_node> read_tree(const patterns& match, const configuration& lines);

}  // namespace rollover::platform
