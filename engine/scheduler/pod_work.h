// The life of one pod, from the first character typed for it until all that it had is clean again.
#pragma once

#include "engine/activation/activation.h"
#include "engine/activation/joins.h"
#include "engine/activation/spares.h"
#include "engine/scheduler/surroundings.h"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace rollover::scheduler {

/// What its reservation says to a pod; it changes while the pod works.
struct order {
    instant until;         ///< the end of what was promised
    instant held_until;    ///< devices that are taken anew are held until then
    bool end_now = false;  ///< cancelled: it is taken down at once
    bool leave = false;    ///< the process ends: what is handed over stays, what is under way is left to the journal
    std::function<bool()> may_act = {};  ///< as activation::environment
};

class pod_work final : public activation::spares {
public:
    /// All must outlive it. `topology` and `of` are those of the reservation; `orders` is followed as it changes.
    pod_work(const surroundings& in, const reservation& of, std::shared_ptr<const model::topology> topology, pod which,
             const order& orders);

    /// Makes the plan ahead of its time, on the pool. It leaves no trace: whether its devices can be had shows when it
    /// begins. What goes wrong is left to `run`.
    [[nodiscard]] task<void> prepare();
    /// Until nothing of it is left, or `leave`. `on_begun` is called when its activation stands in the journal, or
    /// could not be put there at once; `on_ready` when it is handed over.
    [[nodiscard]] task<void> run(std::function<void()> on_begun, std::function<void()> on_ready);
    /// The orders have changed.
    void look();

    [[nodiscard]] bool was_ready() const noexcept { return was_ready_; }
    [[nodiscard]] bool is_over() const noexcept { return over_; }
    [[nodiscard]] const std::string& failure_text() const noexcept { return failure_; }
    /// What was handed over does not have; empty: it is whole.
    [[nodiscard]] const std::string& missing_text() const noexcept { return missing_; }

    // spares: the calendar's devices. pod_spares.cpp
    [[nodiscard]] task<result<plan::plan>> another(const plan::plan& now, model::node_index node,
                                                   std::string activation, std::string why) override;
    [[nodiscard]] task<result<void>> leave_out(const plan::plan& rest, model::node_index node, std::string activation,
                                               std::string why) override;

private:
    /// What an earlier process has begun: taken over when it is ready, else taken back.
    [[nodiscard]] task<void> take_over();
    /// A plan, and the files that it was made with.
    struct ready_plan {
        shared_files files;
        plan::plan plan;
        std::string json;
    };
    /// One try to have the pod ready. Errors: why not; busy when a device is not free yet.
    [[nodiscard]] task<result<void>> start();
    /// Opens the activation in the journal, with its claims. Errors: of journal::begin.
    [[nodiscard]] task<result<void>> begin(const ready_plan& with);
    [[nodiscard]] task<result<ready_plan>> make_plan();
    /// Another placement when a device of this one cannot be had.
    [[nodiscard]] task<result<void>> place_anew();
    [[nodiscard]] task<result<void>> activate(const plan::plan& p);
    /// All that this pod may not take from now on: held by others, or failed in it.
    [[nodiscard]] task<result<activation::holds>> held_by_others();
    [[nodiscard]] task<result<plan::plan>> plan_with(const plan::plan& now, model::node_index node,
                                                     const activation::holds& held);
    [[nodiscard]] task<result<void>> book_and_claim(const plan::plan& now, const plan::plan& with,
                                                    model::node_index node, std::string activation, std::string why);
    [[nodiscard]] task<void> measure(std::string id, const plan::plan* p);
    /// Until the window is over; joins that a restarted cross-connect has lost are made again, and patches that nobody
    /// carries any more are carried again.
    [[nodiscard]] task<void> stay();
    /// The joins and patches of the activation, by the journal.
    [[nodiscard]] task<plan::plan> what_stands();
    /// Until the way back is done; tried again as long as something stands against it.
    [[nodiscard]] task<void> take_down();
    /// False: the window is over, or an order came.
    [[nodiscard]] task<bool> pause(duration how_long);
    [[nodiscard]] result<void> open_workplace(const std::string& activation);
    [[nodiscard]] bool must_end() const;
    void log(severity level, std::string text) const;
    [[nodiscard]] task<void> tell(std::string what, std::string text);

    static constexpr unsigned most_tries = 6;

    const surroundings& in_;
    const reservation& of_;
    std::shared_ptr<const model::topology> topology_;
    pod pod_;
    const order& orders_;
    shared_files files_;
    event changed_;
    activation::stop_switch stop_;
    std::unique_ptr<workplace> place_;
    std::optional<ready_plan> prepared_;
    std::function<void()> on_begun_;
    task_group telling_;
    std::string activation_;          ///< that is not over
    std::set<std::string> given_up_;  ///< devices that have failed in this pod
    unsigned tries_ = 0;
    bool ready_ = false;
    bool was_ready_ = false;
    bool over_ = false;
    std::string failure_;
    std::string missing_;
};

}  // namespace rollover::scheduler
