// Patches outlive the call that makes an activation: a process of their own carries them. docs/decisions/0005 says why.
#pragma once

#include "engine/activation/patch_keeper.h"
#include "engine/runtime/runtime.h"

#include <filesystem>
#include <string>
#include <vector>

namespace rollover::api {

struct patch_process_options {
    std::filesystem::path program;                  ///< `rollover`
    std::filesystem::path state;                    ///< the state folder
    std::filesystem::path folder;                   ///< the activation's own
    std::vector<std::filesystem::path> converters;  ///< folders of more converter models
    std::string store = {};                         ///< as engine_options
};

/// Begins with `rollover patch ID --detach`, which comes back when that carries; ends whoever holds the lock.
class patch_process final : public activation::patch_keeper {
public:
    patch_process(runtime& rt, patch_process_options options) : rt_(rt), options_(std::move(options)) {}

    [[nodiscard]] task<result<void>> begin(const model::lab& lab, const plan::plan& plan, std::string activation,
                                           time_point deadline) override;

    [[nodiscard]] bool carries(const std::string& activation) override;

    /// SIGTERM, and after five seconds SIGKILL.
    [[nodiscard]] task<result<void>> end(std::string activation, time_point deadline) override;

private:
    runtime& rt_;
    patch_process_options options_;
};

}  // namespace rollover::api
