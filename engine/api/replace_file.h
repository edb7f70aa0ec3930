// A file of a person, changed by a program: nothing that he does meanwhile is lost.
#pragma once

#include "engine/base/error.h"

#include <filesystem>
#include <string>

namespace rollover::api {

/// Puts `text` into `file`, which must still hold `expected`. A symbolic link stays one, and what it leads to is
/// replaced; the mode stays. The whole new text is on disk, next to the old one, before that is gone; when it fails the
/// old one is untouched and nothing is left behind.
/// Errors: busy when the file holds something else by now; io, with the file.
[[nodiscard]] result<void> replace_file(const std::filesystem::path& file, const std::string& expected,
                                        const std::string& text);

}  // namespace rollover::api
