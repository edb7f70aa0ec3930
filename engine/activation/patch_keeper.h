// Who carries the serial links of activations. They outlive the call, and mostly the process, that makes an activation.
#pragma once

#include "engine/base/error.h"
#include "engine/model/lab.h"
#include "engine/plan/plan.h"
#include "engine/runtime/task.h"

#include <string>

namespace rollover::activation {

class patch_keeper {
public:
    virtual ~patch_keeper() = default;

    /// Begins to carry the patches of `plan`, which is of `lab`; comes back when all of them do. The journal has said
    /// so before. Errors: those of opening the lines; timed_out, cancelled. After one `end` is called.
    [[nodiscard]] virtual task<result<void>> begin(const model::lab& lab, const plan::plan& plan,
                                                   std::string activation, time_point deadline) = 0;

    /// Whether somebody carries the patches of this activation now. Does not wait.
    [[nodiscard]] virtual bool carries(const std::string& activation) = 0;

    /// Ends what carries patches of this activation, also what an earlier process has left; success where nothing does.
    /// Errors: timed_out, cancelled, io.
    [[nodiscard]] virtual task<result<void>> end(std::string activation, time_point deadline) = 0;
};

}  // namespace rollover::activation
