// How long it takes until a pod is ready, and until its devices are clean again: from the plan, and from what earlier
// activations took.
#pragma once

#include "drivers/platform/description.h"
#include "engine/model/lab.h"
#include "engine/plan/plan.h"

#include <chrono>
#include <map>
#include <string>

namespace rollover::scheduler {

/// A mean and a mean deviation that follow what is measured, newer values more than older ones; the way TCP estimates
/// its round trip (RFC 6298, section 2).
struct estimate {
    std::uint64_t count = 0;
    duration mean{};
    duration deviation{};

    void add(duration measured);
    /// What will hardly be passed: mean + 4 deviations, 10 s at least; `without` as long as nothing was measured.
    [[nodiscard]] duration likely(duration without) const;
};

/// What earlier activations took, by what it is about (`key_of_...`).
using experience = std::map<std::string, estimate>;

/// From the first touch to configured, less the gaps that were planned.
[[nodiscard]] std::string key_of_coming(const std::string& platform);
/// Until its checks hold, from when all are configured.
[[nodiscard]] std::string key_of_checks(const std::string& topology);
/// Until a device is clean.
[[nodiscard]] std::string key_of_cleaning(const std::string& platform);

struct times {
    std::chrono::seconds ready{};  ///< from the first character until all is handed over
    std::chrono::seconds clean{};  ///< from the end of the window until every device is clean
};

/// All devices of a pod at once, so the slowest counts; a tenth is added.
[[nodiscard]] times times_of(const model::lab& lab, const plan::plan& p, const platform::library& platforms,
                             const experience& earlier);

}  // namespace rollover::scheduler
