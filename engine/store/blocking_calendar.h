// The calendar's statements. Each call blocks until its transaction is done; any thread, one at a time.
#pragma once

#include "engine/scheduler/calendar.h"
#include "engine/store/sql.h"

#include <memory>
#include <mutex>
#include <span>

namespace rollover::store {

/// The functions of scheduler::calendar; `now` is the time of the change.
class blocking_calendar {
public:
    explicit blocking_calendar(std::unique_ptr<database> db) : db_(std::move(db)) {}

    result<std::string> book(const scheduler::reservation& what, const scheduler::actor& who, unsigned most_open,
                             wall_time now);
    result<scheduler::reservation> find(const std::string& id);
    result<std::vector<scheduler::reservation>> list(const scheduler::query& which);
    result<std::map<scheduler::stage, std::size_t>> counts(const std::string& lab);
    result<std::vector<scheduler::booked_device>> taken(const std::string& lab, scheduler::window in);
    result<std::shared_ptr<const scheduler::timetable>> times(const std::string& lab, wall_time now);
    result<std::vector<scheduler::reservation>> due(const std::string& lab, scheduler::instant until);
    result<void> move(const std::string& id, scheduler::window promised, scheduler::window held,
                      const scheduler::actor& who, wall_time now);
    result<void> place_anew(const std::string& id, const scheduler::pod& with, scheduler::instant from,
                            const std::string& before, wall_time now);
    result<void> set_part(const std::string& id, std::uint32_t pod, const scheduler::part& part, wall_time now);
    result<void> set_stage(const std::string& id, scheduler::stage stage, const std::string& why,
                           const scheduler::actor& who, scheduler::instant when, wall_time now);
    result<void> hand_over(const std::string& id, const std::string& via, const scheduler::actor& who,
                           scheduler::instant not_before, wall_time now);
    result<void> set_why(const std::string& id, const std::string& why, wall_time now);
    result<void> set_ready(const std::string& id, scheduler::instant when, wall_time now);
    result<scheduler::experience> measured(const std::string& lab);
    result<void> measure(const std::string& lab, const std::string& key, duration took);
    result<void> tell(const scheduler::entry& what, wall_time now);
    result<std::int64_t> last_entry();
    result<std::vector<scheduler::entry>> entries(std::int64_t after, std::size_t most, const std::string& id,
                                                  const std::string& owner);
    result<std::vector<scheduler::entry>> audit(const scheduler::audit_query& which);

private:
    /// Without its pods.
    [[nodiscard]] result<scheduler::reservation> head_of(const std::string& id, bool with_source);
    /// Begins `all`, and reads what is to change, without its pods. Errors: bad_input when it is over, and holds
    /// nothing any more.
    [[nodiscard]] result<scheduler::reservation> begin_change(transaction& all, const std::string& id);
    [[nodiscard]] result<void> may_have_one_more(const std::string& owner, unsigned most_open);
    [[nodiscard]] result<void> insert_pods(const scheduler::reservation& what, std::int64_t number);
    [[nodiscard]] result<void> insert_booking(const std::string& lab, const std::string& device, scheduler::window held,
                                              std::int64_t reservation, std::uint32_t pod);
    /// From `from` on a device is no longer held for this pod.
    [[nodiscard]] result<void> give_back(const scheduler::reservation& of, std::uint32_t pod, const std::string& device,
                                         scheduler::instant from);
    /// Its devices are free earlier than it was booked.
    [[nodiscard]] result<void> hold_until(const scheduler::reservation& of, scheduler::instant end);
    [[nodiscard]] failure why_busy(const std::string& lab, const std::string& device, scheduler::window held,
                                   std::int64_t besides);
    [[nodiscard]] result<void> is_not_by_hand(const std::string& lab, const std::string& device,
                                              scheduler::window held);
    [[nodiscard]] result<void> write_entry(const scheduler::entry& what, wall_time now);
    [[nodiscard]] static result<std::vector<scheduler::reservation>> read_heads(statement& rows);
    /// Their pods, with the devices; without the parts.
    [[nodiscard]] result<void> read_pods(std::span<scheduler::reservation> into);
    /// With their pods; those of them that are not over with their parts too.
    [[nodiscard]] result<std::vector<scheduler::reservation>> with_pods(
        result<std::vector<scheduler::reservation>> found);
    [[nodiscard]] static result<void> read_parts(statement& rows, std::span<scheduler::reservation> into);

    /// A timetable, and the last entry that it takes into account.
    struct kept_timetable {
        std::shared_ptr<const scheduler::timetable> times;
        std::int64_t entry = 0;
        wall_time as_of{};  ///< what was over then is not in it
    };
    [[nodiscard]] result<kept_timetable> read_timetable(const std::string& lab, wall_time now);
    /// Errors of it leave `kept` as it was.
    [[nodiscard]] result<void> follow_changes(kept_timetable& kept, const std::string& lab, wall_time now);

    std::map<std::string, kept_timetable> timetables_;  ///< by lab
    std::unique_ptr<database> db_;
    std::mutex one_at_a_time_;
};

}  // namespace rollover::store
