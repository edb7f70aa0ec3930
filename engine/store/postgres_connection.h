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
    /// What `send` sends; the last result of it. Errors: store; busy for an exclusion constraint's no. Without an
    /// answer in time the connection is closed: nobody knows what it would say next.
    [[nodiscard]] result<owned_result> ask(const std::function<int(PGconn*)>& send);
    [[nodiscard]] result<owned_result> ask(const std::string& sql);
    void close();

    [[nodiscard]] PGconn* handle() const { return handle_; }
    /// The name under which a statement is prepared on this connection; empty: it is not yet.
    [[nodiscard]] std::string& name_of(const std::string& sql) { return prepared_[sql]; }
    [[nodiscard]] std::string new_name() { return "s" + std::to_string(++names_); }
    [[nodiscard]] failure error(std::string_view words) const;

private:
    void look_whether_it_was_closed();
    [[nodiscard]] result<void> wait_for_answer();
    [[nodiscard]] failure error_of(const PGresult* answer) const;

    std::string url_;
    PGconn* handle_ = nullptr;
    std::map<std::string, std::string, std::less<>> prepared_;
    std::size_t names_ = 0;
};

}  // namespace rollover::store
