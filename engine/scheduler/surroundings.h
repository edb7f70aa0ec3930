// What the scheduler is handed: the world, the calendar, the journal, and the places where activations work.
#pragma once

#include "engine/activation/environment.h"
#include "engine/scheduler/calendar.h"
#include "engine/scheduler/reserve.h"
#include "engine/scheduler/roster.h"

#include <functional>
#include <memory>
#include <set>

namespace rollover::scheduler {

/// Where one activation works, for as long as this process works on it.
class workplace {
public:
    virtual ~workplace() = default;
    /// `tell` and `log` of it may be replaced.
    [[nodiscard]] virtual activation::environment& environment() = 0;
};

/// References must outlive the scheduler.
struct surroundings {
    surroundings(runtime& r, scheduler::calendar& c, activation::journal& j) : rt(r), book(c), journal(j) {}

    runtime& rt;
    scheduler::calendar& book;
    activation::journal& journal;
    scheduler::roster* roster = nullptr;  ///< null: no other service works here
    std::set<std::string> sites;          ///< that this service serves; empty: all
    std::function<shared_files()> files;  ///< of today: a reload gives others
    /// Errors: busy when another process works on this activation; store.
    std::function<result<std::unique_ptr<scheduler::workplace>>(shared_files, const std::string& activation)> workplace;
    /// One more activation will want a workplace within a minute; called on the runtime's pool. May be empty.
    std::function<void()> expect_work;
    std::function<void(const activation::progress_event&)> progress;  ///< may be empty
    /// So often the clock and the calendar are looked at: within it a step of the clock is noticed, and what others
    /// have changed in the calendar.
    duration between_looks = std::chrono::seconds(10);
    /// So often the whole calendar is read. Shorter where others write into it at the same time: then an entry of the
    /// audit trail may come after one with a higher number, and what has changed is not seen by its number alone.
    duration between_readings = std::chrono::minutes(30);
    log_sink log;
    /// A device in quarantine is tried again after so long, then less and less often; zero: it is left to a person.
    duration recheck{};
};

}  // namespace rollover::scheduler
