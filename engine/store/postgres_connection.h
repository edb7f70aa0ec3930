// What the PostgreSQL driver's parts share: one connection, which can be lost, and a query on it.
#pragma once

#include "engine/base/error.h"

#include <chrono>
#include <functional>
#include <libpq-fe.h>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rollover::store {

struct result_deleter {
    void operator()(PGresult* r) const { PQclear(r); }
};
using owned_result = std::unique_ptr<PGresult, result_deleter>;

class postgres_connection {
public:
    explicit postgres_connection(std::string url) : url_(std::move(url)) {}
    ~postgres_connection() { close(); }
    postgres_connection(const postgres_connection&) = delete;
    postgres_connection& operator=(const postgres_connection&) = delete;

    /// Connects when there is no connection, or a lost one. Errors: store.
    [[nodiscard]] result<void> be_connected();
    [[nodiscard]] bool is_lost() const { return handle_ == nullptr || PQstatus(handle_) != CONNECTION_OK; }
    /// Sends one message; 1 when libpq has taken it.
    using sender = std::function<int(PGconn*)>;
    /// What `send` sends; the last result of it. Errors: store; busy for an exclusion constraint's no. Without an
    /// answer in time the connection is closed: nobody knows what it would say next.
    [[nodiscard]] result<owned_result> ask(const sender& send);
    [[nodiscard]] result<owned_result> ask(const std::string& sql);
    /// Kept, and sent in front of what is asked next, without waiting in between (libpq's pipeline mode); when it
    /// fails, what comes behind it is not run, and its error is the answer. One statement, of an open transaction.
    void tell_later(sender send) { untold_.push_back(std::move(send)); }
    [[nodiscard]] bool has_untold() const { return !untold_.empty(); }
    /// It will not be sent.
    void forget_untold() { untold_.clear(); }
    void close();

    [[nodiscard]] PGconn* handle() const { return handle_; }
    /// The name under which a statement is prepared on this connection; empty: it is not yet.
    [[nodiscard]] std::string& name_of(const std::string& sql) { return prepared_[sql]; }
    [[nodiscard]] std::string new_name() { return "s" + std::to_string(++names_); }
    [[nodiscard]] failure error(std::string_view words) const;

private:
    void look_whether_it_was_closed();
    [[nodiscard]] result<void> wait_for_answer();
    [[nodiscard]] result<owned_result> ask_alone(const sender& send);
    [[nodiscard]] result<owned_result> ask_behind_untold(const sender& send);
    /// The first error of the pipeline, or its last answer.
    [[nodiscard]] result<owned_result> read_pipeline();
    [[nodiscard]] result<owned_result> judged(owned_result last) const;
    [[nodiscard]] failure error_of(const PGresult* answer) const;

    std::string url_;
    PGconn* handle_ = nullptr;
    std::map<std::string, std::string, std::less<>> prepared_;
    std::vector<sender> untold_;
    std::size_t names_ = 0;
};

}  // namespace rollover::store
