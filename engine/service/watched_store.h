// A calendar and a journal that tell the metrics what passes through them, and whoever watches that something has
// changed; the work is done by those behind them, which must outlive them.
#pragma once

#include "engine/runtime/runtime.h"
#include "engine/scheduler/calendar.h"
#include "engine/service/metrics.h"

#include <functional>

namespace rollover::service {

class watched_calendar final : public scheduler::calendar {
public:
    /// `changed`: called after every change that has succeeded.
    watched_calendar(runtime& rt, scheduler::calendar& behind, metrics& told, std::function<void()> changed)
        : rt_(rt), behind_(behind), told_(told), changed_(std::move(changed)) {}

    task<result<std::string>> book(scheduler::reservation what, scheduler::actor who, unsigned most_open) override;
    task<result<scheduler::reservation>> find(std::string id) override;
    task<result<std::vector<scheduler::reservation>>> list(scheduler::query which) override;
    task<result<std::map<scheduler::stage, std::size_t>>> counts(std::string lab) override;
    task<result<std::vector<scheduler::booked_device>>> taken(std::string lab, scheduler::window in) override;
    task<result<std::shared_ptr<const scheduler::timetable>>> times(std::string lab) override;
    task<result<std::vector<scheduler::reservation>>> due(std::string lab, scheduler::instant until) override;
    task<result<void>> move(std::string id, scheduler::window promised, scheduler::window held,
                            scheduler::actor who) override;
    task<result<void>> place_anew(std::string id, scheduler::pod with, scheduler::instant from,
                                  std::string before) override;
    task<result<void>> set_part(std::string id, std::uint32_t pod, scheduler::part now) override;
    task<result<void>> set_stage(std::string id, scheduler::stage now, std::string why, scheduler::actor who,
                                 scheduler::instant when) override;
    task<result<void>> hand_over(std::string id, std::string via, scheduler::actor who,
                                 scheduler::instant not_before) override;
    task<result<void>> set_why(std::string id, std::string why) override;
    task<result<void>> set_ready(std::string id, scheduler::instant when) override;
    task<result<scheduler::experience>> measured(std::string lab) override;
    task<result<void>> measure(std::string lab, std::string key, duration took) override;
    task<result<void>> tell(scheduler::entry what) override;
    task<result<std::int64_t>> last_entry() override;
    task<result<std::vector<scheduler::entry>>> entries(std::int64_t after, std::size_t most, std::string id,
                                                        std::string owner) override;
    task<result<std::vector<scheduler::entry>>> audit(scheduler::audit_query which) override;

private:
    struct due_times {
        wall_time begin;  ///< when its devices are its own, and it was booked
        wall_time ready;  ///< when it was expected to be ready
    };
    template <class Value>
    task<result<Value>> read(task<result<Value>> work);
    template <class Value>
    task<result<Value>> change(task<result<Value>> work);

    /// When it is to begin and to be ready.
    void remember(const scheduler::reservation& one);

    runtime& rt_;
    scheduler::calendar& behind_;
    metrics& told_;
    std::function<void()> changed_;
    std::map<std::string, due_times> due_;  ///< of what the scheduler has to look after
};

class watched_journal final : public activation::journal {
public:
    watched_journal(runtime& rt, activation::journal& behind, metrics& told) : rt_(rt), behind_(behind), told_(told) {}

    task<result<std::string>> begin(activation::beginning what) override;
    task<result<void>> append(activation::record what) override;
    task<result<void>> change_plan(activation::plan_change what) override;
    task<result<std::vector<activation::record>>> read(std::string id) override;
    task<result<activation::summary>> find(std::string id) override;
    task<result<std::vector<activation::summary>>> list() override;
    task<result<activation::holds>> unavailable(std::string lab) override;
    task<result<activation::use_counts>> uses(std::string lab) override;
    task<result<void>> quarantine(std::string lab, std::string device, std::string why) override;
    task<result<void>> release(std::string lab, std::string device) override;

private:
    template <class Value>
    task<result<Value>> timed(task<result<Value>> work);

    runtime& rt_;
    activation::journal& behind_;
    metrics& told_;
};

}  // namespace rollover::service
