// The life of one pod, from the first character typed for it until all that it had is clean again.
#pragma once

#include "engine/activation/activation.h"
#include "engine/activation/joins.h"
#include "engine/activation/spares.h"
#include "engine/scheduler/parts.h"
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

class pod_work final : public activation::spares, public activation::companions {
public:
    /// All must outlive it. `topology` and `of` are those of the reservation; `of` (how far other parts are) and
    /// `orders` are followed as they change. `site`: only the part that is there; empty: all of the pod.
    pod_work(const surroundings& in, const reservation& of, std::shared_ptr<const model::topology> topology, pod which,
             const order& orders, std::string site);

    /// Makes the plan ahead of its time, on the pool. It leaves no trace: whether its devices can be had shows when it
    /// begins. What goes wrong is left to `run`. Not for a part, whose plan is made as the others stand.
    [[nodiscard]] task<void> prepare();
    /// Until nothing of it is left, or `leave`. `on_ready` is called when it is handed over.
    [[nodiscard]] task<void> run(std::function<void()> on_ready);
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

    // companions: the other parts of the pod. pod_parts.cpp
    [[nodiscard]] task<result<std::vector<plan::planned_join>>> meet(const plan::plan& now,
                                                                     std::string activation) override;
    [[nodiscard]] task<bool> are_there() override;
    [[nodiscard]] task<void> begin_again() override;

private:
    static constexpr unsigned most_tries = 6;

    /// What an earlier process has begun: taken over when it is ready, else taken back.
    [[nodiscard]] task<void> take_over();
    /// What is typed, and the files that say so.
    struct typing {
        shared_files files;
        plan::plan plan;
        std::string json;
    };
    /// One try to have the pod ready. Errors: why not; busy when a device is not free yet.
    [[nodiscard]] task<result<void>> start();
    /// Opens the activation in the journal, with its claims. Errors: of journal::begin.
    [[nodiscard]] task<result<void>> begin(const typing& what);
    [[nodiscard]] task<result<typing>> make_plan();
    [[nodiscard]] typing typing_of(plan::plan p) const;
    /// Another placement when a device of this one cannot be had.
    [[nodiscard]] task<result<void>> place_anew();
    [[nodiscard]] task<result<void>> activate(const plan::plan& p);
    /// All that this pod may not take from now on: held by others, or failed in it.
    [[nodiscard]] task<result<activation::holds>> held_by_others();
    /// `now` is a whole plan, and so is the result.
    [[nodiscard]] task<result<plan::plan>> plan_with(const plan::plan& now, model::node_index node,
                                                     const activation::holds& held);
    /// What was left out of this activation is not joined again by another's replacement.
    [[nodiscard]] plan::plan without_left_out(plan::plan made) const;
    [[nodiscard]] task<result<void>> book_and_claim(const plan::plan& now, const plan::plan& with,
                                                    model::node_index node, std::string activation, std::string why);
    // Of a pod that several hosts activate together. pod_parts.cpp
    [[nodiscard]] bool is_part() const noexcept { return !site_.empty(); }
    [[nodiscard]] plan::plan own_part(const plan::plan& whole) const;
    /// The calendar's placement, where another part may have changed it; and where the parts stand.
    [[nodiscard]] task<result<reservation>> read_anew();
    [[nodiscard]] const pod& pod_in(const reservation& r) const;
    /// Another part is given up: this one is taken back too.
    [[nodiscard]] bool another_is_given_up() const;
    /// What is at other sites is not for this part: what the pod has there it keeps, and it takes nothing else.
    void keep_to_site(activation::holds& held) const;
    /// With another device here: error when a part that has it checked already would have to change.
    [[nodiscard]] task<result<void>> is_only_here(const plan::plan& now, const plan::plan& with);
    /// The same, of what is not begun yet; and nothing else may be typed at other sites.
    [[nodiscard]] task<result<void>> placed_only_here(const placement::placement& now,
                                                      const placement::placement& with);
    /// Errors: bad_input.
    [[nodiscard]] result<plan::plan> whole_plan(const placement::placement& placed) const;
    [[nodiscard]] task<result<plan::plan>> whole_plan_anew();
    /// The joins of `now` as they go with the placement as it is, which another part may have changed.
    [[nodiscard]] task<result<std::vector<plan::planned_join>>> follow_joins(const plan::plan& now,
                                                                             std::string activation);
    /// Whether another part may check now: all that stand in the way, read anew.
    [[nodiscard]] task<result<others>> look_at_others();
    void take_placement(pod from);
    /// Of a placement, what this part claims of it.
    [[nodiscard]] std::vector<std::string> own_claims(const placement::placement& placed) const;
    /// False: it is over already.
    [[nodiscard]] task<bool> take_up_part();
    /// Written again and again, until the calendar has it or this service leaves.
    [[nodiscard]] task<void> tell_part(part_stage now, std::string why, bool over = false);
    /// By the journal's times, so not when the clock was set meanwhile.
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

    const surroundings& in_;
    const reservation& of_;
    std::shared_ptr<const model::topology> topology_;
    pod pod_;
    const order& orders_;
    const std::string site_;
    shared_files files_;
    event changed_;
    activation::stop_switch stop_;
    std::unique_ptr<workplace> place_;
    std::optional<typing> prepared_;
    std::string activation_;                ///< that is not over
    std::set<model::node_index> left_out_;  ///< of the activation
    std::set<std::string> given_up_;        ///< devices that have failed in this pod
    unsigned tries_ = 0;
    bool ready_ = false;
    bool was_ready_ = false;
    bool over_ = false;
    part_stage stage_ = part_stage::begun;  ///< of the part, as this service has told it last
    std::string failure_;
    std::string missing_;
};

}  // namespace rollover::scheduler
