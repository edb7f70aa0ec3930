// SQL as the store speaks it: the same statements for SQLite and PostgreSQL, with owners, errors as values. Portable
// are placeholders "?" and "?1" for texts and 64-bit numbers, ON CONFLICT, RETURNING; types and triggers are in the
// schemas.
#pragma once

#include "engine/base/error.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace rollover::store {

/// One statement that a driver has prepared; see `statement`.
class prepared_statement {
public:
    virtual ~prepared_statement() = default;
    virtual void bind(int position, std::string_view text) = 0;
    virtual void bind(int position, std::int64_t number) = 0;
    [[nodiscard]] virtual result<bool> step() = 0;
    [[nodiscard]] virtual result<void> run_later() = 0;
    [[nodiscard]] virtual std::string text(int column) const = 0;
    [[nodiscard]] virtual std::int64_t number(int column) const = 0;
};

/// How the changes of a transaction come about.
enum class changes {
    decided,   ///< from what it has read: no other transaction of this kind is under way until it ends
    appended,  ///< whatever else there is
};

/// One connection. Not for use by two threads at a time. A connection that was lost is made again by the next statement
/// outside a transaction.
class database {
public:
    virtual ~database() = default;
    database() = default;
    database(const database&) = delete;
    database& operator=(const database&) = delete;

    /// One statement or several, without values. Errors: store; busy when a rule of the schema refused a booking.
    [[nodiscard]] virtual result<void> execute(const std::string& sql) = 0;
    /// One statement of a transaction, at the latest before whatever is run next; see `statement::run_later`.
    [[nodiscard]] virtual result<void> execute_later(const std::string& sql) { return execute(sql); }
    /// What is wrong with it shows at its first step.
    [[nodiscard]] virtual std::unique_ptr<prepared_statement> prepare(std::string_view sql) = 0;

    [[nodiscard]] virtual result<void> begin(changes how) = 0;
    /// Durable when it has succeeded. An error of the connection means that nothing was changed.
    [[nodiscard]] virtual result<void> commit() = 0;
    virtual void roll_back() noexcept = 0;
    /// To the savepoint of that name, which is gone then; also what was to be run later since is taken back. Errors:
    /// store, then the whole transaction is lost.
    [[nodiscard]] virtual result<void> go_back_to(const std::string& savepoint) {
        return execute("ROLLBACK TO SAVEPOINT " + savepoint + "; RELEASE SAVEPOINT " + savepoint);
    }
    /// False also when the database has ended it by itself: a full disk, a lost connection.
    [[nodiscard]] virtual bool in_transaction() const = 0;
};

/// Run row by row. Values are bound from 1, columns read from 0; a missing value reads as "" and 0.
class statement {
public:
    statement(database& in, std::string_view sql) : prepared_(in.prepare(sql)) {}

    statement& bind(int position, std::string_view text) {
        prepared_->bind(position, text);
        return *this;
    }
    statement& bind(int position, std::int64_t number) {
        prepared_->bind(position, number);
        return *this;
    }

    /// True: a row stands ready; false: no more rows. Errors: as database::execute.
    [[nodiscard]] result<bool> step() { return prepared_->step(); }
    /// Runs to the end; for statements without rows.
    [[nodiscard]] result<void> run();
    /// Runs within a transaction, at the latest before whatever is run next there. A database that is asked over a
    /// connection is told both at once, and an error comes back from that. For statements without rows whose error
    /// nobody has to tell from others; the statement may go before it has run.
    [[nodiscard]] result<void> run_later() { return prepared_->run_later(); }
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

    [[nodiscard]] std::string text(int column) const { return prepared_->text(column); }
    [[nodiscard]] std::int64_t number(int column) const { return prepared_->number(column); }

private:
    std::unique_ptr<prepared_statement> prepared_;
};

/// Rolls back unless `commit` was called.
class transaction {
public:
    explicit transaction(database& in) : database_(in) {}
    ~transaction();
    transaction(const transaction&) = delete;
    transaction& operator=(const transaction&) = delete;
    [[nodiscard]] result<void> begin(changes how = changes::decided);
    [[nodiscard]] result<void> commit();

private:
    database& database_;
    bool open_ = false;
};

/// A point of a transaction to go back to: after a refusal PostgreSQL answers nothing before that.
class savepoint {
public:
    explicit savepoint(database& in) : database_(in) {}
    [[nodiscard]] result<void> set() { return database_.execute_later("SAVEPOINT here"); }
    [[nodiscard]] result<void> go_back() { return database_.go_back_to("here"); }

private:
    database& database_;
};

}  // namespace rollover::store
