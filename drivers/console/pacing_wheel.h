// One alarm for all lines: releases each character when its line may send it, many lines per wake-up.
#pragma once

#include "drivers/console/pacing.h"
#include "engine/runtime/runtime.h"

#include <memory>

namespace rollover::console {

/// A line that waits for its next turn. The wheel calls `turn` at or after the time it was asked for, never before; `turn`
/// answers with the time of the next turn, or `never`. No coroutine is resumed per character.
class paced {
public:
    virtual ~paced() = default;
    [[nodiscard]] virtual time_point turn(time_point now) = 0;
};

/// Owned by whoever owns the runtime; outlives all lines. Turns that fall within `slack` are taken together at the end of
/// it: late is allowed, early never is.
class pacing_wheel {
public:
    explicit pacing_wheel(runtime& rt, duration slack = std::chrono::microseconds(200));
    ~pacing_wheel();
    pacing_wheel(const pacing_wheel&) = delete;
    pacing_wheel& operator=(const pacing_wheel&) = delete;

    /// Asks for a turn at `when`; replaces an earlier request of the same line.
    void schedule(paced& who, time_point when);
    /// Forgets `who`; after this it is not called again.
    void forget(paced& who);

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace rollover::console
