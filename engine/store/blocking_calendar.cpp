#include "engine/store/blocking_calendar.h"

#include "engine/store/ids.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace rollover::store {

using scheduler::booked_device;
using scheduler::entry;
using scheduler::instant;
using scheduler::pod;
using scheduler::query;
using scheduler::reservation;
using scheduler::stage;
using scheduler::window;

namespace {

constexpr std::string_view head_columns =
    "number, lab, topology, file, arguments, owner, promised_from, promised_until, held_from, held_until, stage, why,"
    " made, ready, expected, source";

std::int64_t seconds(instant t) {
    return t.time_since_epoch().count();
}

instant instant_from(std::int64_t n) {
    return instant(std::chrono::seconds(n));
}

failure no_such_reservation(const std::string& id) {
    return failure(errc::not_found, "there is no reservation " + id).advise("rollover reservations lists them");
}

std::int64_t row_of(const std::string& id) {
    return number_of('r', id).value_or(0);
}

}  // namespace

result<std::string> blocking_calendar::book(const reservation& what, const std::string& who, unsigned most_open,
                                            wall_time now) {
    const std::lock_guard lock(one_at_a_time_);
    transaction all(*db_);
    auto done = all.begin();
    if (done) {
        done = may_have_one_more(what.owner, most_open);
    }
    if (!done) {
        return done.error();
    }
    statement insert(*db_,
                     "INSERT INTO reservation (lab, topology, source, file, arguments, owner, promised_from,"
                     " promised_until, held_from, held_until, stage, made, expected) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)"
                     " RETURNING number");
    insert.bind(1, what.lab).bind(2, what.topology).bind(3, what.source).bind(4, what.file);
    insert.bind(5, nlohmann::json(what.arguments).dump()).bind(6, what.owner);
    insert.bind(7, seconds(what.promised.from)).bind(8, seconds(what.promised.until));
    insert.bind(9, seconds(what.held.from)).bind(10, seconds(what.held.until));
    insert.bind(11, name_of(stage::booked)).bind(12, seconds(scheduler::rounded_down(now)));
    insert.bind(13, seconds(what.expected));
    const auto row = insert.step();
    if (!row) {
        return row.error();
    }
    const auto number = insert.number(0);
    done = insert.run();
    if (done) {
        done = insert_pods(what, number);
    }
    if (done) {
        done = write_entry({0, now, who, "booked", id_of('r', number), "", what.topology}, now);
    }
    if (done) {
        done = all.commit();
    }
    if (!done) {
        return done.error();
    }
    return id_of('r', number);
}

result<void> blocking_calendar::may_have_one_more(const std::string& owner, unsigned most_open) {
    if (most_open == 0) {
        return {};
    }
    statement open(*db_, "SELECT COUNT(*) FROM reservation WHERE owner = ? AND over = 0");
    const auto row = open.bind(1, owner).step();
    if (!row) {
        return row.error();
    }
    if (open.number(0) >= most_open) {
        return failure(errc::refused, fmt::format("{} has {} reservations that are not over, and may have {}", owner,
                                                  open.number(0), most_open))
            .advise("cancel one: rollover cancel ID");
    }
    return {};
}

result<void> blocking_calendar::insert_pods(const reservation& what, std::int64_t number) {
    for (const pod& one : what.pods) {
        statement insert(*db_, "INSERT INTO pod (reservation, number, placement) VALUES (?,?,?)");
        insert.bind(1, number).bind(2, one.number).bind(3, one.placement);
        auto done = insert.run();
        for (auto device = one.devices.begin(); done && device != one.devices.end(); ++device) {
            done = insert_booking(what.lab, *device, what.held, number, one.number);
        }
        if (!done) {
            return done;
        }
    }
    return {};
}

result<void> blocking_calendar::insert_booking(const std::string& lab, const std::string& device, window held,
                                               std::int64_t reservation, std::uint32_t pod) {
    auto free = is_not_by_hand(lab, device, held);
    if (!free) {
        return free;
    }
    statement insert(*db_, "INSERT INTO booking (lab, device, begins, frees, reservation, pod) VALUES (?,?,?,?,?,?)");
    insert.bind(1, lab).bind(2, device).bind(3, seconds(held.from)).bind(4, seconds(held.until));
    auto done = insert.bind(5, reservation).bind(6, pod).run();
    if (!done && done.error().code == errc::busy) {
        return why_busy(lab, device, held, reservation);
    }
    return done;
}

failure blocking_calendar::why_busy(const std::string& lab, const std::string& device, window held,
                                    std::int64_t besides) {
    statement other(*db_,
                    "SELECT reservation FROM booking WHERE lab = ? AND device = ? AND begins < ? AND frees > ?"
                    " AND reservation <> ? ORDER BY begins LIMIT 1");
    other.bind(1, lab).bind(2, device).bind(3, seconds(held.until)).bind(4, seconds(held.from)).bind(5, besides);
    const auto found = other.step();
    const std::string by = found && *found ? id_of('r', other.number(0)) : "another pod of the same reservation";
    return failure(errc::busy, fmt::format("device {} is in {} at some time of that window", device, by));
}

result<void> blocking_calendar::is_not_by_hand(const std::string& lab, const std::string& device, window held) {
    statement claim(*db_,
                    "SELECT claim.activation FROM claim JOIN activation ON activation.number = claim.activation"
                    " WHERE claim.lab = ? AND claim.device = ? AND claim.until > ? AND activation.reservation = 0");
    const auto found = claim.bind(1, lab).bind(2, device).bind(3, seconds(held.from)).step();
    if (!found) {
        return found.error();
    }
    if (*found) {
        return failure(errc::busy, fmt::format("device {} is in activation {}, which was begun by hand", device,
                                               id_of('a', claim.number(0))));
    }
    return {};
}

result<reservation> blocking_calendar::find(const std::string& id) {
    const std::lock_guard lock(one_at_a_time_);
    return head_of(id);
}

result<reservation> blocking_calendar::head_of(const std::string& id) {
    statement rows(*db_, fmt::format("SELECT {} FROM reservation WHERE number = ?", head_columns));
    rows.bind(1, row_of(id));
    auto found = read_heads(rows, true);
    if (!found) {
        return found.error();
    }
    if (found->empty()) {
        return no_such_reservation(id);
    }
    return std::move(found->front());
}

result<std::vector<reservation>> blocking_calendar::list(const query& which) {
    const std::lock_guard lock(one_at_a_time_);
    statement rows(*db_,
                   fmt::format("SELECT {} FROM reservation WHERE (?1 = '' OR lab = ?1) AND (?2 = '' OR owner = ?2)"
                               " AND (?3 = 0 OR over = 0) AND held_from < ?5 AND held_until > ?4"
                               " ORDER BY promised_from, number",
                               head_columns));
    rows.bind(1, which.lab).bind(2, which.owner).bind(3, std::int64_t{which.open_only ? 1 : 0});
    rows.bind(4, which.held ? seconds(which.held->from) : std::numeric_limits<std::int64_t>::min());
    rows.bind(5, which.held ? seconds(which.held->until) : std::numeric_limits<std::int64_t>::max());
    return read_heads(rows, false);
}

result<std::vector<reservation>> blocking_calendar::due(const std::string& lab, instant until) {
    const std::lock_guard lock(one_at_a_time_);
    statement rows(*db_, fmt::format("SELECT {} FROM reservation WHERE lab = ? AND over = 0 AND held_from < ?"
                                     " ORDER BY held_from, number",
                                     head_columns));
    rows.bind(1, lab).bind(2, seconds(until));
    return read_heads(rows, false);
}

result<std::vector<reservation>> blocking_calendar::read_heads(statement& rows, bool with_source) {
    std::vector<reservation> out;
    for (;;) {
        const auto row = rows.step();
        if (!row) {
            return row.error();
        }
        if (!*row) {
            break;
        }
        reservation one;
        one.id = id_of('r', rows.number(0));
        one.lab = rows.text(1);
        one.topology = rows.text(2);
        one.file = rows.text(3);
        one.arguments = nlohmann::json::parse(rows.text(4)).get<model::arguments>();
        one.owner = rows.text(5);
        one.promised = {instant_from(rows.number(6)), instant_from(rows.number(7))};
        one.held = {instant_from(rows.number(8)), instant_from(rows.number(9))};
        one.now = scheduler::stage_of(rows.text(10)).value_or(stage::failed);
        one.why = rows.text(11);
        one.made = instant_from(rows.number(12));
        if (rows.number(13) != 0) {
            one.ready = instant_from(rows.number(13));
        }
        one.expected = instant_from(rows.number(14));
        if (with_source) {
            one.source = rows.text(15);
        }
        out.push_back(std::move(one));
    }
    for (auto& one : out) {
        auto read = read_pods(one);
        if (!read) {
            return read.error();
        }
    }
    return out;
}

result<void> blocking_calendar::read_pods(reservation& into) {
    statement rows(*db_,
                   "SELECT number, placement, (SELECT MAX(activation.number) FROM activation WHERE"
                   " activation.reservation = pod.reservation AND activation.pod = pod.number)"
                   " FROM pod WHERE reservation = ? ORDER BY number");
    rows.bind(1, row_of(into.id));
    for (;;) {
        const auto row = rows.step();
        if (!row) {
            return row.error();
        }
        if (!*row) {
            break;
        }
        const auto activation = rows.number(2);
        into.pods.push_back({static_cast<std::uint32_t>(rows.number(0)), rows.text(1), {}, id_of('a', activation)});
    }
    // What is held to the end: a device that was replaced is in the table only until then.
    statement devices(*db_,
                      "SELECT pod, device FROM booking WHERE reservation = ? AND frees ="
                      " (SELECT held_until FROM reservation WHERE number = ?1) ORDER BY pod, device");
    devices.bind(1, row_of(into.id));
    for (;;) {
        const auto row = devices.step();
        if (!row) {
            return row.error();
        }
        if (!*row) {
            return {};
        }
        for (auto& one : into.pods) {
            if (one.number == devices.number(0)) {
                one.devices.push_back(devices.text(1));
            }
        }
    }
}

result<std::vector<booked_device>> blocking_calendar::taken(const std::string& lab, window in) {
    const std::lock_guard lock(one_at_a_time_);
    std::vector<booked_device> out;
    statement rows(*db_,
                   "SELECT booking.device, begins, frees, reservation.number, owner, topology FROM booking"
                   " JOIN reservation ON reservation.number = booking.reservation"
                   " WHERE booking.lab = ? AND frees > ? AND begins < ? ORDER BY booking.device, begins");
    rows.bind(1, lab).bind(2, seconds(in.from)).bind(3, seconds(in.until));
    for (;;) {
        const auto row = rows.step();
        if (!row) {
            return row.error();
        }
        if (!*row) {
            return out;
        }
        out.push_back({rows.text(0),
                       {instant_from(rows.number(1)), instant_from(rows.number(2))},
                       id_of('r', rows.number(3)),
                       rows.text(4),
                       rows.text(5)});
    }
}

result<void> blocking_calendar::move(const std::string& id, window promised, window held, const std::string& who,
                                     wall_time now) {
    const std::lock_guard lock(one_at_a_time_);
    transaction all(*db_);
    auto done = all.begin();
    if (!done) {
        return done;
    }
    const auto before = head_of(id);
    if (!before) {
        return before.error();
    }
    if (is_over(before->now)) {
        return failure(errc::bad_input, fmt::format("reservation {} is over ({})", id, name_of(before->now)));
    }
    statement bookings(*db_,
                       "UPDATE booking SET begins = CASE begins WHEN ?2 THEN ?3 ELSE begins END,"
                       " frees = ?5 WHERE reservation = ?1 AND frees = ?4");
    bookings.bind(1, row_of(id)).bind(2, seconds(before->held.from)).bind(3, seconds(held.from));
    bookings.bind(4, seconds(before->held.until)).bind(5, seconds(held.until));
    done = bookings.run();
    if (!done && done.error().code == errc::busy) {
        for (const auto& one : before->pods) {
            for (const auto& device : one.devices) {
                statement other(*db_,
                                "SELECT 1 FROM booking WHERE lab = ? AND device = ? AND begins < ? AND frees > ?"
                                " AND reservation <> ?");
                other.bind(1, before->lab).bind(2, device).bind(3, seconds(held.until)).bind(4, seconds(held.from));
                const auto found = other.bind(5, row_of(id)).step();
                if (found && *found) {
                    return why_busy(before->lab, device, held, row_of(id));
                }
            }
        }
    }
    if (done) {
        statement head(*db_,
                       "UPDATE reservation SET promised_from = ?, promised_until = ?, held_from = ?, held_until = ?"
                       " WHERE number = ?");
        head.bind(1, seconds(promised.from)).bind(2, seconds(promised.until)).bind(3, seconds(held.from));
        done = head.bind(4, seconds(held.until)).bind(5, row_of(id)).run();
    }
    if (done) {
        done = write_entry({0, now, who, "moved", id, "", ""}, now);
    }
    if (done) {
        done = all.commit();
    }
    return done;
}

result<void> blocking_calendar::place_anew(const std::string& id, const pod& with, instant from, wall_time now) {
    const std::lock_guard lock(one_at_a_time_);
    transaction all(*db_);
    auto done = all.begin();
    if (!done) {
        return done;
    }
    const auto before = head_of(id);
    if (!before) {
        return before.error();
    }
    std::vector<std::string> had;
    for (const auto& one : before->pods) {
        if (one.number == with.number) {
            had = one.devices;
        }
    }
    const instant begins = std::max(from, before->held.from);
    for (const auto& device : had) {
        if (std::ranges::find(with.devices, device) != with.devices.end()) {
            continue;
        }
        statement give_back(*db_,
                            begins > before->held.from
                                ? "UPDATE booking SET frees = ?4 WHERE reservation = ?1 AND pod = ?2 AND device = ?3"
                                  " AND frees > ?4 AND begins < ?4"
                                : "DELETE FROM booking WHERE reservation = ?1 AND pod = ?2 AND device = ?3");
        give_back.bind(1, row_of(id)).bind(2, with.number).bind(3, device);
        if (begins > before->held.from) {
            give_back.bind(4, seconds(begins));
        }
        done = give_back.run();
        if (!done) {
            return done;
        }
    }
    for (const auto& device : with.devices) {
        if (std::ranges::find(had, device) == had.end()) {
            done = insert_booking(before->lab, device, {begins, before->held.until}, row_of(id), with.number);
            if (!done) {
                return done;
            }
        }
    }
    statement placement(*db_, "UPDATE pod SET placement = ? WHERE reservation = ? AND number = ?");
    done = placement.bind(1, with.placement).bind(2, row_of(id)).bind(3, with.number).run();
    if (done) {
        done = write_entry({0, now, "rollover", "placed anew", id, fmt::format("pod {}", with.number), ""}, now);
    }
    if (done) {
        done = all.commit();
    }
    return done;
}

result<void> blocking_calendar::set_stage(const std::string& id, stage next, const std::string& why,
                                          const std::string& who, instant when, wall_time now) {
    const std::lock_guard lock(one_at_a_time_);
    transaction all(*db_);
    auto done = all.begin();
    if (!done) {
        return done;
    }
    const auto before = head_of(id);
    if (!before) {
        return before.error();
    }
    if (is_over(before->now)) {
        return failure(errc::bad_input, fmt::format("reservation {} is over ({})", id, name_of(before->now)));
    }
    statement head(*db_,
                   "UPDATE reservation SET stage = ?1, over = ?2, why = CASE ?3 WHEN '' THEN why ELSE ?3 END"
                   " WHERE number = ?4");
    head.bind(1, name_of(next)).bind(2, std::int64_t{is_over(next) ? 1 : 0}).bind(3, why).bind(4, row_of(id));
    done = head.run();
    if (done && is_over(next)) {
        statement later(*db_, "DELETE FROM booking WHERE reservation = ? AND begins >= ?");
        done = later.bind(1, row_of(id)).bind(2, seconds(when)).run();
    }
    if (done && is_over(next)) {
        statement rest(*db_, "UPDATE booking SET frees = ?2 WHERE reservation = ?1 AND frees > ?2");
        done = rest.bind(1, row_of(id)).bind(2, seconds(when)).run();
    }
    if (done) {
        done = write_entry({0, now, who, std::string(name_of(next)), id, "", why}, now);
    }
    if (done) {
        done = all.commit();
    }
    return done;
}

result<void> blocking_calendar::set_ready(const std::string& id, instant when, wall_time now) {
    const std::lock_guard lock(one_at_a_time_);
    transaction all(*db_);
    auto done = all.begin();
    if (done) {
        statement head(*db_, "UPDATE reservation SET ready = ? WHERE number = ? AND ready = 0");
        done = head.bind(1, seconds(when)).bind(2, row_of(id)).run();
    }
    if (done) {
        done = write_entry({0, now, "rollover", "ready", id, "", ""}, now);
    }
    if (done) {
        done = all.commit();
    }
    return done;
}

result<scheduler::experience> blocking_calendar::measured(const std::string& lab) {
    const std::lock_guard lock(one_at_a_time_);
    scheduler::experience out;
    statement rows(*db_, "SELECT key, count, mean, deviation FROM measured WHERE lab = ?");
    rows.bind(1, lab);
    for (;;) {
        const auto row = rows.step();
        if (!row) {
            return row.error();
        }
        if (!*row) {
            return out;
        }
        out[rows.text(0)] = {static_cast<std::uint64_t>(rows.number(1)), duration(rows.number(2)),
                             duration(rows.number(3))};
    }
}

result<void> blocking_calendar::measure(const std::string& lab, const std::string& key, duration took) {
    const std::lock_guard lock(one_at_a_time_);
    transaction all(*db_);
    auto done = all.begin();
    if (!done) {
        return done;
    }
    scheduler::estimate known;
    statement before(*db_, "SELECT count, mean, deviation FROM measured WHERE lab = ? AND key = ?");
    const auto row = before.bind(1, lab).bind(2, key).step();
    if (!row) {
        return row.error();
    }
    if (*row) {
        known = {static_cast<std::uint64_t>(before.number(0)), duration(before.number(1)), duration(before.number(2))};
    }
    known.add(took);
    statement after(*db_, "INSERT OR REPLACE INTO measured (lab, key, count, mean, deviation) VALUES (?,?,?,?,?)");
    after.bind(1, lab).bind(2, key).bind(3, static_cast<std::int64_t>(known.count));
    done = after.bind(4, known.mean.count()).bind(5, known.deviation.count()).run();
    if (done) {
        done = all.commit();
    }
    return done;
}

result<void> blocking_calendar::tell(const entry& what, wall_time now) {
    const std::lock_guard lock(one_at_a_time_);
    return write_entry(what, now);
}

result<void> blocking_calendar::write_entry(const entry& what, wall_time now) {
    statement insert(*db_, "INSERT INTO entry (at, who, what, reservation, subject, text) VALUES (?,?,?,?,?,?)");
    insert.bind(1, now.time_since_epoch().count()).bind(2, what.who).bind(3, what.what);
    return insert.bind(4, row_of(what.reservation)).bind(5, what.subject).bind(6, what.text).run();
}

result<std::vector<entry>> blocking_calendar::entries(std::int64_t after, std::size_t most, const std::string& id) {
    const std::lock_guard lock(one_at_a_time_);
    std::vector<entry> out;
    statement rows(*db_,
                   "SELECT number, at, who, what, reservation, subject, text FROM entry WHERE number > ?"
                   " AND (?2 = 0 OR reservation = ?2) ORDER BY number LIMIT ?3");
    rows.bind(1, after).bind(2, id.empty() ? 0 : row_of(id)).bind(3, static_cast<std::int64_t>(most));
    for (;;) {
        const auto row = rows.step();
        if (!row) {
            return row.error();
        }
        if (!*row) {
            return out;
        }
        const auto of = rows.number(4);
        out.push_back({rows.number(0), wall_time(duration(rows.number(1))), rows.text(2), rows.text(3), id_of('r', of),
                       rows.text(5), rows.text(6)});
    }
}

}  // namespace rollover::store
