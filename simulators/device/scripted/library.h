// The device files that are built into the program.
#pragma once

#include <string_view>
#include <vector>

namespace rollover::sim::scripted {

struct built_in_file {
    std::string_view platform;
    std::string_view xml;
};

/// In the order of their names.
[[nodiscard]] const std::vector<built_in_file>& built_in_files();

}  // namespace rollover::sim::scripted
