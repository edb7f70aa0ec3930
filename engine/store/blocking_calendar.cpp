#include "engine/store/blocking_calendar.h"

#include "engine/store/calendar_rows.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace rollover::store {

using scheduler::actor;
using scheduler::entry;
using scheduler::instant;
using scheduler::pod;
using scheduler::reservation;
using scheduler::stage;
using scheduler::window;

result<std::string> blocking_calendar::book(const reservation& what, const actor& who, unsigned most_open,
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
                     " promised_until, held_from, held_until, stage, made, expected, policy)"
                     " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?) RETURNING number");
    insert.bind(1, what.lab).bind(2, what.topology).bind(3, what.source).bind(4, what.file);
    insert.bind(5, nlohmann::json(what.arguments).dump()).bind(6, what.owner);
    insert.bind(7, seconds_of(what.promised.from)).bind(8, seconds_of(what.promised.until));
    insert.bind(9, seconds_of(what.held.from)).bind(10, seconds_of(what.held.until));
    insert.bind(11, name_of(stage::booked)).bind(12, seconds_of(scheduler::rounded_down(now)));
    insert.bind(13, seconds_of(what.expected)).bind(14, name_of(what.policy));
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
        done =
            write_entry({0, now, who.name, "booked", id_of('r', number), "", what.topology, who.token, who.peer}, now);
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
    const auto point = savepoint(*db_).set();
    if (!point) {
        return point.error();
    }
    for (const pod& one : what.pods) {
        statement insert(*db_, "INSERT INTO pod (reservation, number, placement) VALUES (?,?,?)");
        insert.bind(1, number).bind(2, one.number).bind(3, one.placement);
        auto done = insert.run_later();
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
    insert.bind(1, lab).bind(2, device).bind(3, seconds_of(held.from)).bind(4, seconds_of(held.until));
    auto done = insert.bind(5, reservation).bind(6, pod).run();
    if (!done && done.error().code == errc::busy) {
        auto back = savepoint(*db_).go_back();
        return back ? why_busy(lab, device, held, reservation) : back.error();
    }
    return done;
}

failure blocking_calendar::why_busy(const std::string& lab, const std::string& device, window held,
                                    std::int64_t besides) {
    statement other(*db_,
                    "SELECT reservation FROM booking WHERE lab = ? AND device = ? AND begins < ? AND frees > ?"
                    " AND reservation <> ? ORDER BY begins LIMIT 1");
    other.bind(1, lab).bind(2, device).bind(3, seconds_of(held.until)).bind(4, seconds_of(held.from)).bind(5, besides);
    const auto found = other.step();
    const std::string by = found && *found ? id_of('r', other.number(0)) : "another pod of the same reservation";
    return failure(errc::busy, fmt::format("device {} is in {} at some time of that window", device, by));
}

result<void> blocking_calendar::is_not_by_hand(const std::string& lab, const std::string& device, window held) {
    statement claim(*db_,
                    "SELECT claim.activation FROM claim JOIN activation ON activation.number = claim.activation"
                    " WHERE claim.lab = ? AND claim.device = ? AND claim.until > ? AND activation.reservation = 0");
    const auto found = claim.bind(1, lab).bind(2, device).bind(3, seconds_of(held.from)).step();
    if (!found) {
        return found.error();
    }
    if (*found) {
        return failure(errc::busy, fmt::format("device {} is in activation {}, which was begun by hand", device,
                                               id_of('a', claim.number(0))));
    }
    return {};
}

result<reservation> blocking_calendar::begin_change(transaction& all, const std::string& id) {
    const auto begun = all.begin();
    if (!begun) {
        return begun.error();
    }
    auto found = head_of(id, false);
    if (found && is_over(found->now)) {
        return failure(errc::bad_input, fmt::format("reservation {} is over ({})", id, name_of(found->now)))
            .advise("what is over does not change any more; book again: rollover reserve");
    }
    return found;
}

result<void> blocking_calendar::move(const std::string& id, window promised, window held, const actor& who,
                                     wall_time now) {
    const std::lock_guard lock(one_at_a_time_);
    transaction all(*db_);
    auto before = begin_change(all, id);
    if (!before) {
        return before.error();
    }
    auto done = savepoint(*db_).set();
    if (!done) {
        return done;
    }
    statement bookings(*db_,
                       "UPDATE booking SET begins = CASE begins WHEN ?2 THEN ?3 ELSE begins END,"
                       " frees = ?5 WHERE reservation = ?1 AND frees = ?4");
    bookings.bind(1, row_of(id)).bind(2, seconds_of(before->held.from)).bind(3, seconds_of(held.from));
    bookings.bind(4, seconds_of(before->held.until)).bind(5, seconds_of(held.until));
    done = bookings.run();
    if (!done && done.error().code == errc::busy) {
        auto back = savepoint(*db_).go_back();
        if (back) {
            back = read_pods({&*before, 1});
        }
        if (!back) {
            return back;
        }
        for (const auto& one : before->pods) {
            for (const auto& device : one.devices) {
                statement other(*db_,
                                "SELECT 1 FROM booking WHERE lab = ? AND device = ? AND begins < ? AND frees > ?"
                                " AND reservation <> ?");
                other.bind(1, before->lab)
                    .bind(2, device)
                    .bind(3, seconds_of(held.until))
                    .bind(4, seconds_of(held.from));
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
        head.bind(1, seconds_of(promised.from)).bind(2, seconds_of(promised.until)).bind(3, seconds_of(held.from));
        done = head.bind(4, seconds_of(held.until)).bind(5, row_of(id)).run();
    }
    if (done) {
        done = write_entry({0, now, who.name, "moved", id, "", "", who.token, who.peer}, now);
    }
    if (done) {
        done = all.commit();
    }
    return done;
}

result<void> blocking_calendar::set_stage(const std::string& id, stage next, const std::string& why, const actor& who,
                                          instant when, wall_time now) {
    const std::lock_guard lock(one_at_a_time_);
    transaction all(*db_);
    const auto before = begin_change(all, id);
    if (!before) {
        return before.error();
    }
    if (next == stage::running && before->now == stage::ending) {
        return failure(errc::bad_input, fmt::format("reservation {} is to end already", id));
    }
    if (next == stage::ending && before->now == stage::booked && when < before->held.from) {
        next = stage::cancelled;
    }
    statement head(*db_,
                   "UPDATE reservation SET stage = ?1, over = ?2, why = CASE ?3 WHEN '' THEN why ELSE ?3 END"
                   " WHERE number = ?4");
    head.bind(1, name_of(next)).bind(2, std::int64_t{is_over(next) ? 1 : 0}).bind(3, why).bind(4, row_of(id));
    auto done = head.run_later();
    if (done && next == stage::ending && before->now != stage::ending) {
        const auto cleaning = std::max(before->held.until - before->promised.until, std::chrono::seconds(1));
        done = hold_until(*before, std::max(when, before->held.from) + cleaning);
    }
    if (done && is_over(next)) {
        statement later(*db_, "DELETE FROM booking WHERE reservation = ? AND begins >= ?");
        done = later.bind(1, row_of(id)).bind(2, seconds_of(when)).run_later();
    }
    if (done && is_over(next)) {
        statement rest(*db_, "UPDATE booking SET frees = ?2 WHERE reservation = ?1 AND frees > ?2");
        done = rest.bind(1, row_of(id)).bind(2, seconds_of(when)).run_later();
    }
    if (done) {
        done = write_entry({0, now, who.name, std::string(name_of(next)), id, "", why, who.token, who.peer}, now);
    }
    if (done) {
        done = all.commit();
    }
    return done;
}

result<void> blocking_calendar::hold_until(const reservation& of, instant end) {
    if (end >= of.held.until) {
        return {};
    }
    statement devices(*db_, "UPDATE booking SET frees = ?3 WHERE reservation = ?1 AND frees = ?2");
    devices.bind(1, row_of(of.id)).bind(2, seconds_of(of.held.until)).bind(3, seconds_of(end));
    auto done = devices.run_later();
    if (done) {
        statement head(*db_, "UPDATE reservation SET held_until = ? WHERE number = ?");
        done = head.bind(1, seconds_of(end)).bind(2, row_of(of.id)).run_later();
    }
    return done;
}

result<void> blocking_calendar::hand_over(const std::string& id, const std::string& via, const actor& who,
                                          instant not_before, wall_time now) {
    const std::lock_guard lock(one_at_a_time_);
    transaction all(*db_);
    const auto before = begin_change(all, id);
    if (!before) {
        return before.error();
    }
    if (!via.empty() && (before->now != stage::booked || before->held.from < not_before)) {
        return failure(errc::busy, fmt::format("reservation {} was begun, or begins in a moment", id))
            .advise("the service attends to it");
    }
    statement head(*db_, "UPDATE reservation SET via = ? WHERE number = ?");
    auto done = head.bind(1, via).bind(2, row_of(id)).run();
    if (done) {
        done = write_entry(
            {0, now, who.name, via.empty() ? "taken back" : "handed over", id, "", via, who.token, who.peer}, now);
    }
    if (done) {
        done = all.commit();
    }
    return done;
}

result<void> blocking_calendar::set_why(const std::string& id, const std::string& why, wall_time now) {
    const std::lock_guard lock(one_at_a_time_);
    transaction all(*db_);
    const auto before = begin_change(all, id);
    if (!before) {
        return before.error();
    }
    statement head(*db_, "UPDATE reservation SET why = ? WHERE number = ?");
    auto done = head.bind(1, why).bind(2, row_of(id)).run();
    if (done) {
        done = write_entry({0, now, "rollover", "incomplete", id, "", why}, now);
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
        statement head(*db_, "UPDATE reservation SET ready = ? WHERE number = ? AND ready = 0 RETURNING number");
        const auto is_first = head.bind(1, seconds_of(when)).bind(2, row_of(id)).step();
        if (!is_first || !*is_first) {
            return is_first ? result<void>() : is_first.error();
        }
        done = head.run();
    }
    if (done) {
        done = write_entry({0, now, "rollover", "ready", id, "", ""}, now);
    }
    if (done) {
        done = all.commit();
    }
    return done;
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
    statement after(*db_,
                    "INSERT INTO measured (lab, key, count, mean, deviation) VALUES (?,?,?,?,?)"
                    " ON CONFLICT (lab, key) DO UPDATE SET count = excluded.count, mean = excluded.mean,"
                    " deviation = excluded.deviation");
    after.bind(1, lab).bind(2, key).bind(3, static_cast<std::int64_t>(known.count));
    done = after.bind(4, known.mean.count()).bind(5, known.deviation.count()).run();
    if (done) {
        done = all.commit();
    }
    return done;
}

result<void> blocking_calendar::tell(const entry& what, wall_time now) {
    const std::lock_guard lock(one_at_a_time_);
    transaction all(*db_);
    auto done = all.begin(changes::appended);
    if (done) {
        done = write_entry(what, now);
    }
    if (done) {
        done = all.commit();
    }
    return done;
}

result<void> blocking_calendar::write_entry(const entry& what, wall_time now) {
    statement insert(
        *db_, "INSERT INTO entry (at, who, what, reservation, subject, text, token, peer) VALUES (?,?,?,?,?,?,?,?)");
    insert.bind(1, now.time_since_epoch().count()).bind(2, what.who).bind(3, what.what);
    insert.bind(4, row_of(what.reservation)).bind(5, what.subject).bind(6, what.text);
    return insert.bind(7, what.token).bind(8, what.peer).run_later();
}

}  // namespace rollover::store
