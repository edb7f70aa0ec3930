// Readiness of a descriptor as notifications of two events, so that a waiter can be woken for other reasons too: what a
// library such as libssh has read on one coroutine's behalf may be what another one waits for.
#pragma once

#include "engine/runtime/runtime.h"

#include <memory>

namespace rollover::transport {

class descriptor_events {
public:
    /// Works on a copy of `descriptor`. Errors: io.
    [[nodiscard]] static result<std::unique_ptr<descriptor_events>> make(runtime& rt, int descriptor);
    ~descriptor_events();
    descriptor_events(const descriptor_events&) = delete;
    descriptor_events& operator=(const descriptor_events&) = delete;

    enum class role { reader, writer };

    /// Waits until there is something to read, or, with `for_writing`, to write, or until `nudge`. One waiter in
    /// each role. May end without a reason. Errors: timed_out, cancelled.
    [[nodiscard]] task<result<void>> wait(role who, bool for_writing, time_point deadline);

    void nudge(role who);

private:
    struct state;
    explicit descriptor_events(std::shared_ptr<state> shared);
    std::shared_ptr<state> state_;
};

}  // namespace rollover::transport
