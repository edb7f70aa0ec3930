#include "engine/store/postgres.h"

#include "engine/store/bytes_as_text.h"
#include "engine/store/postgres_connection.h"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <utility>
#include <vector>

namespace rollover::store {

namespace {

// Types of values (pg_type.dat).
constexpr Oid bigint_type = 20;
constexpr Oid text_type = 25;

/// All transactions that decide from what they have read hold this lock until they end.
constexpr auto lock_of_deciders = "pg_advisory_xact_lock(7655)";

/// "?" and "?1" as PostgreSQL's "$1": a bare one is one more than the highest before it, as SQLite counts.
std::string with_dollars(std::string_view sql) {
    std::string out;
    unsigned highest = 0;
    bool quoted = false;
    for (std::size_t at = 0; at < sql.size(); ++at) {
        quoted ^= sql[at] == '\'';
        if (sql[at] != '?' || quoted) {
            out += sql[at];
            continue;
        }
        unsigned number = 0;
        while (at + 1 < sql.size() && sql[at + 1] >= '0' && sql[at + 1] <= '9') {
            number = 10 * number + static_cast<unsigned>(sql[++at] - '0');
        }
        number = number == 0 ? highest + 1 : number;
        highest = std::max(highest, number);
        out += "$" + std::to_string(number);
    }
    return out;
}

class postgres_database final : public database {
public:
    postgres_database(const std::string& url, std::shared_ptr<const std::atomic<std::int64_t>> server)
        : connection_(url), server_(std::move(server)) {}

    result<void> connect() { return connection_.be_connected(); }

    result<void> execute(const std::string& sql) override {
        const auto ready = be_ready();
        if (!ready) {
            return ready.error();
        }
        const auto done = connection_.ask(sql);
        if (!done) {
            return done.error();
        }
        return {};
    }
    result<void> execute_later(const std::string& sql) override {
        return tell_later(
            [sql](PGconn* on) { return PQsendQueryParams(on, sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0); });
    }
    std::unique_ptr<prepared_statement> prepare(std::string_view sql) override;

    result<void> begin(changes how) override {
        const auto ready = be_ready();
        if (!ready) {
            return ready.error();
        }
        open_ = true;
        const auto begun = connection_.ask(
            fmt::format("BEGIN; SELECT {}, set_config('rollover.server', '{}', true), pg_current_xact_id()",
                        how == changes::decided ? lock_of_deciders : "0", server_->load()));
        if (!begun) {
            roll_back();
            return begun.error();
        }
        number_ = PQgetvalue(begun->get(), 0, 2);
        return {};
    }
    result<void> commit() override {
        auto done = connection_.ask("COMMIT");
        if (!done && connection_.is_lost()) {
            return what_became_of_it(done.error());
        }
        // What was to run before it, and failed, has kept it from running.
        open_ = PQtransactionStatus(connection_.handle()) != PQTRANS_IDLE;
        if (!done) {
            return done.error();
        }
        // PostgreSQL answers COMMIT of a failed transaction with success, and "ROLLBACK".
        if (std::string_view(PQcmdStatus(done->get())) != "COMMIT") {
            return connection_.error("a statement of the transaction had failed");
        }
        return {};
    }
    void roll_back() noexcept override {
        const bool was_open = std::exchange(open_, false);
        connection_.forget_untold();
        if (was_open && !connection_.is_lost()) {
            const auto done = connection_.ask("ROLLBACK");
            if (!done) {
                connection_.close();
            }
        }
    }

    result<void> go_back_to(const std::string& savepoint) override {
        if (connection_.has_untold()) {
            const auto told = connection_.ask("SELECT 1");  // the savepoint may be among it; errors are taken back
            static_cast<void>(told.has_value());
        }
        return database::go_back_to(savepoint);
    }

    [[nodiscard]] bool in_transaction() const override {
        // Also after a statement that has failed: until what it was a part of is taken back.
        const auto status = PQtransactionStatus(connection_.handle());
        return open_ && !connection_.is_lost() && (status == PQTRANS_INTRANS || status == PQTRANS_INERROR);
    }

    result<void> tell_later(postgres_connection::sender send) {
        if (!open_) {
            return failure(errc::internal, "a statement is to be run later, but there is no transaction");
        }
        const auto ready = be_ready();
        if (ready) {
            connection_.tell_later(std::move(send));
        }
        return ready;
    }
    /// Connected; inside a transaction a connection that was lost stays lost, as the transaction is.
    result<void> be_ready() {
        if (!open_) {
            return connection_.be_connected();
        }
        if (connection_.is_lost()) {
            return connection_.error("the connection was lost in the middle of a transaction");
        }
        return {};
    }
    postgres_connection& connection() { return connection_; }

private:
    /// The connection broke in COMMIT: the database knows whether it was done.
    result<void> what_became_of_it(failure lost) {
        constexpr int tries = 5;
        open_ = false;
        for (int n = 0; n < tries; ++n) {
            if (!connection_.be_connected()) {
                continue;
            }
            const auto told = connection_.ask("SELECT coalesce(pg_xact_status('" + number_ + "'), 'aborted')");
            const std::string status = told ? PQgetvalue(told->get(), 0, 0) : "";
            if (status == "committed") {
                return {};
            }
            if (status == "aborted") {
                return lost;
            }
            // The server has not noticed yet that the old connection is gone. It waits, by its own clock.
            const auto waited = connection_.ask("SELECT pg_sleep(0.2)");
            static_cast<void>(waited.has_value());  // the next question tells what is wrong
        }
        return failure(std::move(lost)).advise("whether the last change was made is not known: look at it again");
    }

    postgres_connection connection_;
    std::shared_ptr<const std::atomic<std::int64_t>> server_;
    std::string number_;  ///< of the open transaction
    bool open_ = false;
};

class postgres_statement final : public prepared_statement {
public:
    postgres_statement(postgres_database& in, std::string_view sql) : in_(in), sql_(sql) {}

    void bind(int position, std::string_view text) override { value(position) = {text_of_bytes(text), text_type}; }
    void bind(int position, std::int64_t number) override { value(position) = {std::to_string(number), bigint_type}; }

    result<bool> step() override {
        if (!rows_) {
            const auto name = prepared();
            if (!name) {
                return name.error();
            }
            auto answered = in_.connection().ask([&](PGconn* on) { return send(on, *name, values_); });
            if (!answered) {
                return answered.error();
            }
            rows_ = std::move(*answered);
        }
        return ++row_ < PQntuples(rows_.get());
    }
    result<void> run_later() override {
        auto name = prepared();
        if (!name) {
            return name.error();
        }
        return in_.tell_later(
            [name = std::move(*name), values = std::move(values_)](PGconn* on) { return send(on, name, values); });
    }
    std::string text(int column) const override {
        const auto length = static_cast<std::size_t>(PQgetlength(rows_.get(), row_, column));
        return bytes_of_text({PQgetvalue(rows_.get(), row_, column), length});
    }
    std::int64_t number(int column) const override {
        return std::strtoll(PQgetvalue(rows_.get(), row_, column), nullptr, 10);
    }

private:
    struct bound {
        std::string text;
        Oid type = text_type;
    };
    bound& value(int position) {
        values_.resize(std::max(values_.size(), static_cast<std::size_t>(position)));
        return values_[static_cast<std::size_t>(position) - 1];
    }

    /// Its name on this connection.
    result<std::string> prepared() {
        const auto ready = in_.be_ready();
        if (!ready) {
            return ready.error();
        }
        auto& connection = in_.connection();
        if (connection.name_of(sql_).empty()) {
            const std::string wanted = connection.new_name();
            const std::string sql = with_dollars(sql_);
            std::vector<Oid> types;
            for (const auto& one : values_) {
                types.push_back(one.type);
            }
            const auto done = connection.ask([&](PGconn* on) {
                return PQsendPrepare(on, wanted.c_str(), sql.c_str(), static_cast<int>(types.size()), types.data());
            });
            if (!done) {
                return done.error();
            }
            connection.name_of(sql_) = wanted;
        }
        return connection.name_of(sql_);
    }
    static int send(PGconn* on, const std::string& name, const std::vector<bound>& values) {
        std::vector<const char*> pointers;
        for (const auto& one : values) {
            pointers.push_back(one.text.c_str());
        }
        return PQsendQueryPrepared(on, name.c_str(), static_cast<int>(pointers.size()), pointers.data(), nullptr,
                                   nullptr, 0);
    }

    postgres_database& in_;
    std::string sql_;
    std::vector<bound> values_;
    owned_result rows_;
    int row_ = -1;
};

std::unique_ptr<prepared_statement> postgres_database::prepare(std::string_view sql) {
    return std::make_unique<postgres_statement>(*this, sql);
}

}  // namespace

result<std::unique_ptr<database>> open_postgres(const std::string& url,
                                                std::shared_ptr<const std::atomic<std::int64_t>> server) {
    auto opened = std::make_unique<postgres_database>(url, std::move(server));
    const auto connected = opened->connect();
    if (!connected) {
        return connected.error();
    }
    return std::unique_ptr<database>(std::move(opened));
}

bool is_postgres_url(const std::string& text) {
    return text.starts_with("postgresql://") || text.starts_with("postgres://");
}

}  // namespace rollover::store
