// What the tests of the model share.
#pragma once

#include "engine/base/diagnostic.h"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rollover::model::test {

/// The verdict of `xmllint --schema` for each of `files`.
std::map<std::filesystem::path, bool> xmllint(const std::filesystem::path& schema,
                                              const std::vector<std::filesystem::path>& files);

std::string contents_of(const std::filesystem::path& file);

/// "LINE:COLUMN: what; hint", one line each.
std::string lines_of(const diagnostics& mistakes);

/// The files of a folder that end in `extension`, sorted.
std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder, std::string_view extension);

}  // namespace rollover::model::test
