// PostgreSQL (15 or newer) by its own client library.
#pragma once

#include "engine/store/sql.h"

#include <atomic>
#include <memory>
#include <string>

namespace rollover::store {

/// Connects: "postgresql://user@host:port/database?sslmode=verify-full", or "key=value" pairs (PostgreSQL's manual,
/// 34.1.1); what it does not say comes from PGHOST, ~/.pgpass and so on. An answer is waited for 20 s, a connection
/// 5 s. `server` is who writes, for the rule that only who works on a reservation writes about it. Errors of it and of
/// what is done in it: store, with the database's words, never with the password.
[[nodiscard]] result<std::unique_ptr<database>> open_postgres(const std::string& url,
                                                              std::shared_ptr<const std::atomic<std::int64_t>> server);

/// "postgresql://..." or "postgres://...".
[[nodiscard]] bool is_postgres_url(const std::string& text);

}  // namespace rollover::store
