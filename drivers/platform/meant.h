// Compares the running configuration with the lines that were typed: what was meant.
#pragma once

#include "drivers/platform/patterns.h"
#include "drivers/platform/session.h"

#include <span>
#include <string>
#include <vector>

namespace rollover::platform {

/// A line that the device does not show as it was meant.
struct deviation {
    typed_line line;
    /// What stands there instead, or although the line takes it back; empty: nothing does.
    std::string shown;
};

/// Looks for every line of `meant` (in the order in which they were typed) in `running` (as `normalized` gives it).
/// Understood are: the order of lines, blocks without their indentation, abbreviated words and interface names ("int
/// fa0/0"), lines that a later one replaces or takes back, negations, and what the platform file says under <readback>:
/// lines that leave no trace (<unshown>), secrets that are shown otherwise (<masked>). Pure.
[[nodiscard]] std::vector<deviation> deviations(const description& d, std::span<const typed_line> meant,
                                                const configuration& running);

/// For people, like a diff: "- LINE  (FILE:LINE)" is missing, "+ LINE" stands there instead; at most `most` deviations.
[[nodiscard]] std::string describe(const std::vector<deviation>& all, std::size_t most = 20);

}  // namespace rollover::platform
