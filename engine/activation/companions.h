// The hosts that activate the rest of the same topology at the same time: the scheduler, by its calendar.
#pragma once

#include "engine/base/error.h"
#include "engine/plan/plan.h"
#include "engine/runtime/task.h"

#include <string>
#include <vector>

namespace rollover::activation {

class companions {
public:
    virtual ~companions() = default;

    /// All of this part is configured and joined: comes back when that holds for the others too. Result: the joins of
    /// this part, as in `now` or as they go with a device that another part has exchanged meanwhile; the journal has
    /// them. Errors: impossible, when another part is given up; cancelled.
    [[nodiscard]] virtual task<result<std::vector<plan::planned_join>>> meet(const plan::plan& now,
                                                                             std::string activation) = 0;
    /// Whether the others still are where they were when they met. Where not, a check that fails is nobody's fault.
    [[nodiscard]] virtual task<bool> are_there() = 0;
    /// This part does something again, or is taken back; the others wait for it, as far as they are not ready yet.
    [[nodiscard]] virtual task<void> begin_again() = 0;
};

}  // namespace rollover::activation
