// One activation on its way: hooks, joins and configurations, checks, hand-over. A node whose device fails is done
// again, once from erased, then on another device (spares); the others stay as they are.
#pragma once

#include "engine/activation/activation.h"
#include "engine/activation/device_work.h"
#include "engine/activation/joins.h"
#include "engine/activation/opening_gates.h"
#include "engine/activation/together.h"

#include <memory>
#include <optional>
#include <set>

namespace rollover::activation {

/// From erased it is tried once more; then another one takes its place.
inline constexpr unsigned tries_of_a_device = 2;

/// Not the device's failure: stopped, the journal, or what no device may be typed at.
[[nodiscard]] bool is_beyond_the_device(errc code);

class undertaking {
public:
    /// All references must outlive it; `close` comes before its end.
    undertaking(environment& env, const model::lab& lab, plan::plan plan, std::string id, stop_switch& stop);

    /// Stops at the first phase that fails for good.
    [[nodiscard]] task<phase_result> carry_out();
    [[nodiscard]] task<void> close();
    void report_gaps(outcome& into) const;
    /// After success: what was handed over does not have, and why.
    [[nodiscard]] const std::vector<std::string>& missing() const noexcept { return missing_; }
    /// After a failure: see outcome.
    [[nodiscard]] bool authors_mistake() const noexcept { return authors_mistake_; }

private:
    using parts = std::vector<task<result<void>>>;

    struct node_state {
        std::unique_ptr<device_work> work;
        unsigned tries = 0;  ///< of this device that have failed
        bool configured = false;
        bool left_out = false;
        std::optional<failure> failed;  ///< after it was configured: what it is done again for
    };

    [[nodiscard]] task<phase_result> together(parts all);
    [[nodiscard]] task<phase_result> alone(task<result<void>> one);
    [[nodiscard]] parts make_parts();
    [[nodiscard]] parts check_parts();
    [[nodiscard]] parts hand_over_parts();
    /// Whether what has failed in a phase after the configuring can be done again.
    [[nodiscard]] bool goes_on(const phase_result& done) const;

    /// Until the node's device, or one in its place, is configured, or the node is left out.
    [[nodiscard]] task<result<void>> bring_up(std::size_t node);
    /// After `why`: success when the node is to be tried again, or is left out.
    [[nodiscard]] task<result<void>> after_failure(std::size_t node, failure why);
    /// Brings the failed device out of doubt: where it stands then.
    [[nodiscard]] task<result<device_condition>> settle(const std::string& device);
    [[nodiscard]] task<result<void>> replace(std::size_t node, failure why);
    [[nodiscard]] task<result<void>> exchange(std::size_t node, std::string why);
    [[nodiscard]] task<result<void>> leave_out(std::size_t node, const failure& why);
    [[nodiscard]] task<result<void>> make_joins_at(model::cross_connect_index where);
    [[nodiscard]] task<result<void>> unjoin(std::size_t node);
    /// Waits for those who do the rest of the topology. undertaking_together.cpp
    [[nodiscard]] task<result<void>> meet_the_others();
    [[nodiscard]] task<result<void>> change_joins(std::vector<plan::planned_join> to);
    /// After checks that have failed: true when that says nothing, as another part no longer stands.
    [[nodiscard]] task<bool> failed_without_the_others(const phase_result& done);
    [[nodiscard]] task<result<void>> join_again(std::size_t node);
    [[nodiscard]] task<result<void>> check(std::size_t node);
    [[nodiscard]] task<result<void>> hand_over(std::size_t node);
    /// Its converter has few connections: none is kept while nothing is typed.
    [[nodiscard]] bool is_scarce(std::size_t node) const;
    [[nodiscard]] std::set<std::string> links_of(std::size_t node) const;
    [[nodiscard]] bool patches_of(std::size_t node) const;
    void start(std::size_t node);
    [[nodiscard]] const std::string& name_of_device(std::size_t node) const;
    /// Into the activation's folder, one file for each device, for people who want to see what was typed.
    void write_configurations() const;

    environment& env_;
    const model::lab& lab_;
    plan::plan plan_;
    std::string id_;
    stop_switch& stop_;
    time_point deadline_;
    std::vector<node_state> nodes_;
    std::map<std::string, console::gap_statistics> earlier_gaps_;  ///< of works that are over
    std::optional<joins_keeper> keeper_;
    std::size_t unchecked_ = 0;
    std::size_t joins_to_make_ = 0;  ///< cross-connects
    event joins_made_;
    opening_gates one_at_a_time_;  ///< replacements
    std::vector<std::string> missing_;
    bool authors_mistake_ = false;
};

}  // namespace rollover::activation
