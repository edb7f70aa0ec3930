// The way through what a converter asks before it gives the line: a login, a menu of its ports.
#pragma once

#include "drivers/transport/line.h"

namespace rollover::transport {

/// Answers the questions of `address.menu` on a line that was just opened, in their order; each is waited for, until it
/// stands at the end of what was received. What comes behind the last answer is the device's, and stays to be received.
/// Errors: refused with what the converter says instead (a question does not come for 10 s), and those of `receive`.
[[nodiscard]] task<result<void>> pass_menu(runtime& rt, line& on, const line_address& address, time_point deadline);

}  // namespace rollover::transport
