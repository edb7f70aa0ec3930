// The part of blocking_calendar that keeps in memory what is held from now on.
#include "engine/store/blocking_calendar.h"
#include "engine/store/calendar_rows.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace rollover::store {

using scheduler::instant;
using scheduler::taken_time;
using scheduler::taken_times;
using scheduler::timetable;

namespace {

/// The entries that stand beside a change of bookings. Each such change is decided (changes::decided): those that are
/// under way come one after the other in both databases, so what is seen of these entries has no gap.
constexpr std::string_view of_bookings =
    "what IN ('booked', 'moved', 'placed anew', 'ending', 'ended', 'failed', 'cancelled')";

/// With more changes than that all is read again.
constexpr std::size_t most_changes = 5000;

using building = std::map<std::string, taken_times, std::less<>>;

taken_time time_of(const statement& row) {
    const auto at = [&row](int column) { return instant(std::chrono::seconds(row.number(column))); };
    return {{at(1), at(2)}, row.number(3)};
}

std::shared_ptr<const taken_times> in_order(taken_times times) {
    std::ranges::sort(times, {}, [](const taken_time& one) { return one.held.from; });
    return std::make_shared<const taken_times>(std::move(times));
}

}  // namespace

result<std::shared_ptr<const timetable>> blocking_calendar::times(const std::string& lab, wall_time now) {
    const std::lock_guard lock(one_at_a_time_);
    const auto known = timetables_.find(lab);
    // What was over at a later time by a clock that was set back since is not kept.
    if (known != timetables_.end() && now >= known->second.as_of) {
        const auto followed = follow_changes(known->second, lab, now);
        if (!followed) {
            return followed.error();
        }
        if (known->second.times) {
            return known->second.times;
        }
    }
    auto all = read_timetable(lab, now);
    if (!all) {
        return all.error();
    }
    auto& kept = timetables_[lab];
    kept = std::move(*all);
    return kept.times;
}

result<blocking_calendar::kept_timetable> blocking_calendar::read_timetable(const std::string& lab, wall_time now) {
    kept_timetable out;
    out.as_of = now;
    // First the number: what changes while the rest is read is read again.
    statement last(*db_, fmt::format("SELECT number FROM entry WHERE {} ORDER BY number DESC LIMIT 1", of_bookings));
    const auto row = last.step();
    if (!row) {
        return row.error();
    }
    out.entry = *row ? last.number(0) : 0;
    statement rows(*db_, fmt::format("{} SELECT booking.device, begins, frees, reservation FROM each_device"
                                     " CROSS JOIN booking WHERE {}",
                                     with_each_device, of_each_device));
    rows.bind(1, lab).bind(2, seconds_of(scheduler::rounded_down(now)));
    building found;
    const auto done = rows.each([&] { found[rows.text(0)].push_back(time_of(rows)); });
    if (!done) {
        return done.error();
    }
    auto times = std::make_shared<timetable>();
    for (auto& [device, of] : found) {
        times->emplace(device, in_order(std::move(of)));
    }
    out.times = std::move(times);
    return out;
}

result<void> blocking_calendar::follow_changes(kept_timetable& kept, const std::string& lab, wall_time now) {
    std::set<std::int64_t> changed;
    std::int64_t last = kept.entry;
    statement entries(*db_, fmt::format("SELECT number, reservation FROM entry WHERE number > ? AND {} ORDER BY number",
                                        of_bookings));
    entries.bind(1, kept.entry);
    auto done = entries.each([&] {
        last = entries.number(0);
        changed.insert(entries.number(1));
    });
    if (!done) {
        return done;
    }
    kept.as_of = now;
    if (changed.empty()) {
        return {};
    }
    if (changed.size() > most_changes) {
        kept.times.reset();
        return {};
    }
    building added;
    for (const auto reservation : changed) {
        statement rows(*db_,
                       "SELECT device, begins, frees, reservation FROM booking"
                       " WHERE reservation = ? AND lab = ? AND frees > ?");
        rows.bind(1, reservation).bind(2, lab).bind(3, seconds_of(scheduler::rounded_down(now)));
        done = rows.each([&] { added[rows.text(0)].push_back(time_of(rows)); });
        if (!done) {
            return done;
        }
    }
    auto next = std::make_shared<timetable>(*kept.times);
    for (auto& [device, times] : *next) {
        const bool is_touched = added.contains(device) || std::ranges::any_of(*times, [&](const taken_time& one) {
                                    return changed.contains(one.reservation);
                                });
        if (is_touched) {
            taken_times left;
            std::ranges::copy_if(*times, std::back_inserter(left), [&](const taken_time& one) {
                return !changed.contains(one.reservation) && wall_time(one.held.until) > now;
            });
            auto& more = added[device];
            left.insert(left.end(), more.begin(), more.end());
            added.erase(device);
            times = in_order(std::move(left));
        }
    }
    for (auto& [device, times] : added) {
        next->emplace(device, in_order(std::move(times)));
    }
    kept = {std::move(next), last, now};
    return {};
}

}  // namespace rollover::store
