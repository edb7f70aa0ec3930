// The audit of a lab: every switch and every cross-connect is read, all at once, and compared with the lab file.
// Nothing is configured.
#pragma once

#include "engine/audit/cross_connect.h"

namespace rollover::audit {

/// What is looked at, and the joins that the journal knows of, by cross-connect.
struct scope {
    std::vector<model::switch_index> switches;
    std::vector<model::cross_connect_index> cross_connects;
    std::map<std::string, known_joins, std::less<>> joins;
};

/// One switch or cross-connect.
struct audited {
    std::string target;                       ///< "switch sw1", "cross-connect xc1"
    result<void> read;                        ///< why it could not be read, or not to its end
    std::vector<switches::difference> found;  ///< up to there
};

/// In the order of `what`, the switches first. `lab`, `env` and `what` outlive the task; each target has until
/// `deadline`.
[[nodiscard]] task<std::vector<audited>> audit_lab(activation::environment& env, const model::lab& lab,
                                                   const scope& what, activation::stop_switch& stop,
                                                   time_point deadline);

}  // namespace rollover::audit
