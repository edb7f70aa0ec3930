// Whether the states of a platform can be told from each other by what they print. Pure.
#pragma once

#include "drivers/platform/description.h"

namespace rollover::platform {

/// What is wrong for certain, and what may be meant so; each in no order.
struct findings {
    diagnostics errors;
    diagnostics warnings;

    /// Adds those of `more`.
    void add(findings more);
};

/// Texts that prompts and banners match (samples.h) are recognized, as a session would. Errors: a prompt or banner
/// whose texts all belong to an earlier state, to a pager, or to the log lines: it never counts. Warnings: some of its
/// texts do. `d` is one that was read from a file.
[[nodiscard]] findings check_recognition(const description& d);

}  // namespace rollover::platform
