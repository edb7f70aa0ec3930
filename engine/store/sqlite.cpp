#include "engine/store/sqlite.h"

#include <sqlite3.h>

namespace rollover::store {

statement::statement(database& in, std::string_view sql) : database_(in) {
    // A failure to prepare shows at the first step: the handle stays null.
    sqlite3_prepare_v2(in.handle_, sql.data(), static_cast<int>(sql.size()), &handle_, nullptr);
}

statement::~statement() {
    sqlite3_finalize(handle_);
}

statement& statement::bind(int position, std::string_view text) {
    sqlite3_bind_text(handle_, position, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
    return *this;
}

statement& statement::bind(int position, std::int64_t number) {
    sqlite3_bind_int64(handle_, position, number);
    return *this;
}

result<bool> statement::step() {
    if (handle_ == nullptr) {
        return database_.error("preparing a statement");
    }
    switch (sqlite3_step(handle_)) {
        case SQLITE_ROW: return true;
        case SQLITE_DONE: return false;
        default: return database_.error("running a statement");
    }
}

result<void> statement::run() {
    return each([] {});
}

std::string statement::text(int column) const {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
    const auto count = static_cast<std::size_t>(sqlite3_column_bytes(handle_, column));
    return bytes == nullptr ? std::string() : std::string(bytes, count);
}

std::int64_t statement::number(int column) const {
    return sqlite3_column_int64(handle_, column);
}

result<std::unique_ptr<database>> database::open(const std::filesystem::path& file) {
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(file.c_str(), &handle,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    std::unique_ptr<database> opened(new database(file, handle));
    if (code != SQLITE_OK) {
        return opened->error("opening it").advise("may this user write there? another place is given with --state");
    }
    sqlite3_busy_timeout(handle, 10'000);
    auto prepared = opened->execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;");
    if (!prepared) {
        return prepared.error();
    }
    return opened;
}

database::~database() {
    sqlite3_close(handle_);
}

result<void> database::execute(const std::string& sql) {
    if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
        return error("running a statement");
    }
    return {};
}

failure database::error(std::string_view while_doing) const {
    const char* words = handle_ == nullptr ? "out of memory" : sqlite3_errmsg(handle_);
    const bool refused = handle_ != nullptr && sqlite3_extended_errcode(handle_) == SQLITE_CONSTRAINT_TRIGGER;
    return failure(refused ? errc::busy : errc::store, std::string(while_doing) + ": " + words)
        .at("the state database " + file_.string());
}

result<void> transaction::begin() {
    auto begun = database_.execute("BEGIN IMMEDIATE");
    open_ = begun.has_value();
    return begun;
}

result<void> transaction::commit() {
    auto done = database_.execute("COMMIT");
    open_ = !done.has_value();
    return done;
}

transaction::~transaction() {
    if (open_) {
        // Nothing to do about a failure: the next BEGIN will tell.
        [[maybe_unused]] const auto ignored = database_.execute("ROLLBACK");
    }
}

}  // namespace rollover::store
