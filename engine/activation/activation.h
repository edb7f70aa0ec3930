// An activation: one plan carried out as one tree of coroutines, and the way back. Whatever happens, when these
// functions return, nothing is left running, every line is closed, and every touched device is handed over, clean, or
// quarantined.
#pragma once

#include "engine/activation/environment.h"
#include "engine/model/lab.h"
#include "engine/plan/plan.h"

#include <map>
#include <string>
#include <vector>

namespace rollover::activation {

enum class ending {
    ready,    ///< the topology works and was handed over (after `deactivate`: everything is clean)
    failed,   ///< rolled back as far as it went: see `devices` (after `deactivate`: something is not clean)
    stopped,  ///< the stop switch was used; rolled back, and all is clean
};

struct outcome {
    ending how = ending::failed;
    std::vector<failure> failures;  ///< what went wrong, the first cause first
    /// Handed over as far as it works (environment::best_effort): what does not, "A: why", and why.
    std::vector<std::string> missing = {};
    bool authors_mistake =
        false;                   ///< a device has refused it, or it may not be typed: no other try would end otherwise
    bool nothing_to_do = false;  ///< `deactivate` of what had ended clean
    std::map<std::string, device_condition> devices;      ///< after the way back: of every device that was touched
    std::map<std::string, console::gap_statistics> gaps;  ///< of every device that was typed at
};

/// Carries `plan` out under the id that the journal gave. Never throws, never leaves a device in doubt: on failure and
/// on `stop` the joins are undone and every touched device is erased or quarantined; on a second `stop` the way back is
/// left too, and the journal knows what may be dirty. The plan must be of `lab`.
[[nodiscard]] task<outcome> activate(environment& env, const model::lab& lab, const plan::plan& plan, std::string id,
                                     stop_switch& stop);

/// The way back from what the journal says about `id`: unjoin, erase, verify clean; also after a crash, and again for
/// what an earlier way back has left in quarantine. `lab` is read anew: devices that are no longer in it are
/// quarantined. The second `stop` ends it, as in `activate`.
[[nodiscard]] task<outcome> deactivate(environment& env, const model::lab& lab, std::string id, stop_switch& stop);

/// The same without hooks, for what is no topology (a survey). An id of which nothing is left only ends.
[[nodiscard]] task<outcome> take_back(environment& env, const model::lab& lab, std::string id, stop_switch& stop);

/// Tries once more to make a device clean that activation `id`, which is over, has left in quarantine; `note` goes to
/// the journal before. It is clean then and out of quarantine, or in it as before; cancelled, it is as before too.
[[nodiscard]] task<outcome> recheck(environment& env, const model::lab& lab, std::string device, std::string id,
                                    std::string note);

/// Brings one device back that lets nobody in (platform::session::recover), and erases it. `id`: the activation that
/// has left it in quarantine, or one that was begun for this. The device is clean then, or in quarantine; `stop` leaves
/// it as the journal has it.
[[nodiscard]] task<outcome> recover(environment& env, const model::lab& lab, std::string device, std::string id,
                                    stop_switch& stop);

}  // namespace rollover::activation
