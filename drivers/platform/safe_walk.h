// A platform as it may be walked through on a device that nothing may happen to. Pure.
#pragma once

#include "drivers/platform/description.h"

#include <memory>
#include <string>
#include <vector>

namespace rollover::platform {

/// Something of a platform that is not done, and why.
struct left_out {
    std::string what;    ///< "rommon to boot"
    std::string why;     ///< "it types "boot", which starts the device"
    bool boots = false;  ///< it would be done where the device may be started
    source_place place;
};

struct safe_walk {
    std::shared_ptr<const description> how;
    std::vector<left_out> left;  ///< in the order of the file, transitions first
};

/// `d` without what would start the device anew (unless it `may_boot`) or would outlive the session:
/// - transitions that type a word like boot, reset, reload, that lead out of a boot loader, or to a state that goes on
/// by
///   itself; `lasting` transitions, and `lasting` questions of all others (a device that asks one stops the walk);
/// - commands of <prepare>, <identify> and <hand-over> that boot, or that are typed where configuration lines are.
/// The other procedures are left out without a word: nobody types them on a walk.
[[nodiscard]] safe_walk without_consequences(const description& d, bool may_boot);

}  // namespace rollover::platform
