#include "engine/store/blocking_journal.h"

#include "engine/store/ids.h"

#include <fmt/format.h>
#include <limits>

namespace rollover::store {

using activation::beginning;
using activation::record;
using activation::record_kind;
using activation::summary;

namespace {

std::int64_t nanoseconds(wall_time t) {
    return t.time_since_epoch().count();
}

wall_time wall_from(std::int64_t n) {
    return wall_time(duration(n));
}

failure no_such(const std::string& id) {
    return failure(errc::not_found, "there is no activation " + id).advise("rollover status lists them");
}

/// Seconds since 1970, as in the table `booking`.
std::int64_t end_of(const beginning& what) {
    return what.until ? std::chrono::ceil<std::chrono::seconds>(*what.until).time_since_epoch().count()
                      : std::numeric_limits<std::int64_t>::max();
}

}  // namespace

result<std::string> blocking_journal::begin(const beginning& what, wall_time now) {
    const std::lock_guard lock(one_at_a_time_);
    transaction all(*db_);
    auto done = all.begin();
    if (!done) {
        return done.error();
    }
    statement insert(*db_,
                     "INSERT INTO activation (lab, lab_file, topology, owner, plan, begun, reservation, pod, site)"
                     " VALUES (?,?,?,?,?,?,?,?,?) RETURNING number");
    insert.bind(1, what.lab).bind(2, what.lab_file).bind(3, what.topology).bind(4, what.owner).bind(5, what.plan);
    insert.bind(6, nanoseconds(now)).bind(7, number_of('r', what.reservation).value_or(0)).bind(8, what.pod);
    insert.bind(9, what.site);
    const auto row = insert.step();
    if (!row) {
        return row.error();
    }
    const auto number = insert.number(0);
    done = insert.run();
    if (done) {
        done = claim(what, what.devices, number, now);
    }
    if (done) {
        done = insert_record({record_kind::begun, id_of('a', number), "", what.topology, now}, number);
    }
    if (done) {
        done = all.commit();
    }
    if (!done) {
        return done.error();
    }
    return id_of('a', number);
}

result<void> blocking_journal::append(const record& what) {
    const std::lock_guard lock(one_at_a_time_);
    const auto number = number_of('a', what.activation);
    if (!number) {
        return no_such(what.activation);
    }
    transaction all(*db_);
    auto done = all.begin(changes::appended);
    if (done) {
        done = insert_record(what, *number);
    }
    if (done) {
        done = follow_up(what, *number);
    }
    if (done) {
        done = all.commit();
    }
    return done;
}

result<void> blocking_journal::change_plan(const activation::plan_change& what) {
    const std::lock_guard lock(one_at_a_time_);
    const auto number = number_of('a', what.what.activation);
    transaction all(*db_);
    auto done = all.begin();
    if (!done) {
        return done;
    }
    statement about(*db_, "UPDATE activation SET plan = ? WHERE number = ? RETURNING lab, reservation, pod");
    const auto row = about.bind(1, what.plan).bind(2, number.value_or(0)).step();
    if (!row) {
        return row.error();
    }
    if (!*row) {
        return no_such(what.what.activation);
    }
    beginning own;
    own.lab = about.text(0);
    own.reservation = id_of('r', about.number(1));
    own.pod = static_cast<std::uint32_t>(about.number(2));
    done = about.run();
    for (auto device = what.given_back.begin(); done && device != what.given_back.end(); ++device) {
        statement free(*db_, "DELETE FROM claim WHERE lab = ? AND device = ? AND activation = ?");
        done = free.bind(1, own.lab).bind(2, *device).bind(3, *number).run_later();
    }
    if (done) {
        done = claim(own, what.taken, *number, what.what.when);
    }
    if (done) {
        done = insert_record(what.what, *number);
    }
    if (done) {
        done = all.commit();
    }
    return done;
}

result<std::vector<record>> blocking_journal::read(const std::string& id) {
    const std::lock_guard lock(one_at_a_time_);
    std::vector<record> out;
    statement rows(*db_, "SELECT kind, subject, text, at FROM record WHERE activation = ? ORDER BY sequence");
    rows.bind(1, number_of('a', id).value_or(0));
    const auto done = rows.each([&] {
        const auto kind = activation::record_kind_of(rows.text(0)).value_or(record_kind::note);
        out.push_back({kind, id, rows.text(1), rows.text(2), wall_from(rows.number(3))});
    });
    if (!done) {
        return done.error();
    }
    if (out.empty()) {
        return no_such(id);
    }
    return out;
}

result<summary> blocking_journal::find(const std::string& id) {
    const auto number = number_of('a', id);
    if (!number) {
        return no_such(id);
    }
    auto found = list(number);
    if (!found) {
        return found.error();
    }
    if (found->empty()) {
        return no_such(id);
    }
    return std::move(found->front());
}

result<std::vector<summary>> blocking_journal::list(std::optional<std::int64_t> only) {
    const std::lock_guard lock(one_at_a_time_);
    std::vector<summary> out;
    // Two conditions, each on the primary key: with an OR every plan that there ever was would be read.
    statement rows(*db_,
                   "SELECT number, lab, lab_file, topology, owner, plan, begun, reservation, pod, site FROM activation"
                   " WHERE number >= ? AND number <= ? ORDER BY number");
    rows.bind(1, only.value_or(0)).bind(2, only.value_or(std::numeric_limits<std::int64_t>::max()));
    const auto done = rows.each([&] {
        out.push_back({id_of('a', rows.number(0)), rows.text(1), rows.text(2), rows.text(3), rows.text(4), rows.text(5),
                       wall_from(rows.number(6)), id_of('r', rows.number(7)),
                       static_cast<std::uint32_t>(rows.number(8)), rows.text(9)});
    });
    if (!done) {
        return done.error();
    }
    return out;
}

result<activation::holds> blocking_journal::unavailable(const std::string& lab) {
    const std::lock_guard lock(one_at_a_time_);
    activation::holds out;
    statement rows(*db_,
                   "SELECT device, activation, 0, '', until, (SELECT reservation FROM activation WHERE number ="
                   " claim.activation) FROM claim WHERE lab = ?1"
                   " UNION ALL SELECT device, activation, 1, why, 0, 0 FROM quarantine WHERE lab = ?1");
    rows.bind(1, lab);
    const auto done = rows.each([&] {
        auto& hold = out[rows.text(0)];
        hold = {id_of('a', rows.number(1)), rows.number(2) != 0, rows.text(3), id_of('r', rows.number(5)), {}};
        if (!hold.quarantined && rows.number(4) != std::numeric_limits<std::int64_t>::max()) {
            hold.until = wall_time(std::chrono::seconds(rows.number(4)));
        }
    });
    if (!done) {
        return done.error();
    }
    return out;
}

result<activation::use_counts> blocking_journal::uses(const std::string& lab) {
    const std::lock_guard lock(one_at_a_time_);
    activation::use_counts out;
    statement rows(*db_, "SELECT device, uses FROM wear WHERE lab = ?");
    rows.bind(1, lab);
    const auto done = rows.each([&] { out[rows.text(0)] = static_cast<std::uint64_t>(rows.number(1)); });
    if (!done) {
        return done.error();
    }
    return out;
}

result<void> blocking_journal::quarantine(const std::string& lab, const std::string& device, const std::string& why,
                                          wall_time now) {
    const std::lock_guard lock(one_at_a_time_);
    transaction all(*db_);
    auto done = all.begin(changes::appended);
    if (!done) {
        return done;
    }
    statement insert(*db_,
                     "INSERT INTO quarantine (lab, device, activation, since, why) VALUES (?,?,0,?,?)"
                     " ON CONFLICT (lab, device) DO UPDATE SET activation = 0, since = excluded.since,"
                     " why = excluded.why");
    done = insert.bind(1, lab).bind(2, device).bind(3, nanoseconds(now)).bind(4, why).run();
    if (done) {
        done = all.commit();
    }
    return done;
}

result<void> blocking_journal::release(const std::string& lab, const std::string& device, wall_time now) {
    const std::lock_guard lock(one_at_a_time_);
    transaction all(*db_);
    auto done = all.begin();
    if (!done) {
        return done;
    }
    statement remove(*db_, "DELETE FROM quarantine WHERE lab = ? AND device = ? RETURNING activation");
    remove.bind(1, lab).bind(2, device);
    const auto row = remove.step();
    if (!row) {
        return row.error();
    }
    if (!*row) {
        return failure(errc::not_found, "device " + device + " of lab " + lab + " is not in quarantine")
            .advise("rollover status lists what is");
    }
    const auto number = remove.number(0);
    done = remove.run();
    if (done && number != 0) {
        done = insert_record({record_kind::released, id_of('a', number), device, "", now}, number);
    }
    if (done) {
        done = all.commit();
    }
    return done;
}

result<void> blocking_journal::claim(const beginning& what, const std::vector<std::string>& devices,
                                     std::int64_t number, wall_time now) {
    const auto standings = look_at(what, devices, now);
    if (!standings) {
        return standings.error();
    }
    for (const auto& device : devices) {
        const auto found = standings->find(device);
        auto may = may_claim(what, device, found == standings->end() ? standing() : found->second);
        if (!may) {
            return may;
        }
    }
    for (const auto& device : devices) {
        statement insert(*db_, "INSERT INTO claim (lab, device, activation, until) VALUES (?,?,?,?)");
        insert.bind(1, what.lab).bind(2, device).bind(3, number).bind(4, end_of(what));
        auto done = insert.run_later();
        if (done) {
            statement wear(*db_,
                           "INSERT INTO wear (lab, device, uses) VALUES (?,?,1)"
                           " ON CONFLICT (lab, device) DO UPDATE SET uses = wear.uses + 1");
            done = wear.bind(1, what.lab).bind(2, device).run_later();
        }
        if (!done) {
            return done;
        }
    }
    return {};
}

/// What is begun by hand keeps off what is reserved before it is over; a pod takes only what is held for it.
result<void> blocking_journal::may_claim(const beginning& what, const std::string& device, const standing& is) {
    const std::int64_t own = number_of('r', what.reservation).value_or(0);
    if (is.activation != 0) {
        return failure(errc::busy, "device " + device + " is in activation " + id_of('a', is.activation));
    }
    if (is.quarantined) {
        return failure(errc::busy, "device " + device + " is in quarantine");
    }
    if (own == 0 && is.reservation != 0) {
        return failure(errc::busy, "device " + device + " is in reservation " + id_of('r', is.reservation));
    }
    if (own != 0 && (is.reservation != own || is.pod != what.pod)) {
        return failure(errc::busy, "device " + device + " is not held for " + what.reservation + " now");
    }
    return {};
}

result<std::map<std::string, blocking_journal::standing>> blocking_journal::look_at(
    const beginning& what, const std::vector<std::string>& devices, wall_time now) {
    std::map<std::string, standing> out;
    if (devices.empty()) {
        return out;
    }
    // One question for all: PostgreSQL is asked over a connection, 500 times when so many begin together. Device by
    // device inside it: with a list of them SQLite reads all bookings that are to come.
    constexpr int first_device = 4;
    std::string asked;
    for (std::size_t n = 0; n < devices.size(); ++n) {
        asked += fmt::format("{}(?{})", n == 0 ? "" : ",", first_device + n);
    }
    const auto first_booking = [](std::string_view column) {
        return fmt::format(
            "(SELECT {} FROM booking WHERE booking.lab = ?1 AND booking.device = asked.device"
            " AND frees > ?2 AND begins < ?3 ORDER BY begins LIMIT 1)",
            column);
    };
    statement rows(*db_, fmt::format("WITH asked (device) AS (VALUES {}) SELECT device,"
                                     " (SELECT activation FROM claim WHERE claim.lab = ?1"
                                     " AND claim.device = asked.device),"
                                     " (SELECT 1 FROM quarantine WHERE quarantine.lab = ?1"
                                     " AND quarantine.device = asked.device), {}, {} FROM asked",
                                     asked, first_booking("reservation"), first_booking("pod")));
    const auto second = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    const bool by_hand = number_of('r', what.reservation).value_or(0) == 0;
    rows.bind(1, what.lab).bind(2, second).bind(3, by_hand ? end_of(what) : second + 1);
    for (std::size_t n = 0; n < devices.size(); ++n) {
        rows.bind(first_device + static_cast<int>(n), devices[n]);
    }
    const auto done =
        rows.each([&] { out[rows.text(0)] = {rows.number(1), rows.number(2) != 0, rows.number(3), rows.number(4)}; });
    if (!done) {
        return done.error();
    }
    return out;
}

result<void> blocking_journal::insert_record(const record& what, std::int64_t number) {
    statement insert(*db_, "INSERT INTO record (activation, at, kind, subject, text) VALUES (?,?,?,?,?)");
    insert.bind(1, number).bind(2, nanoseconds(what.when)).bind(3, activation::name_of(what.kind));
    return insert.bind(4, what.subject).bind(5, what.text).run_later();
}

result<void> blocking_journal::follow_up(const record& what, std::int64_t number) {
    result<void> done;
    if (what.kind == record_kind::quarantined) {
        statement insert(*db_,
                         "INSERT INTO quarantine (lab, device, activation, since, why)"
                         " SELECT lab, ?1, number, ?2, ?3 FROM activation WHERE number = ?4"
                         " ON CONFLICT (lab, device) DO UPDATE SET activation = excluded.activation,"
                         " since = excluded.since, why = excluded.why WHERE quarantine.activation <> 0");
        insert.bind(1, what.subject).bind(2, nanoseconds(what.when)).bind(3, what.text).bind(4, number);
        done = insert.run_later();
    }
    if (what.kind == record_kind::clean) {
        statement remove(*db_, "DELETE FROM quarantine WHERE activation = ? AND device = ?");
        done = remove.bind(1, number).bind(2, what.subject).run_later();
    }
    // Not before: while a join stands, a device that is clean would carry the next user's packets into this one's.
    if (done && what.kind == record_kind::ended) {
        statement free(*db_, "DELETE FROM claim WHERE activation = ?");
        done = free.bind(1, number).run_later();
    }
    return done;
}

}  // namespace rollover::store
