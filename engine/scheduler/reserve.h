// From a wish to a reservation: a placement over the calendar, the times that it takes, booked in one piece.
#pragma once

#include "engine/activation/journal.h"
#include "engine/model/lab.h"
#include "engine/model/topology.h"
#include "engine/placement/placement.h"
#include "engine/runtime/runtime.h"
#include "engine/scheduler/calendar.h"
#include "engine/scheduler/times.h"

#include <memory>
#include <optional>

namespace rollover::scheduler {

/// What the service serves, as it was read last.
struct lab_files {
    model::lab lab;
    platform::library platforms;
};
using shared_files = std::shared_ptr<const lab_files>;

struct wish {
    std::shared_ptr<const model::topology> topology;
    model::arguments arguments;
    std::string source;  ///< the topology's XML
    std::string file;    ///< what it is called in messages
    std::string owner;
    std::optional<instant> from;  ///< when it is to be ready; nothing: as early as possible
    std::chrono::seconds length{};
    unsigned pods = 1;
    bool sees_all = true;  ///< messages say who has what he wants; else only that somebody has
    scheduler::policy policy = scheduler::policy::strict;
};

/// Zero or empty: no limit. They hold for an owner.
struct owner_limits {
    unsigned most_open = 0;  ///< reservations that are not over
    std::chrono::seconds longest{};
    std::chrono::seconds ahead{};  ///< of the end of a reservation, from now
};

/// What is known of the lab when a wish is looked at.
struct knowledge {
    std::vector<booked_device> bookings;  ///< from `now` on, those that begin before `until`
    activation::holds held;               ///< by what is begun by hand, and by quarantine
    activation::use_counts uses;
    experience earlier;
    instant now;
    instant until = instant::max();
    /// In the place of `bookings` for wishes that begin as early as possible; null: nothing is booked.
    std::shared_ptr<const timetable> times = nullptr;
};

/// Where and when: everything but the id. Pure. `from`: exactly then, or as soon after it as the typing takes.
/// Errors: bad_input (nothing asked for, in the past), and those of placement::find_in_window and
/// placement::earliest; refused, over a limit.
[[nodiscard]] result<reservation> find_reservation(const lab_files& files, const wish& what, const knowledge& known,
                                                   const owner_limits& limits);

/// What find_reservation needs, read anew; of bookings those that begin within `ahead` from now.
[[nodiscard]] task<result<knowledge>> know(runtime& rt, calendar& book, activation::journal& journal, std::string lab,
                                           std::chrono::seconds ahead);

/// find_reservation with what it needs to know and no more: a calendar of years is not read for a place that is free
/// tomorrow. `files` and `what` must outlive the task.
[[nodiscard]] task<result<reservation>> look_for(runtime& rt, calendar& book, activation::journal& journal,
                                                 shared_files files, const wish& what, owner_limits limits);

/// Finds and books; anew when somebody was faster. Errors: those of find_reservation and of calendar::book.
[[nodiscard]] task<result<reservation>> reserve(runtime& rt, calendar& book, activation::journal& journal,
                                                shared_files files, wish what, actor who, owner_limits limits);

}  // namespace rollover::scheduler
