// What the scheduler does for one reservation, from its start until it is over: its pods, and its stage.
#pragma once

#include "engine/scheduler/pod_work.h"

#include <memory>
#include <string>
#include <vector>

namespace rollover::scheduler {

class attendance {
public:
    /// `in` must outlive it. `may_act`: as activation::environment.
    attendance(const surroundings& in, reservation of, std::function<bool()> may_act);

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
    /// Sleeps until its devices are its own, and shortly before prepares what leaves no trace: what is prepared and not
    /// begun needs no way back. False: it was cancelled, or is left.
    [[nodiscard]] task<bool> wait_for_start();
    [[nodiscard]] task<void> prepare();
    /// Reads it whole, and makes its pods. Errors: store; bad_input, when its topology cannot be read any more;
    /// cancelled, when somebody else attends to it.
    [[nodiscard]] task<result<void>> read();
    [[nodiscard]] task<void> work();
    [[nodiscard]] task<void> note_ready();
    /// Behind what the pods begin: that waits for nobody.
    [[nodiscard]] task<void> note_running(event& begun);
    /// Written again and again until the calendar has it.
    [[nodiscard]] task<void> set_stage(stage now, std::string why);
    void follow();
    void log(std::string text) const;

    const surroundings& in_;
    reservation of_;
    order orders_;
    event changed_;
    task_group group_;
    std::vector<std::unique_ptr<pod_work>> pods_;
    instant prepared_for_{};  ///< the start that it was last prepared for
    bool stale_ = false;      ///< what was read of it has changed since
    bool begun_ = false;      ///< its pods work, and follow the orders
    std::size_t ready_ = 0;
    bool done_ = false;
};

}  // namespace rollover::scheduler
