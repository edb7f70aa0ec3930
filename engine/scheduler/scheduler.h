// The scheduler: looks into the calendar, and attends to every reservation whose time has come, all of them at once.
#pragma once

#include "engine/scheduler/attendance.h"
#include "engine/scheduler/clock.h"
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
    /// When it looked last, also in vain.
    [[nodiscard]] time_point last_turn() const noexcept { return last_turn_; }
    [[nodiscard]] std::size_t attended() const noexcept { return attended_.size(); }

private:
    /// All that begins soon or is not over; and, with little to read, what has changed since.
    [[nodiscard]] task<void> read_calendar();
    [[nodiscard]] task<void> read_changes();
    /// What is due and nobody attends to, as far as it is this service's.
    struct due_part {
        reservation of;
        std::string site;  ///< empty: all of it
    };
    [[nodiscard]] task<void> attend_to(std::vector<due_part> due);
    /// Tells those who attend to it what has changed. Result: of its parts those that this service may work on and
    /// nobody here attends to.
    [[nodiscard]] std::vector<due_part> look_at(const reservation& one);
    /// Signs on, again and again; leaves everything when the term was slept over.
    [[nodiscard]] task<void> stay_signed_on();
    void let_go();
    void forget_what_is_done();
    void look_at_clock();
    void warn(const failure& why) const;

    surroundings in_;
    event changed_;
    clock_watch clock_;
    time_point read_again_{};       ///< the whole calendar
    instant attended_until_{};      ///< what begins before it is attended
    std::int64_t last_entry_ = -1;  ///< of the audit trail, that was read; every change has one. -1: none was
    task_group group_;
    std::map<work_part, std::unique_ptr<attendance>> attended_;
    std::function<bool()> fence_;  ///< of what is taken now; empty: nothing can be taken yet, or there is no roster
    wall_time last_look_{};
    time_point last_turn_{};
    bool leaving_ = false;
};

}  // namespace rollover::scheduler
