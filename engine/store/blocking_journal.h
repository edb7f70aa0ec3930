// The journal's statements. Each call blocks until its transaction is done; any thread, one at a time.
#pragma once

#include "engine/activation/journal.h"
#include "engine/store/sql.h"

#include <map>
#include <memory>
#include <mutex>
#include <optional>

namespace rollover::store {

/// The functions of activation::journal; `now` is the time of the change.
class blocking_journal {
public:
    explicit blocking_journal(std::unique_ptr<database> db) : db_(std::move(db)) {}

    [[nodiscard]] result<std::string> begin(const activation::beginning& what, wall_time now);
    [[nodiscard]] result<void> append(const activation::record& what);
    [[nodiscard]] result<void> change_plan(const activation::plan_change& what);
    [[nodiscard]] result<std::vector<activation::record>> read(const std::string& id);
    [[nodiscard]] result<activation::summary> find(const std::string& id);
    /// All, or the one of this number.
    [[nodiscard]] result<std::vector<activation::summary>> list(std::optional<std::int64_t> only);
    [[nodiscard]] result<activation::holds> unavailable(const std::string& lab);
    [[nodiscard]] result<activation::use_counts> uses(const std::string& lab);
    [[nodiscard]] result<void> quarantine(const std::string& lab, const std::string& device, const std::string& why,
                                          wall_time now);
    [[nodiscard]] result<void> release(const std::string& lab, const std::string& device, wall_time now);

private:
    [[nodiscard]] result<void> claim(const activation::beginning& what, const std::vector<std::string>& devices,
                                     std::int64_t number, wall_time now);
    /// Of a device.
    struct standing {
        std::int64_t activation = 0;  ///< that has it; 0: none
        bool quarantined = false;
        std::int64_t reservation = 0;  ///< that it is held for; 0: none
        std::int64_t pod = 0;
    };
    [[nodiscard]] static result<void> may_claim(const activation::beginning& what, const std::string& device,
                                                const standing& is);
    /// At `now`; of what is begun by hand: as far as a reservation begins before it is over.
    [[nodiscard]] result<std::map<std::string, standing>> look_at(const activation::beginning& what,
                                                                  const std::vector<std::string>& devices,
                                                                  wall_time now);
    [[nodiscard]] result<void> insert_record(const activation::record& what, std::int64_t number);
    /// What a record means for claims and quarantine, in the same transaction.
    [[nodiscard]] result<void> follow_up(const activation::record& what, std::int64_t number);

    std::unique_ptr<database> db_;
    std::mutex one_at_a_time_;
};

}  // namespace rollover::store
