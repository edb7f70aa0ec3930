// A line on which nothing is typed once its work is another service's.
#pragma once

#include "drivers/transport/line.h"

#include <functional>
#include <memory>

namespace rollover::activation {

/// `over`, which asks `may_act` before every character, BREAK and change of speed; it says no: refused, and the line is
/// of no more use. A process that was stopped for longer than its term wakes up anywhere; here it finds out.
[[nodiscard]] std::unique_ptr<transport::line> fence_line(std::unique_ptr<transport::line> over,
                                                          std::function<bool()> may_act);

}  // namespace rollover::activation
