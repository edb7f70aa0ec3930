#include "engine/store/sqlite_line_book.h"

#include "engine/store/sqlite.h"

#include <fmt/format.h>
#include <mutex>

namespace rollover::store {

using activation::line_entry;
using activation::line_visit;

namespace {

constexpr std::int64_t line_book_version = 1;

constexpr auto line_book_schema = R"sql(
CREATE TABLE line (
    lab        TEXT NOT NULL,
    line       TEXT NOT NULL,
    device     TEXT NOT NULL,
    learned    INTEGER NOT NULL,
    shortest   INTEGER NOT NULL,
    p50        INTEGER NOT NULL,
    p99        INTEGER NOT NULL,
    characters INTEGER NOT NULL,
    repairs    INTEGER NOT NULL,
    retries    INTEGER NOT NULL,
    reconnects INTEGER NOT NULL,
    visits     INTEGER NOT NULL,
    visited    INTEGER NOT NULL,
    PRIMARY KEY (lab, line)
) STRICT, WITHOUT ROWID;
PRAGMA user_version = 1;
)sql";

// A visit that typed nothing has no gaps: those of the last one that did stay.
constexpr auto add_visit = R"sql(
INSERT INTO line (lab, line, device, learned, shortest, p50, p99, characters, repairs, retries, reconnects, visits,
                  visited)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?12, 1, ?11)
ON CONFLICT DO UPDATE SET
    device = ?3, learned = ?4,
    shortest = iif(?8 > 0, ?5, shortest), p50 = iif(?8 > 0, ?6, p50), p99 = iif(?8 > 0, ?7, p99),
    characters = characters + ?8, repairs = repairs + ?9, retries = retries + ?10,
    reconnects = reconnects + ?12, visits = visits + 1, visited = ?11
)sql";

constexpr auto select_lines =
    "SELECT lab, line, device, learned, shortest, p50, p99, characters, repairs, retries, reconnects, visits, visited"
    " FROM line"
    " WHERE ?1 = '' OR (lab = ?1 AND line = ?2) ORDER BY lab, line";

line_entry entry_of(const statement& row) {
    line_entry entry;
    entry.last.lab = row.text(0);
    entry.last.line = row.text(1);
    entry.last.device = row.text(2);
    entry.last.learned = duration(row.number(3));
    entry.last.shortest = duration(row.number(4));
    entry.last.p50 = duration(row.number(5));
    entry.last.p99 = duration(row.number(6));
    entry.last.characters = static_cast<std::uint64_t>(row.number(7));
    entry.last.repairs = static_cast<std::uint64_t>(row.number(8));
    entry.last.retries = static_cast<std::uint64_t>(row.number(9));
    entry.last.reconnects = static_cast<std::uint64_t>(row.number(10));
    entry.visits = static_cast<std::uint64_t>(row.number(11));
    entry.when = wall_time(duration(row.number(12)));
    return entry;
}

result<void> prepare(database& db) {
    transaction all(db);
    auto done = all.begin();
    if (!done) {
        return done;
    }
    statement version(db, "PRAGMA user_version");
    const auto row = version.step();
    if (!row) {
        return row.error();
    }
    const auto found = version.number(0);
    if (found > line_book_version) {
        return failure(errc::store, fmt::format("the line book is of a newer rollover (version {}, this one knows {})",
                                                found, line_book_version));
    }
    if (found == 0) {
        done = db.execute(line_book_schema);
    }
    return done ? all.commit() : done;
}

/// The blocking side runs on a thread of the pool, one call at a time.
class sqlite_line_book final : public activation::line_book {
public:
    sqlite_line_book(runtime& rt, std::unique_ptr<database> db) : runtime_(rt), db_(std::move(db)) {}

    task<result<void>> add(line_visit what) override {
        result<void> out = failure();
        const auto now = runtime_.wall_now();
        std::function<void()> work = [this, &out, &what, now] { out = add_now(what, now); };
        co_await runtime_.offload(std::move(work));
        co_return out;
    }

    task<result<std::optional<line_entry>>> find(std::string lab, std::string line) override {
        result<std::vector<line_entry>> found = failure();
        std::function<void()> work = [this, &found, &lab, &line] { found = select(lab, line); };
        co_await runtime_.offload(std::move(work));
        if (!found) {
            co_return found.error();
        }
        co_return found->empty() ? std::optional<line_entry>() : std::optional(found->front());
    }

    task<result<std::vector<line_entry>>> list() override {
        result<std::vector<line_entry>> found = failure();
        std::function<void()> work = [this, &found] { found = select("", ""); };
        co_await runtime_.offload(std::move(work));
        co_return found;
    }

private:
    result<void> add_now(const line_visit& what, wall_time now) {
        const std::lock_guard lock(one_at_a_time_);
        statement add(*db_, add_visit);
        add.bind(1, what.lab).bind(2, what.line).bind(3, what.device).bind(4, what.learned.count());
        add.bind(5, what.shortest.count()).bind(6, what.p50.count()).bind(7, what.p99.count());
        add.bind(8, static_cast<std::int64_t>(what.characters)).bind(9, static_cast<std::int64_t>(what.repairs));
        add.bind(10, static_cast<std::int64_t>(what.retries)).bind(11, now.time_since_epoch().count());
        add.bind(12, static_cast<std::int64_t>(what.reconnects));
        return add.run();
    }

    result<std::vector<line_entry>> select(const std::string& lab, const std::string& line) {
        const std::lock_guard lock(one_at_a_time_);
        statement rows(*db_, select_lines);
        rows.bind(1, lab).bind(2, line);
        std::vector<line_entry> out;
        const auto done = rows.each([&] { out.push_back(entry_of(rows)); });
        if (!done) {
            return done.error();
        }
        return out;
    }

    runtime& runtime_;
    std::unique_ptr<database> db_;
    std::mutex one_at_a_time_;
};

}  // namespace

result<std::unique_ptr<activation::line_book>> open_line_book(runtime& rt, const std::filesystem::path& file) {
    auto db = open_sqlite(file);
    if (!db) {
        return db.error();
    }
    const auto ready = prepare(**db);
    if (!ready) {
        return ready.error();
    }
    std::unique_ptr<activation::line_book> book = std::make_unique<sqlite_line_book>(rt, std::move(*db));
    return book;
}

}  // namespace rollover::store
