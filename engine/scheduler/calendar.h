// The calendar: all reservations. A device is never in two of them at once, and it is the store itself that sees to it.
#pragma once

#include "engine/base/error.h"
#include "engine/runtime/task.h"
#include "engine/scheduler/reservation.h"
#include "engine/scheduler/times.h"

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

/// Durable: when a function comes back with success, what it did survives the end of the process and of the machine.
/// Every change is in one transaction with its entry of the audit trail. Errors of all functions: store, with the
/// database's words; not_found, naming the reservation.
class calendar {
public:
    virtual ~calendar() = default;

    /// Books all pods of `what`, or nothing: its id. Errors: busy, naming a device, and the reservation or activation
    /// that has it in this window; refused, when the owner has `most_open` reservations that are not over (0: any
    /// number).
    [[nodiscard]] virtual task<result<std::string>> book(reservation what, std::string who, unsigned most_open) = 0;

    [[nodiscard]] virtual task<result<reservation>> find(std::string id) = 0;
    /// By the start of their windows. Without their sources, which may be large.
    [[nodiscard]] virtual task<result<std::vector<reservation>>> list(query which) = 0;

    /// What is held of a lab at some time in the window, by devices and times.
    [[nodiscard]] virtual task<result<std::vector<booked_device>>> taken(std::string lab, window in) = 0;

    /// What the scheduler has to look after: reservations of a lab that are not over and whose devices are held from
    /// before `until` on, the earliest first. Without their sources.
    [[nodiscard]] virtual task<result<std::vector<reservation>>> due(std::string lab, instant until) = 0;

    /// Other windows, of a reservation that is not over. Errors: busy, as `book`; bad_input when it is over.
    [[nodiscard]] virtual task<result<void>> move(std::string id, window promised, window held, std::string who) = 0;

    /// Another placement for a pod, from `from` on; what it held before it keeps in the calendar until then. Errors:
    /// busy, as `book`.
    [[nodiscard]] virtual task<result<void>> place_anew(std::string id, pod with, instant from) = 0;

    /// Writes the stage, and why. A reservation that is over holds nothing from `when` on.
    [[nodiscard]] virtual task<result<void>> set_stage(std::string id, stage now, std::string why, std::string who,
                                                       instant when) = 0;
    /// All of its pods are handed over.
    [[nodiscard]] virtual task<result<void>> set_ready(std::string id, instant when) = 0;

    /// What was measured in the lab so far, and one more measurement.
    [[nodiscard]] virtual task<result<experience>> measured(std::string lab) = 0;
    [[nodiscard]] virtual task<result<void>> measure(std::string lab, std::string key, duration took) = 0;

    /// Only tells.
    [[nodiscard]] virtual task<result<void>> tell(entry what) = 0;
    /// Entries with a number above `after`, at most `most`, in order; of one reservation, or all when `id` is empty.
    [[nodiscard]] virtual task<result<std::vector<entry>>> entries(std::int64_t after, std::size_t most,
                                                                   std::string id) = 0;
};

}  // namespace rollover::scheduler
