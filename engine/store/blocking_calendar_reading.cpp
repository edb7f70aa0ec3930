// The part of blocking_calendar that changes nothing.
#include "engine/store/blocking_calendar.h"
#include "engine/store/calendar_rows.h"

#include <fmt/format.h>
#include <limits>
#include <nlohmann/json.hpp>

namespace rollover::store {

using scheduler::booked_device;
using scheduler::entry;
using scheduler::instant;
using scheduler::query;
using scheduler::reservation;
using scheduler::stage;
using scheduler::window;

namespace {

constexpr std::string_view head_columns =
    "number, lab, topology, file, arguments, owner, promised_from, promised_until, held_from, held_until, stage, why,"
    " made, ready, expected, source";

instant instant_from(std::int64_t n) {
    return instant(std::chrono::seconds(n));
}

failure no_such_reservation(const std::string& id) {
    return failure(errc::not_found, "there is no reservation " + id).advise("rollover reservations lists them");
}

}  // namespace

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
    rows.bind(4, which.held ? seconds_of(which.held->from) : std::numeric_limits<std::int64_t>::min());
    rows.bind(5, which.held ? seconds_of(which.held->until) : std::numeric_limits<std::int64_t>::max());
    return read_heads(rows, false);
}

result<std::vector<reservation>> blocking_calendar::due(const std::string& lab, instant until) {
    const std::lock_guard lock(one_at_a_time_);
    statement rows(*db_, fmt::format("SELECT {} FROM reservation WHERE lab = ? AND over = 0 AND held_from < ?"
                                     " ORDER BY held_from, number",
                                     head_columns));
    rows.bind(1, lab).bind(2, seconds_of(until));
    return read_heads(rows, false);
}

result<std::vector<reservation>> blocking_calendar::read_heads(statement& rows, bool with_source) {
    std::vector<reservation> out;
    const auto done = rows.each([&] {
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
    });
    if (!done) {
        return done.error();
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
    const auto done = rows.each([&] {
        const auto activation = rows.number(2);
        into.pods.push_back({static_cast<std::uint32_t>(rows.number(0)), rows.text(1), {}, id_of('a', activation)});
    });
    if (!done) {
        return done.error();
    }
    // What is held to the end: a device that was replaced is in the table only until then.
    statement devices(*db_,
                      "SELECT pod, device FROM booking WHERE reservation = ? AND frees ="
                      " (SELECT held_until FROM reservation WHERE number = ?1) ORDER BY pod, device");
    devices.bind(1, row_of(into.id));
    return devices.each([&] {
        for (auto& one : into.pods) {
            if (one.number == devices.number(0)) {
                one.devices.push_back(devices.text(1));
            }
        }
    });
}

result<std::vector<booked_device>> blocking_calendar::taken(const std::string& lab, window in) {
    const std::lock_guard lock(one_at_a_time_);
    std::vector<booked_device> out;
    statement rows(*db_,
                   "SELECT booking.device, begins, frees, reservation.number, owner, topology FROM booking"
                   " JOIN reservation ON reservation.number = booking.reservation"
                   " WHERE booking.lab = ? AND frees > ? AND begins < ? ORDER BY booking.device, begins");
    rows.bind(1, lab).bind(2, seconds_of(in.from)).bind(3, seconds_of(in.until));
    const auto done = rows.each([&] {
        out.push_back({rows.text(0),
                       {instant_from(rows.number(1)), instant_from(rows.number(2))},
                       id_of('r', rows.number(3)),
                       rows.text(4),
                       rows.text(5)});
    });
    if (!done) {
        return done.error();
    }
    return out;
}

result<scheduler::experience> blocking_calendar::measured(const std::string& lab) {
    const std::lock_guard lock(one_at_a_time_);
    scheduler::experience out;
    statement rows(*db_, "SELECT key, count, mean, deviation FROM measured WHERE lab = ?");
    rows.bind(1, lab);
    const auto done = rows.each([&] {
        out[rows.text(0)] = {static_cast<std::uint64_t>(rows.number(1)), duration(rows.number(2)),
                             duration(rows.number(3))};
    });
    if (!done) {
        return done.error();
    }
    return out;
}

result<std::vector<entry>> blocking_calendar::entries(std::int64_t after, std::size_t most, const std::string& id) {
    const std::lock_guard lock(one_at_a_time_);
    std::vector<entry> out;
    statement rows(*db_,
                   "SELECT number, at, who, what, reservation, subject, text FROM entry WHERE number > ?"
                   " AND (?2 = 0 OR reservation = ?2) ORDER BY number LIMIT ?3");
    rows.bind(1, after).bind(2, id.empty() ? 0 : row_of(id)).bind(3, static_cast<std::int64_t>(most));
    const auto done = rows.each([&] {
        const auto of = rows.number(4);
        out.push_back({rows.number(0), wall_time(duration(rows.number(1))), rows.text(2), rows.text(3), id_of('r', of),
                       rows.text(5), rows.text(6)});
    });
    if (!done) {
        return done.error();
    }
    return out;
}

}  // namespace rollover::store
