// The calendar: all reservations. A device is never in two of them at once, and it is the store itself that sees to it.
#pragma once

#include "engine/base/error.h"
#include "engine/runtime/task.h"
#include "engine/scheduler/reservation.h"
#include "engine/scheduler/times.h"
#include "engine/scheduler/timetable.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace rollover::scheduler {

/// Which reservations are asked for.
struct query {
    std::string lab;             ///< empty: of all labs
    std::string owner;           ///< empty: of all owners
    bool open_only = false;      ///< without those that are over
    std::optional<window> held;  ///< only those whose devices are held at some time in it
};

/// Which entries of the audit trail an operator wants.
struct audit_query {
    std::string who;            ///< empty: everybody
    bool refused_only = false;  ///< only what was refused
    wall_time from{};           ///< from then on
    wall_time until = wall_time::max();
    std::size_t most = 1000;  ///< the last ones, when there are more
};

/// What was refused, as it stands in `entry::what`: a request, and whoever showed no token that is one.
inline constexpr std::string_view refused_words = "refused";
inline constexpr std::string_view not_let_in_words = "not let in";

/// Durable: when a function comes back with success, what it did survives the end of the process and of the machine.
/// Every change is in one transaction with its entry of the audit trail. Errors of all functions: store, with the
/// database's words; not_found, naming the reservation.
class calendar {
public:
    virtual ~calendar() = default;

    /// Books all pods of `what`, or nothing: its id. Errors: busy, naming a device, and the reservation or activation
    /// that has it in this window; refused, when the owner has `most_open` reservations that are not over (0: any
    /// number).
    [[nodiscard]] virtual task<result<std::string>> book(reservation what, actor who, unsigned most_open) = 0;

    [[nodiscard]] virtual task<result<reservation>> find(std::string id) = 0;
    /// By the start of their windows. Without their sources, which may be large.
    [[nodiscard]] virtual task<result<std::vector<reservation>>> list(query which) = 0;

    /// How many reservations of a lab that are not over stand in each stage; stages without one may be missing.
    [[nodiscard]] virtual task<result<std::map<stage, std::size_t>>> counts(std::string lab) = 0;

    /// What is held of a lab at some time in the window, by devices and times.
    [[nodiscard]] virtual task<result<std::vector<booked_device>>> taken(std::string lab, window in) = 0;

    /// All that is held of a lab from now on, as it stands. It is kept from call to call, and only what has changed is
    /// read again; the first call reads all.
    [[nodiscard]] virtual task<result<std::shared_ptr<const timetable>>> times(std::string lab) = 0;

    /// What the scheduler has to look after: reservations of a lab that are not over and whose devices are held from
    /// before `until` on, the earliest first. Without their sources.
    [[nodiscard]] virtual task<result<std::vector<reservation>>> due(std::string lab, instant until) = 0;

    /// Other windows, of a reservation that is not over. Errors: busy, as `book`; bad_input when it is over.
    [[nodiscard]] virtual task<result<void>> move(std::string id, window promised, window held, actor who) = 0;

    /// Another placement for a pod, from `from` on; what it held before it keeps in the calendar until then. Errors:
    /// busy, as `book`, or when its placement is another one than `before` by now (empty: whatever it is).
    [[nodiscard]] virtual task<result<void>> place_anew(std::string id, pod with, instant from,
                                                        std::string before = {}) = 0;

    /// How far the part of one site is, for the others to see; only whoever works on it may say so. Errors: store, when
    /// another service works on it.
    [[nodiscard]] virtual task<result<void>> set_part(std::string id, std::uint32_t pod, part now) = 0;

    /// Writes the stage, and why. A reservation that is over holds nothing from `when` on; one that is ended before its
    /// time, what was booked for its clean-up. `ending` before its devices are its own is `cancelled`. Errors:
    /// bad_input when it is over; or for `running`, when it is to end.
    [[nodiscard]] virtual task<result<void>> set_stage(std::string id, stage now, std::string why, actor who,
                                                       instant when) = 0;
    /// Who attends to it from now on (reservation::via). Errors: busy, when it is to be handed over and was begun, or
    /// its devices are held from before `not_before`.
    [[nodiscard]] virtual task<result<void>> hand_over(std::string id, std::string via, actor who,
                                                       instant not_before) = 0;
    /// What of it does not work; its stage stays.
    [[nodiscard]] virtual task<result<void>> set_why(std::string id, std::string why) = 0;
    /// All of its pods are handed over. What was told is not told again.
    [[nodiscard]] virtual task<result<void>> set_ready(std::string id, instant when) = 0;

    /// What was measured in the lab so far, and one more measurement.
    [[nodiscard]] virtual task<result<experience>> measured(std::string lab) = 0;
    [[nodiscard]] virtual task<result<void>> measure(std::string lab, std::string key, duration took) = 0;

    /// Only tells.
    [[nodiscard]] virtual task<result<void>> tell(entry what) = 0;
    /// The number of the last entry; 0: there is none.
    [[nodiscard]] virtual task<result<std::int64_t>> last_entry() = 0;
    /// Entries with a number above `after`, at most `most`, in order; of one reservation, or all when `id` is empty.
    /// `owner`: only of his reservations; empty: of all, and of devices and users.
    [[nodiscard]] virtual task<result<std::vector<entry>>> entries(std::int64_t after, std::size_t most, std::string id,
                                                                   std::string owner = {}) = 0;
    /// In order.
    [[nodiscard]] virtual task<result<std::vector<entry>>> audit(audit_query which) = 0;
};

}  // namespace rollover::scheduler
