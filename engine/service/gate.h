// Who is let in: every request passes here first, whatever it came by. As long as there is no user, whoever comes from
// this machine is an operator; from then on only a token lets in.
#pragma once

#include "engine/access/user.h"
#include "engine/service/caller.h"
#include "engine/service/client_limits.h"
#include "engine/service/refusal_trail.h"

#include <functional>
#include <optional>
#include <string>

namespace rollover::service {

/// What a client shows of itself.
struct shown {
    std::optional<access::token> token;  ///< nothing: none, or one that has not the form of one
    bool something = false;              ///< it wanted to show a token
    std::string name;                    ///< that it claims; believed only where everybody is an operator
    std::string peer;                    ///< its address
};

struct entrance {
    std::optional<caller> who;      ///< he is let in
    unsigned status = 200;          ///< else 401, 429 or 503 (the store)
    failure why;                    ///< else
    duration wait{};                ///< of 429: how long the client should wait
    bool showed_something = false;  ///< of 401: a token that is none, or none any more
};

/// How a request is let in. Must be a function that calls a named coroutine, not a capturing lambda that is one.
using let_in = std::function<task<entrance>(shown)>;

class gate {
public:
    struct limits {
        double per_second = 200;  ///< requests of each token; of each address without a valid one. 0: no limit
        double burst = 1000;
    };
    /// All must outlive it.
    gate(runtime& rt, access::users& known, refusal_trail& trail) : gate(rt, known, trail, limits()) {}
    gate(runtime& rt, access::users& known, refusal_trail& trail, limits how);

    [[nodiscard]] task<entrance> admit(shown what);
    /// For what needs no token: zero, or how long this address should wait.
    [[nodiscard]] duration anybody(const std::string& peer) { return take(peer); }

private:
    [[nodiscard]] duration take(const std::string& client);
    [[nodiscard]] task<entrance> stranger(shown what, bool has_users);

    runtime& rt_;
    access::users& known_;
    refusal_trail& trail_;
    client_limits clients_;
};

}  // namespace rollover::service
