// SQLite: one file, embedded.
#pragma once

#include "engine/store/sql.h"

#include <filesystem>
#include <memory>

namespace rollover::store {

/// Opens or makes the file: write-ahead log, fully synchronous (a commit survives a power cut), waits up to 10 s for
/// other processes. Errors of it and of what is done in it: store with the path.
[[nodiscard]] result<std::unique_ptr<database>> open_sqlite(const std::filesystem::path& file);

}  // namespace rollover::store
