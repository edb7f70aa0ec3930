// The joins of an activation on their cross-connects: made, kept while the activation becomes ready, mended, removed.
#pragma once

#include "drivers/crossconnect/crossconnect.h"
#include "engine/activation/environment.h"
#include "engine/model/lab.h"
#include "engine/plan/plan.h"

#include <map>
#include <string>
#include <vector>

namespace rollover::activation {

/// The limit of connections to a cross-connect, around one operation on it. Errors: cancelled.
[[nodiscard]] task<result<void>> come_to(environment& env, const model::cross_connect& where, std::string id);
void go_from(environment& env, const model::cross_connect& where);

/// The joins of activation `id`, as the drivers want them.
using joins_by_place = std::map<model::cross_connect_index, std::vector<crossconnect::join>>;
[[nodiscard]] joins_by_place joins_of(const std::vector<plan::planned_join>& planned, const std::string& id);

/// Makes joins on one cross-connect; the journal has their names first. Errors: those of the journal and of
/// crossconnect::crossconnect, with the cross-connect's name.
[[nodiscard]] task<result<void>> make_joins(environment& env, const model::lab& lab, model::cross_connect_index where,
                                            std::vector<crossconnect::join> wanted, std::string id);

/// Makes joins stand that the journal has already, and leaves alone what does: the names of those that it made again.
/// Errors: those of crossconnect::crossconnect, with the cross-connect's name.
[[nodiscard]] task<result<std::vector<std::string>>> mend_joins(environment& env, const model::lab& lab,
                                                                model::cross_connect_index where,
                                                                std::vector<crossconnect::join> wanted);

/// Takes joins of one cross-connect away, by names, in the middle of an activation: the journal goes on having them.
[[nodiscard]] task<result<void>> take_joins_away(environment& env, const model::lab& lab,
                                                 model::cross_connect_index where, std::vector<std::string> names);

/// Takes joins of one cross-connect away, by names; the journal has it afterwards. A host that cannot be reached keeps
/// them in the journal. Errors: as above; not_found when the lab file no longer has the cross-connect.
[[nodiscard]] task<result<void>> remove_joins(environment& env, const model::lab& lab, std::string where,
                                              std::vector<std::string> names, std::string id);

/// Looks after the joins of an activation until it is told to end: a cross-connect that restarts in the middle gets
/// its joins back. What fails is only logged, the next look may find the host again; without joins the checks fail.
class joins_keeper {
public:
    /// All must outlive it. `between`: from one look to the next.
    joins_keeper(environment& env, const model::lab& lab, joins_by_place joins, std::string id,
                 duration between = std::chrono::seconds(10));
    /// One look at once, then one after each `between`, until `end`.
    [[nodiscard]] task<result<void>> run();
    void end();

private:
    [[nodiscard]] task<void> look();

    environment& env_;
    const model::lab& lab_;
    joins_by_place joins_;
    std::string id_;
    duration between_;
    event ended_;
    bool has_ended_ = false;
};

}  // namespace rollover::activation
