// The line book in SQLite, under the state folder. Several processes may use one folder at the same time.
#pragma once

#include "engine/activation/line_book.h"

#include <filesystem>
#include <memory>

namespace rollover::store {

/// Opens (and makes) the book in `file`. Calls run on the runtime's pool, one after the other.
/// Errors: store; also for a file of another version.
[[nodiscard]] result<std::unique_ptr<activation::line_book>> open_line_book(runtime& rt,
                                                                            const std::filesystem::path& file);

}  // namespace rollover::store
