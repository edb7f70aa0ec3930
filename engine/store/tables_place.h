// Where the tables of the state are: the calendar, the journal, the users.
#pragma once

#include "engine/store/sql.h"

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

namespace rollover::store {

struct tables_place {
    /// NOLINTNEXTLINE(google-explicit-constructor): a file is such a place.
    tables_place(std::filesystem::path in, std::string at = {}) : file(std::move(in)), url(std::move(at)) {}

    std::filesystem::path file;  ///< SQLite's
    std::string url;             ///< of PostgreSQL; empty: the file
    /// The number of this service in the roster there, 0: none; all connections of a process share it.
    std::shared_ptr<std::atomic<std::int64_t>> server = std::make_shared<std::atomic<std::int64_t>>(0);
};

/// Opens the tables there, makes them where there are none, and brings older ones up to date. Errors: store; also when
/// they are of a newer program.
[[nodiscard]] result<std::unique_ptr<database>> open_tables(const tables_place& place);

}  // namespace rollover::store
