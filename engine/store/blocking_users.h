// The statements of users and tokens. Each call blocks until its transaction is on the disk; any thread, one at a time.
#pragma once

#include "engine/access/user.h"
#include "engine/runtime/time.h"
#include "engine/store/sql.h"

#include <memory>
#include <mutex>

namespace rollover::store {

/// The functions of access::users; `now` is the time of the call.
class blocking_users {
public:
    explicit blocking_users(std::unique_ptr<database> db) : db_(std::move(db)) {}

    result<void> add(const std::string& name, access::role is, const std::string& by, wall_time now);
    result<void> remove(const std::string& name, const std::string& by, wall_time now);
    result<std::vector<access::user>> list();
    result<access::issued_token> issue(const std::string& name, std::optional<std::chrono::seconds> lives,
                                       const std::string& by, wall_time now);
    result<void> revoke(const std::string& id, const std::string& by, wall_time now);
    result<access::admission> look(const std::optional<access::token>& shown, wall_time now);

private:
    [[nodiscard]] result<void> is_there(const std::string& name);
    [[nodiscard]] result<void> write_entry(const std::string& by, const std::string& what, const std::string& subject,
                                           const std::string& text, wall_time now);
    [[nodiscard]] result<std::optional<access::identity>> find(const access::token& shown, wall_time now);
    [[nodiscard]] result<std::vector<access::token_entry>> tokens_of(const std::string& name);

    std::unique_ptr<database> db_;
    std::mutex one_at_a_time_;
};

}  // namespace rollover::store
