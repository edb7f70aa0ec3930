// Where the shipped platform files are: beside an installed library, or in the source tree of a build.
#pragma once

#include <filesystem>
#include <vector>

namespace rollover::api {

/// $ROLLOVER_PLATFORMS when set; else PREFIX/share/rollover/platforms of the installed library; else the source tree.
[[nodiscard]] std::filesystem::path shipped_platforms();

/// Where the shipped converter models are: PREFIX/share/rollover/converters, or the source tree.
[[nodiscard]] std::filesystem::path shipped_converters();

/// Where the shipped templates of switch configurations are: PREFIX/share/rollover/switches, or the source tree.
[[nodiscard]] std::filesystem::path shipped_switches();

}  // namespace rollover::api
