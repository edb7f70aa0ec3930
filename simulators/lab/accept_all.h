// The loop of everything that listens in a simulated lab.
#pragma once

#include "engine/runtime/runtime.h"
#include "engine/runtime/task.h"

#include <functional>

namespace rollover::sim {

/// Runs `session` for each client that comes, all at once, until it is cancelled; then closes `at` and waits for the
/// sessions. A refusal is handed to `complain`, and a second later it goes on. Both references outlive the task.
[[nodiscard]] task<void> accept_all(runtime& rt, acceptor& at,
                                    std::function<task<void>(std::unique_ptr<byte_stream>)> session,
                                    std::function<void(const failure&)> complain);

}  // namespace rollover::sim
