#include "engine/store/sqlite.h"

#include <map>
#include <sqlite3.h>

namespace rollover::store {

namespace {

failure error_of(sqlite3* handle, const std::filesystem::path& file, std::string_view while_doing) {
    const char* words = handle == nullptr ? "out of memory" : sqlite3_errmsg(handle);
    const bool refused = handle != nullptr && sqlite3_extended_errcode(handle) == SQLITE_CONSTRAINT_TRIGGER;
    return failure(refused ? errc::busy : errc::store, std::string(while_doing) + ": " + words)
        .at("the state database " + file.string());
}

/// Statements that nobody uses now, by their text: to prepare one takes longer than most take to run.
using idle_statements = std::multimap<std::string, sqlite3_stmt*, std::less<>>;
constexpr std::size_t most_idle = 200;

class sqlite_statement final : public prepared_statement {
public:
    sqlite_statement(sqlite3* db, const std::filesystem::path& file, std::string_view sql, idle_statements& idle)
        : db_(db), file_(file), idle_(idle) {
        if (const auto kept = idle.find(sql); kept != idle.end()) {
            place_ = idle.extract(kept);
            handle_ = place_.mapped();
            return;
        }
        // A failure to prepare shows at the first step: the handle stays null.
        if (sqlite3_prepare_v2(db, sql.data(), static_cast<int>(sql.size()), &handle_, nullptr) == SQLITE_OK &&
            idle.size() < most_idle) {
            idle_statements one;
            place_ = one.extract(one.emplace(sql, handle_));
        }
    }
    ~sqlite_statement() override {
        if (place_.empty()) {
            sqlite3_finalize(handle_);
            return;
        }
        sqlite3_reset(handle_);
        sqlite3_clear_bindings(handle_);
        idle_.insert(std::move(place_));
    }
    sqlite_statement(const sqlite_statement&) = delete;
    sqlite_statement& operator=(const sqlite_statement&) = delete;

    void bind(int position, std::string_view text) override {
        sqlite3_bind_text(handle_, position, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
    }
    void bind(int position, std::int64_t number) override { sqlite3_bind_int64(handle_, position, number); }

    result<bool> step() override {
        if (handle_ == nullptr) {
            return error_of(db_, file_, "preparing a statement");
        }
        switch (sqlite3_step(handle_)) {
            case SQLITE_ROW: return true;
            case SQLITE_DONE: return false;
            default: return error_of(db_, file_, "running a statement");
        }
    }
    result<void> run_later() override {
        for (;;) {
            const auto more = step();
            if (!more || !*more) {
                return more ? result<void>() : more.error();
            }
        }
    }
    std::string text(int column) const override {
        const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
        const auto count = static_cast<std::size_t>(sqlite3_column_bytes(handle_, column));
        return bytes == nullptr ? std::string() : std::string(bytes, count);
    }
    std::int64_t number(int column) const override { return sqlite3_column_int64(handle_, column); }

private:
    sqlite3* db_;
    const std::filesystem::path& file_;
    idle_statements& idle_;
    idle_statements::node_type place_;  ///< among the idle ones, afterwards; empty: it is not kept
    sqlite3_stmt* handle_ = nullptr;
};

class sqlite_database final : public database {
public:
    sqlite_database(std::filesystem::path file, sqlite3* handle) : file_(std::move(file)), handle_(handle) {}
    ~sqlite_database() override {
        for (const auto& [sql, idle] : idle_) {
            sqlite3_finalize(idle);
        }
        sqlite3_close(handle_);
    }
    sqlite_database(const sqlite_database&) = delete;
    sqlite_database& operator=(const sqlite_database&) = delete;

    result<void> execute(const std::string& sql) override {
        if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
            return error_of(handle_, file_, "running a statement");
        }
        return {};
    }
    std::unique_ptr<prepared_statement> prepare(std::string_view sql) override {
        return std::make_unique<sqlite_statement>(handle_, file_, sql, idle_);
    }
    // SQLite has one writer at a time anyway: IMMEDIATE makes it one from the first read on.
    result<void> begin(changes /*how*/) override { return execute("BEGIN IMMEDIATE"); }
    result<void> commit() override { return execute("COMMIT"); }
    void roll_back() noexcept override {
        // Nothing to do about a failure: the next BEGIN will tell.
        sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
    }
    [[nodiscard]] bool in_transaction() const override { return sqlite3_get_autocommit(handle_) == 0; }

private:
    std::filesystem::path file_;
    sqlite3* handle_;
    idle_statements idle_;
};

}  // namespace

result<std::unique_ptr<database>> open_sqlite(const std::filesystem::path& file) {
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(file.c_str(), &handle,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    auto opened = std::make_unique<sqlite_database>(file, handle);
    if (code != SQLITE_OK) {
        return error_of(handle, file, "opening it")
            .advise("may this user write there? another place is given with --state");
    }
    sqlite3_busy_timeout(handle, 10'000);
    auto prepared = opened->execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;");
    if (!prepared) {
        return prepared.error();
    }
    return std::unique_ptr<database>(std::move(opened));
}

}  // namespace rollover::store
