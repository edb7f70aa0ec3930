// What the scheduler does for one reservation, from its start until it is over: its pods, and its stage.
#pragma once

#include "engine/scheduler/pod_work.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rollover::scheduler {

class attendance {
public:
    /// `in` must outlive it. `may_act`: as activation::environment. `site`: only the part of it that is there; empty:
    /// all of it.
    attendance(const surroundings& in, reservation of, std::string site, std::function<bool()> may_act);

    /// Until the reservation is over, or `leave`.
    [[nodiscard]] task<void> run();
    /// The reservation as it stands in the calendar now; when another attends to it now, this one leaves.
    void look(const reservation& now);
    /// The wall clock was set.
    void look_at_clock();
    /// The process ends, or another service may work on it by now.
    void leave();
    [[nodiscard]] bool is_done() const noexcept { return done_; }
    [[nodiscard]] bool is_over() const noexcept { return scheduler::is_over(of_.now); }
    [[nodiscard]] const std::string& id() const noexcept { return of_.id; }

private:
    using pods = std::vector<std::unique_ptr<pod_work>>;

    /// Sleeps until its devices are its own, and shortly before prepares what leaves no trace: what is prepared and not
    /// begun needs no way back. False: it was cancelled, or is left.
    [[nodiscard]] task<bool> wait_for_start();
    [[nodiscard]] task<void> prepare();
    [[nodiscard]] bool is_prepared() const noexcept { return prepared_for_ == of_.held.from; }
    [[nodiscard]] task<void> work();
    /// Reads it whole, as it stands. Errors: bad_input, when its topology cannot be read any more; cancelled, when
    /// somebody else attends to it; store.
    [[nodiscard]] task<result<pods>> read_pods();
    [[nodiscard]] pods make_pods(std::shared_ptr<const model::topology> topology) const;
    [[nodiscard]] task<void> note_ready();
    // With other hosts that work on the other parts. attendance_parts.cpp
    [[nodiscard]] task<void> tell_when_all_are_ready();
    /// Until nothing is left of any part; who sees it first writes what became of the whole.
    [[nodiscard]] task<void> end_with_the_others();
    void look_at_parts(const reservation& now);
    /// Written again and again until the calendar has it.
    [[nodiscard]] task<void> set_stage(stage now, std::string why);
    void follow();
    void log(std::string text) const;

    const surroundings& in_;
    reservation of_;
    const std::string site_;
    order orders_;
    event changed_;
    event parts_changed_;
    task_group group_;
    pods prepared_;
    std::optional<instant> prepared_for_;  ///< the start that `prepared_` is for; none: what it was made of has changed
    pods pods_;
    std::size_t ready_ = 0;
    bool done_ = false;
};

}  // namespace rollover::scheduler
