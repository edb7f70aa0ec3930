// The part of blocking_calendar that changes nothing.
#include "engine/store/blocking_calendar.h"
#include "engine/store/calendar_rows.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <nlohmann/json.hpp>
#include <tuple>
#include <unordered_map>
#include <utility>

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
    " made, ready, expected, policy, via";

constexpr std::string_view part_columns =
    "part.reservation, part.pod, part.site, part.stage, part.why, part.over, (SELECT MAX(activation.number) FROM"
    " activation WHERE activation.reservation = part.reservation AND activation.reservation > 0 AND"
    " activation.pod = part.pod AND activation.site = part.site)";

/// Reservations whose pods are read with one question.
constexpr std::size_t most_at_once = 100;

instant instant_from(std::int64_t n) {
    return instant(std::chrono::seconds(n));
}

reservation head_from(const statement& row) {
    reservation one;
    one.id = id_of('r', row.number(0));
    one.lab = row.text(1);
    one.topology = row.text(2);
    one.file = row.text(3);
    one.arguments = nlohmann::json::parse(row.text(4)).get<model::arguments>();
    one.owner = row.text(5);
    one.promised = {instant_from(row.number(6)), instant_from(row.number(7))};
    one.held = {instant_from(row.number(8)), instant_from(row.number(9))};
    one.now = scheduler::stage_of(row.text(10)).value_or(stage::failed);
    one.why = row.text(11);
    one.made = instant_from(row.number(12));
    if (row.number(13) != 0) {
        one.ready = instant_from(row.number(13));
    }
    one.expected = instant_from(row.number(14));
    one.policy = scheduler::policy_of(row.text(15)).value_or(scheduler::policy::strict);
    one.via = row.text(16);
    one.source = row.text(17);
    return one;
}

}  // namespace

result<reservation> blocking_calendar::find(const std::string& id) {
    const std::lock_guard lock(one_at_a_time_);
    auto found = head_of(id, true);
    if (found) {
        auto done = read_pods({&*found, 1});
        if (done) {
            statement rows(*db_,
                           fmt::format("SELECT {} FROM part WHERE reservation = ? ORDER BY pod, site", part_columns));
            rows.bind(1, row_of(id));
            done = read_parts(rows, {&*found, 1});
        }
        if (!done) {
            return done.error();
        }
    }
    return found;
}

result<reservation> blocking_calendar::head_of(const std::string& id, bool with_source) {
    statement rows(*db_, fmt::format("SELECT {}, {} FROM reservation WHERE number = ?", head_columns,
                                     with_source ? "source" : "''"));
    rows.bind(1, row_of(id));
    auto found = read_heads(rows);
    if (!found) {
        return found.error();
    }
    if (found->empty()) {
        return scheduler::no_such_reservation(id);
    }
    return std::move(found->front());
}

result<std::vector<reservation>> blocking_calendar::list(const query& which) {
    const std::lock_guard lock(one_at_a_time_);
    statement rows(*db_,
                   fmt::format("SELECT {}, '' FROM reservation WHERE (?1 = '' OR lab = ?1) AND (?2 = '' OR owner = ?2)"
                               " AND (?3 = 0 OR over = 0) AND held_from < ?5 AND held_until > ?4"
                               " ORDER BY promised_from, number",
                               head_columns));
    rows.bind(1, which.lab).bind(2, which.owner).bind(3, std::int64_t{which.open_only ? 1 : 0});
    rows.bind(4, which.held ? seconds_of(which.held->from) : std::numeric_limits<std::int64_t>::min());
    rows.bind(5, which.held ? seconds_of(which.held->until) : std::numeric_limits<std::int64_t>::max());
    return with_pods(read_heads(rows));
}

result<std::vector<reservation>> blocking_calendar::due(const std::string& lab, instant until) {
    const std::lock_guard lock(one_at_a_time_);
    statement rows(*db_, fmt::format("SELECT {}, '' FROM reservation WHERE lab = ? AND over = 0 AND held_from < ?"
                                     " ORDER BY held_from, number",
                                     head_columns));
    rows.bind(1, lab).bind(2, seconds_of(until));
    return with_pods(read_heads(rows));
}

result<std::vector<reservation>> blocking_calendar::with_pods(result<std::vector<reservation>> found) {
    if (found) {
        for (std::span<reservation> rest = *found; !rest.empty();) {
            const auto some = rest.first(std::min(rest.size(), most_at_once));
            rest = rest.subspan(some.size());
            const auto pods = read_pods(some);
            if (!pods) {
                return pods.error();
            }
        }
        // From the few that were begun and are not over, however many there ever were.
        statement rows(*db_, fmt::format("SELECT {} FROM reservation CROSS JOIN part WHERE reservation.over = 0 AND"
                                         " reservation.stage <> 'booked' AND part.reservation = reservation.number"
                                         " ORDER BY part.reservation, part.pod, part.site",
                                         part_columns));
        const auto parts = read_parts(rows, *found);
        if (!parts) {
            return parts.error();
        }
    }
    return found;
}

result<void> blocking_calendar::read_parts(statement& rows, std::span<reservation> into) {
    return rows.each([&] {
        const auto id = id_of('r', rows.number(0));
        const auto of = std::ranges::find(into, id, &reservation::id);
        if (of == into.end()) {
            return;
        }
        const auto to = std::ranges::find(of->pods, rows.number(1), &scheduler::pod::number);
        if (to != of->pods.end()) {
            const auto now = scheduler::part_stage_of(rows.text(3)).value_or(scheduler::part_stage::begun);
            to->parts.push_back({rows.text(2), now, rows.text(4), rows.number(5) != 0, id_of('a', rows.number(6))});
        }
    });
}

result<std::vector<reservation>> blocking_calendar::read_heads(statement& rows) {
    std::vector<reservation> out;
    const auto done = rows.each([&] { out.push_back(head_from(rows)); });
    if (!done) {
        return done.error();
    }
    return out;
}

/// All at once: a question for each reservation would be a thousand where many begin together.
result<void> blocking_calendar::read_pods(std::span<reservation> into) {
    std::unordered_map<std::int64_t, reservation*> by_row;
    for (auto& one : into) {
        by_row.emplace(row_of(one.id), &one);
    }
    // Two lengths of the list, so two texts that are prepared: the last one stands in for those that are missing.
    const std::size_t places = into.size() == 1 ? 1 : most_at_once;
    std::string of_them = "reservation IN (?1";
    for (std::size_t n = 2; n <= places; ++n) {
        of_them += fmt::format(",?{}", n);
    }
    of_them += ")";
    const auto bind = [&](statement& rows) {
        for (std::size_t n = 0; n < places; ++n) {
            rows.bind(static_cast<int>(n) + 1, row_of(into[std::min(n, into.size() - 1)].id));
        }
    };
    statement pods(*db_, fmt::format("SELECT pod.reservation, number, placement, (SELECT MAX(activation.number) FROM"
                                     " activation WHERE activation.reservation = pod.reservation AND"
                                     " activation.reservation > 0 AND activation.pod = pod.number)"
                                     " FROM pod WHERE {} ORDER BY number",
                                     of_them));
    bind(pods);
    auto done = pods.each([&] {
        if (const auto of = by_row.find(pods.number(0)); of != by_row.end()) {
            of->second->pods.push_back(
                {static_cast<std::uint32_t>(pods.number(1)), pods.text(2), {}, id_of('a', pods.number(3))});
        }
    });
    if (!done) {
        return done;
    }
    // What is, or was, held to the end: a device that was replaced is in the table only until then.
    statement devices(*db_,
                      fmt::format("SELECT reservation, pod, device, frees FROM booking WHERE {} ORDER BY reservation,"
                                  " frees DESC, device",
                                  of_them));
    std::int64_t reservation = 0;
    std::int64_t end = 0;
    bind(devices);
    return devices.each([&] {
        if (devices.number(0) != std::exchange(reservation, devices.number(0))) {
            end = devices.number(3);
        }
        const auto of = by_row.find(reservation);
        if (of == by_row.end() || devices.number(3) != end) {
            return;
        }
        const auto pod = std::ranges::find(of->second->pods, devices.number(1), &scheduler::pod::number);
        if (pod != of->second->pods.end()) {
            pod->devices.push_back(devices.text(2));
        }
    });
}

result<std::map<stage, std::size_t>> blocking_calendar::counts(const std::string& lab) {
    const std::lock_guard lock(one_at_a_time_);
    std::map<stage, std::size_t> out;
    statement rows(*db_, "SELECT stage, COUNT(*) FROM reservation WHERE lab = ? AND over = 0 GROUP BY stage");
    rows.bind(1, lab);
    const auto done = rows.each([&] {
        if (const auto known = scheduler::stage_of(rows.text(0))) {
            out[*known] = static_cast<std::size_t>(rows.number(1));
        }
    });
    if (!done) {
        return done.error();
    }
    return out;
}

result<std::vector<booked_device>> blocking_calendar::taken(const std::string& lab, window in) {
    const std::lock_guard lock(one_at_a_time_);
    std::vector<booked_device> out;
    statement rows(*db_, fmt::format("{} SELECT booking.device, begins, frees, reservation.number, owner, topology"
                                     " FROM each_device CROSS JOIN booking"
                                     " JOIN reservation ON reservation.number = booking.reservation"
                                     " WHERE {} AND begins < ?3",
                                     with_each_device, of_each_device));
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
    std::ranges::sort(out, [](const booked_device& a, const booked_device& b) {
        return std::tie(a.device, a.held.from) < std::tie(b.device, b.held.from);
    });
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

namespace {

constexpr std::string_view entry_columns = "number, at, who, what, reservation, subject, text, token, peer";

entry entry_from(const statement& row) {
    return {row.number(0),
            wall_time(duration(row.number(1))),
            row.text(2),
            row.text(3),
            id_of('r', row.number(4)),
            row.text(5),
            row.text(6),
            row.text(7),
            row.text(8)};
}

result<std::vector<entry>> read_entries(statement& rows) {
    std::vector<entry> out;
    const auto done = rows.each([&] { out.push_back(entry_from(rows)); });
    if (!done) {
        return done.error();
    }
    return out;
}

}  // namespace

result<std::int64_t> blocking_calendar::last_entry() {
    const std::lock_guard lock(one_at_a_time_);
    statement last(*db_, "SELECT number FROM entry ORDER BY number DESC LIMIT 1");
    const auto row = last.step();
    if (!row) {
        return row.error();
    }
    return *row ? last.number(0) : 0;
}

result<std::vector<entry>> blocking_calendar::entries(std::int64_t after, std::size_t most, const std::string& id,
                                                      const std::string& owner) {
    const std::lock_guard lock(one_at_a_time_);
    statement rows(*db_,
                   fmt::format("SELECT {} FROM entry WHERE number > ?1 AND (?2 = 0 OR reservation = ?2)"
                               " AND (?4 = '' OR reservation IN (SELECT number FROM reservation WHERE owner = ?4))"
                               " ORDER BY number LIMIT ?3",
                               entry_columns));
    rows.bind(1, after).bind(2, id.empty() ? 0 : row_of(id)).bind(3, static_cast<std::int64_t>(most)).bind(4, owner);
    return read_entries(rows);
}

result<std::vector<entry>> blocking_calendar::audit(const scheduler::audit_query& which) {
    const std::lock_guard lock(one_at_a_time_);
    statement rows(*db_, fmt::format("SELECT {} FROM entry WHERE (?1 = '' OR who = ?1) AND at >= ?2 AND at < ?3"
                                     " AND (?4 = 0 OR what = ?5 OR what = ?6) ORDER BY number DESC LIMIT ?7",
                                     entry_columns));
    rows.bind(1, which.who).bind(2, which.from.time_since_epoch().count());
    rows.bind(3, which.until.time_since_epoch().count()).bind(4, std::int64_t{which.refused_only ? 1 : 0});
    rows.bind(5, scheduler::refused_words).bind(6, scheduler::not_let_in_words);
    rows.bind(7, static_cast<std::int64_t>(which.most));
    auto found = read_entries(rows);
    if (found) {
        std::ranges::reverse(*found);
    }
    return found;
}

}  // namespace rollover::store
