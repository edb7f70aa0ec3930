// One alarm for all lines: releases each character when its line may send it, many lines per wake-up.
#pragma once

#include "drivers/console/pacing.h"
#include "engine/runtime/runtime.h"

#include <limits>
#include <memory>

namespace rollover::console {

/// A line that waits for its next turn. The wheel calls `turn` at or after the time it was asked for, never before;
/// `turn` answers with the time of the next turn, or `never`. No coroutine is resumed per character.
class paced {
public:
    virtual ~paced() = default;
    /// `now` is at most the present; a clock read once serves many lines.
    [[nodiscard]] virtual time_point turn(time_point now) = 0;

private:
    friend class pacing_wheel;
    static constexpr std::size_t nowhere = std::numeric_limits<std::size_t>::max();
    std::size_t place_ = nowhere;  // in the wheel's heap
};

/// Owned by whoever owns the runtime; outlives all lines. Wake-ups are at least `slack` apart: a lone line is served
/// on the dot, the turns of many are taken together. Late is allowed, early never is. Lines that are due at the same
/// time are served in the order in which they asked.
class pacing_wheel {
public:
    explicit pacing_wheel(runtime& rt, duration slack = std::chrono::microseconds(100));
    ~pacing_wheel();
    pacing_wheel(const pacing_wheel&) = delete;
    pacing_wheel& operator=(const pacing_wheel&) = delete;

    /// Asks for a turn at `when`; replaces an earlier request of the same line. `never` withdraws it. Also from a turn.
    void schedule(paced& who, time_point when);
    /// Forgets `who`; after this it is not called again. Also from a turn.
    void forget(paced& who);

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace rollover::console
