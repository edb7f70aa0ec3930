#include "engine/store/blocking_users.h"

#include "engine/base/text.h"

#include <fmt/format.h>
#include <limits>

namespace rollover::store {

using access::second;

namespace {

constexpr std::int64_t for_ever = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t between_marks = 60;  // seconds: `used` is written so often at most

std::int64_t seconds_at(wall_time t) {
    return std::chrono::floor<std::chrono::seconds>(t).time_since_epoch().count();
}

second second_from(std::int64_t count) {
    return second(std::chrono::seconds(count));
}

failure no_such_user(const std::string& name) {
    return failure(errc::not_found, fmt::format("there is no user {}", printable(name)))
        .advise("rollover user list has those there are");
}

}  // namespace

result<void> blocking_users::add(const std::string& name, access::role is, const std::string& by, wall_time now) {
    if (!access::is_user_name(name)) {
        return failure(errc::bad_input, fmt::format("'{}' is no name of a user", printable(name)))
            .advise("letters, digits, '.', '-', '_' and '@', a letter or digit first, 64 at most; 'rollover' is taken");
    }
    const std::lock_guard lock(one_at_a_time_);
    transaction all(*db_);
    auto done = all.begin();
    if (!done) {
        return done;
    }
    statement insert(*db_,
                     "INSERT INTO person (name, may, made) VALUES (?,?,?) ON CONFLICT (name) DO NOTHING RETURNING 1");
    const auto row = insert.bind(1, name).bind(2, name_of(is)).bind(3, seconds_at(now)).step();
    if (!row) {
        return row.error();
    }
    if (!*row) {
        return failure(errc::duplicate, fmt::format("there is a user {} already", name))
            .advise("for another role: rollover user remove, then add");
    }
    done = insert.run();
    if (done) {
        done = write_entry(by, "user added", name, std::string(name_of(is)), now);
    }
    if (done) {
        done = all.commit();
    }
    return done;
}

result<void> blocking_users::is_there(const std::string& name) {
    statement found(*db_, "SELECT 1 FROM person WHERE name = ?");
    const auto row = found.bind(1, name).step();
    if (!row) {
        return row.error();
    }
    return *row ? result<void>() : no_such_user(name);
}

result<void> blocking_users::remove(const std::string& name, const std::string& by, wall_time now) {
    const std::lock_guard lock(one_at_a_time_);
    transaction all(*db_);
    auto done = all.begin();
    if (done) {
        done = is_there(name);
    }
    if (done) {
        statement tokens(*db_, "DELETE FROM token WHERE person = ?");
        done = tokens.bind(1, name).run();
    }
    if (done) {
        statement person(*db_, "DELETE FROM person WHERE name = ?");
        done = person.bind(1, name).run();
    }
    if (done) {
        done = write_entry(by, "user removed", name, "", now);
    }
    if (done) {
        done = all.commit();
    }
    return done;
}

result<std::vector<access::user>> blocking_users::list() {
    const std::lock_guard lock(one_at_a_time_);
    std::vector<access::user> out;
    {
        statement rows(*db_, "SELECT name, may, made FROM person ORDER BY name");
        const auto done = rows.each([&] {
            // A role that only a newer version knows may as little as possible here.
            const auto is = access::role_of(rows.text(1)).value_or(access::role::user);
            out.push_back({rows.text(0), is, second_from(rows.number(2)), {}});
        });
        if (!done) {
            return done.error();
        }
    }
    for (auto& one : out) {
        auto tokens = tokens_of(one.name);
        if (!tokens) {
            return tokens.error();
        }
        one.tokens = std::move(*tokens);
    }
    return out;
}

result<std::vector<access::token_entry>> blocking_users::tokens_of(const std::string& name) {
    std::vector<access::token_entry> out;
    statement rows(*db_, "SELECT number, made, used, expires FROM token WHERE person = ? ORDER BY number");
    rows.bind(1, name);
    const auto done = rows.each([&] {
        access::token_entry one{access::id_of_token(rows.number(0)), second_from(rows.number(1)), {}, {}};
        if (rows.number(2) != 0) {
            one.used = second_from(rows.number(2));
        }
        if (rows.number(3) != for_ever) {
            one.expires = second_from(rows.number(3));
        }
        out.push_back(std::move(one));
    });
    if (!done) {
        return done.error();
    }
    return out;
}

result<access::issued_token> blocking_users::issue(const std::string& name, std::optional<std::chrono::seconds> lives,
                                                   const std::string& by, wall_time now) {
    if (lives && *lives <= std::chrono::seconds(0)) {
        return failure(errc::bad_input, "the token would be expired already").advise("--expires 90d");
    }
    const std::lock_guard lock(one_at_a_time_);
    transaction all(*db_);
    auto done = all.begin();
    if (done) {
        done = is_there(name);
    }
    if (!done) {
        return done.error();
    }
    statement insert(*db_, "INSERT INTO token (person, digest, made, expires) VALUES (?,'',?,?) RETURNING number");
    insert.bind(1, name).bind(2, seconds_at(now)).bind(3, lives ? seconds_at(now) + lives->count() : for_ever);
    const auto row = insert.step();
    if (!row) {
        return row.error();
    }
    auto made = access::make_token(insert.number(0));
    done = insert.run();
    const std::string id = access::id_of_token(made.number);
    if (done) {
        statement digest(*db_, "UPDATE token SET digest = ? WHERE number = ?");
        done = digest.bind(1, access::digest_of(made)).bind(2, made.number).run();
    }
    if (done) {
        done = write_entry(by, "token made", id, "for " + name, now);
    }
    if (done) {
        done = all.commit();
    }
    if (!done) {
        return done.error();
    }
    return access::issued_token{id, std::move(made)};
}

result<void> blocking_users::revoke(const std::string& id, const std::string& by, wall_time now) {
    const auto number = access::number_of_token(id);
    if (!number) {
        return failure(errc::bad_input, fmt::format("'{}' is no token's id", printable(id)))
            .advise("it looks like t17: rollover user list has them. The token itself belongs on no command line");
    }
    const std::lock_guard lock(one_at_a_time_);
    transaction all(*db_);
    auto done = all.begin();
    if (!done) {
        return done;
    }
    statement gone(*db_, "DELETE FROM token WHERE number = ? RETURNING person");
    const auto row = gone.bind(1, *number).step();
    if (!row) {
        return row.error();
    }
    if (!*row) {
        return failure(errc::not_found, fmt::format("there is no token {}", id))
            .advise("rollover user list has those there are");
    }
    const std::string whose = gone.text(0);
    done = gone.run();
    if (done) {
        done = write_entry(by, "token revoked", id, "of " + whose, now);
    }
    if (done) {
        done = all.commit();
    }
    return done;
}

result<access::admission> blocking_users::look(const std::optional<access::token>& shown, wall_time now) {
    const std::lock_guard lock(one_at_a_time_);
    access::admission out;
    if (shown) {
        auto who = find(*shown, now);
        if (!who) {
            return who.error();
        }
        out.who = std::move(*who);
    }
    if (out.who) {
        out.has_users = true;
        return out;
    }
    statement any(*db_, "SELECT 1 FROM person LIMIT 1");
    const auto row = any.step();
    if (!row) {
        return row.error();
    }
    out.has_users = *row;
    return out;
}

result<std::optional<access::identity>> blocking_users::find(const access::token& shown, wall_time now) {
    const std::int64_t second_now = seconds_at(now);
    std::optional<access::identity> out;
    bool mark = false;
    {
        statement rows(*db_,
                       "SELECT person.name, person.may, token.digest, token.used, token.expires FROM token"
                       " JOIN person ON person.name = token.person WHERE token.number = ?");
        const auto row = rows.bind(1, shown.number).step();
        if (!row) {
            return row.error();
        }
        if (!*row || !access::is_digest_of(shown, rows.text(2)) || rows.number(4) <= second_now) {
            return out;
        }
        out = access::identity{rows.text(0), access::role_of(rows.text(1)).value_or(access::role::user),
                               access::id_of_token(shown.number)};
        mark = rows.number(3) + between_marks <= second_now;
    }
    if (mark) {
        // Only for people: where it cannot be written the user is let in all the same.
        statement used(*db_, "UPDATE token SET used = ? WHERE number = ?");
        static_cast<void>(used.bind(1, second_now).bind(2, shown.number).run().has_value());
    }
    return out;
}

result<void> blocking_users::write_entry(const std::string& by, const std::string& what, const std::string& subject,
                                         const std::string& text, wall_time now) {
    statement insert(*db_, "INSERT INTO entry (at, who, what, reservation, subject, text) VALUES (?,?,?,0,?,?)");
    insert.bind(1, now.time_since_epoch().count()).bind(2, by).bind(3, what).bind(4, subject);
    return insert.bind(5, text).run();
}

}  // namespace rollover::store
