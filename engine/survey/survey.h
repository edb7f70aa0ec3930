// A survey of the cabling: the devices say who their interfaces are, marked frames are sent towards each through the
// cross-connects, and what comes back is compared with the lab file. In the journal it is an activation that claims the
// devices; the way back removes all that it made.
#pragma once

#include "engine/activation/activation.h"
#include "engine/survey/compare.h"
#include "engine/survey/host_part.h"

namespace rollover::survey {

/// What a survey is called in the journal: no topology has such a name.
inline constexpr const char* journal_name = "survey of the cabling";

struct request {
    std::vector<model::device_index> devices;  ///< claimed under `id`, and free
    std::string id;
    duration listen = std::chrono::seconds(12);  ///< at least so long for what has not answered
    prober_factory make_prober = crossconnect::make_prober;
};

struct outcome {
    std::vector<std::pair<model::device_index, failure>> unasked;  ///< devices, and why
    std::vector<failure> unread;                                   ///< cross-connects
    comparison found;
    activation::outcome after;  ///< of the way back
    bool stopped = false;
    std::size_t looked_for = 0;  ///< interfaces of devices that were asked, with a place on a switch
};

/// `lab` and `env` outlive the task. Whatever happens, the way back is gone before it returns; what could not be undone
/// is in `after`, and in the journal. A second `stop` leaves the way back too.
[[nodiscard]] task<outcome> survey_lab(activation::environment& env, const model::lab& lab, request what,
                                       activation::stop_switch& stop);

/// The way back of a survey whose process is no more.
[[nodiscard]] task<activation::outcome> end_survey(activation::environment& env, const model::lab& lab, std::string id,
                                                   activation::stop_switch& stop);

}  // namespace rollover::survey
