// The calendar's statements. Each call blocks until its transaction is on the disk; any thread, one at a time.
#pragma once

#include "engine/scheduler/calendar.h"
#include "engine/store/sqlite.h"

#include <memory>
#include <mutex>

namespace rollover::store {

/// The functions of scheduler::calendar; `now` is the time of the change.
class blocking_calendar {
public:
    explicit blocking_calendar(std::unique_ptr<database> db) : db_(std::move(db)) {}

    result<std::string> book(const scheduler::reservation& what, const std::string& who, unsigned most_open,
                             wall_time now);
    result<scheduler::reservation> find(const std::string& id);
    result<std::vector<scheduler::reservation>> list(const scheduler::query& which);
    result<std::vector<scheduler::booked_device>> taken(const std::string& lab, scheduler::window in);
    result<std::vector<scheduler::reservation>> due(const std::string& lab, scheduler::instant until);
    result<void> move(const std::string& id, scheduler::window promised, scheduler::window held, const std::string& who,
                      wall_time now);
    result<void> place_anew(const std::string& id, const scheduler::pod& with, scheduler::instant from, wall_time now);
    result<void> set_stage(const std::string& id, scheduler::stage stage, const std::string& why,
                           const std::string& who, scheduler::instant when, wall_time now);
    result<void> set_ready(const std::string& id, scheduler::instant when, wall_time now);
    result<scheduler::experience> measured(const std::string& lab);
    result<void> measure(const std::string& lab, const std::string& key, duration took);
    result<void> tell(const scheduler::entry& what, wall_time now);
    result<std::vector<scheduler::entry>> entries(std::int64_t after, std::size_t most, const std::string& id);

private:
    [[nodiscard]] result<scheduler::reservation> head_of(const std::string& id);
    /// Begins `all`, and reads what is to change. Errors: bad_input when it is over, and holds nothing any more.
    [[nodiscard]] result<scheduler::reservation> begin_change(transaction& all, const std::string& id);
    [[nodiscard]] result<void> may_have_one_more(const std::string& owner, unsigned most_open);
    [[nodiscard]] result<void> insert_pods(const scheduler::reservation& what, std::int64_t number);
    [[nodiscard]] result<void> insert_booking(const std::string& lab, const std::string& device, scheduler::window held,
                                              std::int64_t reservation, std::uint32_t pod);
    [[nodiscard]] failure why_busy(const std::string& lab, const std::string& device, scheduler::window held,
                                   std::int64_t besides);
    [[nodiscard]] result<void> is_not_by_hand(const std::string& lab, const std::string& device,
                                              scheduler::window held);
    [[nodiscard]] result<void> write_entry(const scheduler::entry& what, wall_time now);
    [[nodiscard]] result<void> read_pods(scheduler::reservation& into);
    [[nodiscard]] result<std::vector<scheduler::reservation>> read_heads(statement& rows, bool with_source);

    std::unique_ptr<database> db_;
    std::mutex one_at_a_time_;
};

}  // namespace rollover::store
