// Whoever has other devices for the nodes of an activation whose own have failed: the scheduler, by its calendar.
#pragma once

#include "engine/base/error.h"
#include "engine/plan/plan.h"
#include "engine/runtime/task.h"

#include <string>

namespace rollover::activation {

class spares {
public:
    virtual ~spares() = default;

    /// Another device for one node: the plan with it, the others as they are in `now`. When this comes back, it is
    /// booked, the activation has claimed it and has given the failed one back, and the journal has all of that
    /// (`replaced`). Nothing joins the failed one any more. Errors: impossible, when none is left that fits; store.
    [[nodiscard]] virtual task<result<plan::plan>> another(const plan::plan& now, model::node_index node,
                                                           std::string activation, std::string why) = 0;

    /// The activation goes on without the node: the journal keeps the plan `rest`, and writes `missing`.
    [[nodiscard]] virtual task<result<void>> leave_out(const plan::plan& rest, model::node_index node,
                                                       std::string activation, std::string why) = 0;
};

}  // namespace rollover::activation
