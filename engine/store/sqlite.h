// SQLite with owners: a database and its statements close themselves, errors are values with the database's own words.
#pragma once

#include "engine/base/error.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace rollover::store {

class database;

/// One prepared statement, run row by row. Values are bound from 1, columns read from 0.
class statement {
public:
    statement(database& in, std::string_view sql);
    ~statement();
    statement(const statement&) = delete;
    statement& operator=(const statement&) = delete;

    statement& bind(int position, std::string_view text);
    statement& bind(int position, std::int64_t number);

    /// True: a row stands ready; false: no more rows.
    [[nodiscard]] result<bool> step();
    /// Runs to the end; for statements without rows.
    [[nodiscard]] result<void> run();
    /// Runs to the end, and calls `use` for each row that stands ready. Errors: of `step`; then some rows were used.
    template <class Use>
    [[nodiscard]] result<void> each(Use use) {
        for (;;) {
            const auto more = step();
            if (!more) {
                return more.error();
            }
            if (!*more) {
                return {};
            }
            use();
        }
    }

    [[nodiscard]] std::string text(int column) const;
    [[nodiscard]] std::int64_t number(int column) const;

private:
    database& database_;
    sqlite3_stmt* handle_ = nullptr;
};

/// One connection. Not for use by two threads at a time.
class database {
public:
    /// Opens or makes the file: write-ahead log, fully synchronous (a commit survives a power cut), waits up to 10 s
    /// for other processes. Errors: store with the path.
    [[nodiscard]] static result<std::unique_ptr<database>> open(const std::filesystem::path& file);
    ~database();
    database(const database&) = delete;
    database& operator=(const database&) = delete;

    [[nodiscard]] result<void> execute(const std::string& sql);

    [[nodiscard]] const std::filesystem::path& file() const { return file_; }

    /// A failure with what the database says now; busy instead of store when a trigger of ours has said no.
    [[nodiscard]] failure error(std::string_view while_doing) const;

private:
    friend class statement;
    database(std::filesystem::path file, sqlite3* handle) : file_(std::move(file)), handle_(handle) {}
    std::filesystem::path file_;
    sqlite3* handle_;
};

/// BEGIN IMMEDIATE at the start; rolls back unless `commit` was called.
class transaction {
public:
    explicit transaction(database& in) : database_(in) {}
    ~transaction();
    transaction(const transaction&) = delete;
    transaction& operator=(const transaction&) = delete;
    [[nodiscard]] result<void> begin();
    [[nodiscard]] result<void> commit();

private:
    database& database_;
    bool open_ = false;
};

}  // namespace rollover::store
