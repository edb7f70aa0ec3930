// Carries all patches of one activation, in this process. `rollover patch` is one of these with a process around it; in
// virtual time it stands for that process.
#pragma once

#include "drivers/patch/patch.h"
#include "engine/activation/patch_keeper.h"

#include <memory>
#include <span>
#include <vector>

namespace rollover::activation {

class patch_host {
public:
    explicit patch_host(runtime& rt, log_sink log = {});

    /// Opens both lines of every patch; all or none. The patches must be of `lab`. Errors: of the first that cannot be
    /// opened; cancelled.
    [[nodiscard]] task<result<void>> open(const model::lab& lab, std::span<const plan::planned_patch> patches,
                                          time_point deadline);

    /// After `open`: carries until it is cancelled.
    [[nodiscard]] task<void> run();

    [[nodiscard]] const std::vector<std::unique_ptr<patch::patch>>& patches() const noexcept { return patches_; }

private:
    runtime& rt_;
    log_sink log_;
    std::vector<std::unique_ptr<patch::patch>> patches_;
};

}  // namespace rollover::activation
