// The bytes of a file that is going to be read as XML.
#pragma once

#include "engine/base/diagnostic.h"

#include <filesystem>
#include <optional>
#include <string>

namespace rollover::model {

/// The file's bytes; a pipe will do. Nothing, and a mistake, when it cannot be read or has more than `largest_file`.
[[nodiscard]] std::optional<std::string> load(const std::filesystem::path& path, diagnostics& out);

}  // namespace rollover::model
