// Users and their tokens, as the store keeps them.
#pragma once

#include "engine/access/rights.h"
#include "engine/access/token.h"
#include "engine/base/error.h"
#include "engine/runtime/task.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace rollover::access {

/// Whole seconds in UTC.
using second = std::chrono::sys_seconds;

/// What may be known of a token.
struct token_entry {
    std::string id;  ///< "t17"
    second made{};
    std::optional<second> used;     ///< about: it is written down once a minute at most
    std::optional<second> expires;  ///< nothing: never
};

struct user {
    std::string name;
    role is = role::user;
    second made{};
    std::vector<token_entry> tokens;
};

/// Who a token has shown to be there.
struct identity {
    std::string user;
    role is = role::user;
    std::string token;  ///< "t17"
};

/// What the store says of a token that was shown, or of none.
struct admission {
    bool has_users = false;  ///< whether there is any user at all
    std::optional<identity>
        who;  ///< nothing: no token, or one that is wrong, revoked or expired: that is not told apart
};

/// A new token: the only time that it can be read.
struct issued_token {
    std::string id;
    token value;
};

/// Durable, as the calendar is, and every change is in one transaction with its entry of the audit trail. `by`: who
/// does it. Errors of all: store.
class users {
public:
    virtual ~users() = default;

    /// Errors: bad_input for a name that is none (is_user_name), duplicate.
    [[nodiscard]] virtual task<result<void>> add(std::string name, role is, std::string by) = 0;
    /// With all tokens. Reservations of that name stay. Errors: not_found.
    [[nodiscard]] virtual task<result<void>> remove(std::string name, std::string by) = 0;
    /// By name.
    [[nodiscard]] virtual task<result<std::vector<user>>> list() = 0;
    /// Errors: not_found: no such user; bad_input: it would be expired already.
    [[nodiscard]] virtual task<result<issued_token>> issue(std::string name, std::optional<std::chrono::seconds> lives,
                                                           std::string by) = 0;
    /// Errors: not_found; bad_input for what is no token's id.
    [[nodiscard]] virtual task<result<void>> revoke(std::string id, std::string by) = 0;

    [[nodiscard]] virtual task<result<admission>> look(std::optional<token> shown) = 0;
};

/// 1 to 64 letters, digits, '.', '-', '_' or '@', a letter or digit first; not "rollover", which is the scheduler's
/// own.
[[nodiscard]] bool is_user_name(std::string_view name) noexcept;

}  // namespace rollover::access
