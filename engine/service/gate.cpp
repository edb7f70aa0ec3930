#include "engine/service/gate.h"

#include "engine/runtime/peer_address.h"

namespace rollover::service {

namespace {

entrance closed(unsigned status, failure why) {
    entrance out;
    out.status = status;
    out.why = std::move(why);
    return out;
}

entrance too_often(duration wait) {
    entrance out = closed(429, failure(errc::busy, "too many requests; wait a moment"));
    out.wait = wait;
    return out;
}

}  // namespace

gate::gate(runtime& rt, access::users& known, refusal_trail& trail, limits how)
    : rt_(rt), known_(known), trail_(trail), clients_(how.per_second, how.burst) {}

duration gate::take(const std::string& client) {
    return clients_.take(client, rt_.now());
}

task<entrance> gate::admit(shown what) {
    const auto seen = co_await known_.look(what.token);
    if (!seen) {
        // Not in the database's words: they name files, and whoever asks is nobody yet.
        co_return closed(503, failure(errc::store, "users cannot be looked up now; try again in a moment"));
    }
    if (!seen->who) {
        co_return co_await stranger(std::move(what), seen->has_users);
    }
    const duration wait = take(seen->who->token);
    if (wait > duration::zero()) {
        co_return too_often(wait);
    }
    entrance out;
    out.who = caller{seen->who->user, seen->who->is, seen->who->token, std::move(what.peer)};
    co_return out;
}

/// No token, or one that is none.
task<entrance> gate::stranger(shown what, bool has_users) {
    entrance out;
    if (!has_users && is_loopback_address(what.peer)) {
        out.who = caller{what.name.empty() ? "somebody" : what.name, access::role::operates, "", what.peer};
        co_return out;
    }
    const duration wait = take(what.peer);
    if (wait > duration::zero()) {
        co_return too_often(wait);
    }
    out = closed(401,
                 failure(errc::refused, what.something ? "this token lets nobody in: it is unknown, revoked or expired"
                                                       : "a token is needed"));
    out.why = std::move(out.why).advise(
        has_users ? "an operator makes one by: rollover user token NAME; the commands take it from $ROLLOVER_TOKEN or "
                    "~/.config/rollover/token"
                  : "there is no user yet; on the machine of the service: rollover user add NAME --role operator");
    out.showed_something = what.something;
    if (what.something) {
        scheduler::entry about{0, {}, "", std::string(scheduler::not_let_in_words), "", "", ""};
        about.subject = what.token ? access::id_of_token(what.token->number) : "";
        about.peer = what.peer;
        co_await trail_.tell(what.peer, std::move(about));
    }
    co_return out;
}

}  // namespace rollover::service
