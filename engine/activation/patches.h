// The serial links of an activation: handed to whoever carries them, and taken back. The journal knows before.
#pragma once

#include "engine/activation/environment.h"

namespace rollover::activation {

/// Has all patches of `plan` carried; the journal has their links first. Errors: those of patch_keeper and the journal.
[[nodiscard]] task<result<void>> begin_patches(environment& env, const model::lab& lab, const plan::plan& plan,
                                               std::string id);

/// Whatever carries the serial links of this activation ends; the journal has it afterwards. Errors: as above.
[[nodiscard]] task<result<void>> end_patches(environment& env, std::string id);

/// Looks after the patches of an activation that is ready: where nobody carries them any more (the machine has started
/// anew, the process was killed), they are carried again. What fails is only logged: the next look may succeed.
class patches_keeper {
public:
    /// All must outlive it. `plan`: its patches count. `between`: from one look to the next.
    patches_keeper(environment& env, const model::lab& lab, plan::plan plan, std::string id, duration between);
    /// One look at once, then one after each `between`, until `end`.
    [[nodiscard]] task<result<void>> run();
    void end();

private:
    [[nodiscard]] task<void> look();

    environment& env_;
    const model::lab& lab_;
    plan::plan plan_;
    std::string id_;
    duration between_;
    event ended_;
    bool has_ended_ = false;
};

}  // namespace rollover::activation
