// The process around the patches of one activation: opens, carries, counts, until it is stopped.
#pragma once

#include "engine/api/engine.h"
#include "engine/model/converter_model.h"
#include "engine/store/state_folder.h"

#include <functional>

namespace rollover::api {

struct carry_request {
    std::string activation;
    std::function<void()> carrying;  ///< all lines are open
    bool stop_on_signals = false;
    std::stop_token stop;
};

/// Carries until it is stopped. Fails where another process carries them, or where the activation has none, is on its
/// way back or has ended.
[[nodiscard]] text_report carry(const store::state_folder& folder, const model::converter_models& models,
                                const carry_request& request);

/// The patches of an activation for its status: which stand, and what was counted last.
[[nodiscard]] std::vector<patch_status> patches_of(const std::vector<std::string>& links,
                                                   const std::filesystem::path& folder);

}  // namespace rollover::api
