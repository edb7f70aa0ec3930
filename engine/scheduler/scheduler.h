// The scheduler: looks into the calendar, and attends to every reservation whose time has come, all of them at once.
#pragma once

#include "engine/scheduler/attendance.h"
#include "engine/scheduler/surroundings.h"

#include <map>
#include <memory>
#include <string>

namespace rollover::scheduler {

class scheduler {
public:
    explicit scheduler(surroundings in);

    /// Until `leave`: what is handed over then stays as it is, and what is under way is left to the journal, from which
    /// the next run goes on.
    [[nodiscard]] task<void> run();
    /// Something in the calendar has changed; to be called by whoever has changed it in this process. What others have
    /// changed is seen some seconds later.
    void look();
    void leave();

    /// When the calendar was read last.
    [[nodiscard]] wall_time last_look() const noexcept { return last_look_; }
    [[nodiscard]] std::size_t attended() const noexcept { return attended_.size(); }

private:
    [[nodiscard]] task<void> read_calendar();
    void forget_what_is_done();

    surroundings in_;
    event changed_;
    task_group group_;
    std::map<std::string, std::unique_ptr<attendance>> attended_;
    wall_time last_look_{};
    bool leaving_ = false;
};

}  // namespace rollover::scheduler
