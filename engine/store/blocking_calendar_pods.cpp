// The part of blocking_calendar that changes single pods: where they are placed, and how far each site's part is.
#include "engine/store/blocking_calendar.h"
#include "engine/store/calendar_rows.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::store {

using scheduler::instant;
using scheduler::pod;
using scheduler::reservation;

result<void> blocking_calendar::place_anew(const std::string& id, const pod& with, instant from,
                                           const std::string& before_it, wall_time now) {
    const std::lock_guard lock(one_at_a_time_);
    transaction all(*db_);
    auto before = begin_change(all, id);
    if (!before) {
        return before.error();
    }
    auto done = read_pods({&*before, 1});
    if (done) {
        done = savepoint(*db_).set();
    }
    if (!done) {
        return done;
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
        done = give_back(*before, with.number, device, begins);
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
    statement placement(*db_,
                        "UPDATE pod SET placement = ?1 WHERE reservation = ?2 AND number = ?3"
                        " AND (?4 = '' OR placement = ?4) RETURNING number");
    placement.bind(1, with.placement).bind(2, row_of(id)).bind(3, with.number);
    const auto placed = placement.bind(4, before_it).step();
    if (!placed) {
        return placed.error();
    }
    if (!*placed) {
        return failure(errc::busy, fmt::format("pod {} of {} was placed anew by somebody else", with.number, id));
    }
    done = placement.run();
    if (done) {
        done = write_entry({0, now, "rollover", "placed anew", id, fmt::format("pod {}", with.number), ""}, now);
    }
    if (done) {
        done = all.commit();
    }
    return done;
}

result<void> blocking_calendar::give_back(const reservation& of, std::uint32_t pod, const std::string& device,
                                          instant from) {
    // What began in this very second, and has failed at once, was never used.
    statement unused(*db_, "DELETE FROM booking WHERE reservation = ? AND pod = ? AND device = ? AND begins >= ?");
    auto done = unused.bind(1, row_of(of.id)).bind(2, pod).bind(3, device).bind(4, seconds_of(from)).run();
    if (!done) {
        return done;
    }
    statement used(*db_,
                   "UPDATE booking SET frees = ?4 WHERE reservation = ?1 AND pod = ?2 AND device = ?3 AND frees > ?4");
    return used.bind(1, row_of(of.id)).bind(2, pod).bind(3, device).bind(4, seconds_of(from)).run();
}

result<void> blocking_calendar::set_part(const std::string& id, std::uint32_t pod, const scheduler::part& part,
                                         wall_time now) {
    const std::lock_guard lock(one_at_a_time_);
    transaction all(*db_);
    auto done = all.begin();
    if (done) {
        statement row(*db_,
                      "INSERT INTO part (reservation, pod, site, stage, why, over) VALUES (?,?,?,?,?,?)"
                      " ON CONFLICT (reservation, pod, site) DO UPDATE SET stage = excluded.stage,"
                      " why = excluded.why, over = excluded.over");
        row.bind(1, row_of(id)).bind(2, pod).bind(3, part.site).bind(4, name_of(part.now)).bind(5, part.why);
        done = row.bind(6, std::int64_t{part.over ? 1 : 0}).run();
    }
    if (done) {
        const auto what = fmt::format("part {}", part.over ? "over" : name_of(part.now));
        done = write_entry({0, now, "rollover", what, id, part.site, part.why}, now);
    }
    if (done) {
        done = all.commit();
    }
    return done;
}

}  // namespace rollover::store
