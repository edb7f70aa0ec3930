// Users and tokens of a state folder, without a service: the first operator is made before one runs. What embeds the
// engine and has users of its own needs none of it.
#pragma once

#include "engine/access/user.h"
#include "engine/api/engine.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace rollover::api {

/// What can be done with users; each call is durable when it comes back. `how` and `problems` as engine's reports.
struct users_report : text_report {
    std::vector<access::user> users;             ///< of `list_users`
    std::optional<access::issued_token> issued;  ///< of `issue_token`: the only time that it can be read
};

/// `options`: state, and owner (who does it).
[[nodiscard]] users_report add_user(const engine_options& options, const std::string& name, access::role is);
/// How many are left is in `users`.
[[nodiscard]] users_report remove_user(const engine_options& options, const std::string& name);
[[nodiscard]] users_report list_users(const engine_options& options);
/// `lives`: nothing: until it is revoked.
[[nodiscard]] users_report issue_token(const engine_options& options, const std::string& name,
                                       std::optional<std::chrono::seconds> lives);
[[nodiscard]] users_report revoke_token(const engine_options& options, const std::string& id);

}  // namespace rollover::api
