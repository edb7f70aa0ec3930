// One alarm for all lines: releases each character when its line may send it, many lines per wake-up.
#pragma once

#include "drivers/console/pacing.h"
#include "engine/runtime/runtime.h"

#include <cstddef>
#include <memory>

namespace rollover::console {

class turn_heap;

/// When a line wants its next turn; `never`: not before it asks.
struct next_turn {
    next_turn(time_point at) : when(at) {}  // on purpose implicit: mostly a time says it all
    next_turn(time_point at, bool before_others) : when(at), urgent(before_others) {}
    time_point when;
    bool urgent = false;  ///< before all turns that are due and not urgent
};

/// A line that waits for its next turn. The wheel calls `turn` at or after the time it was asked for, never before.
/// No coroutine is resumed per character.
class paced {
public:
    virtual ~paced() = default;
    /// `now` is at most the present; a clock read once serves many lines.
    [[nodiscard]] virtual next_turn turn(time_point now) = 0;

private:
    friend class turn_heap;
    friend class pacing_wheel;
    turn_heap* heap_ = nullptr;  // where it waits
    std::size_t place_ = 0;      // in that heap
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
    /// Gives `who` a turn at once, without a wake-up in between; in the turn of another line it is only asked for.
    void turn_now(paced& who);
    /// Forgets `who`; after this it is not called again. Also from a turn.
    void forget(paced& who);

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace rollover::console
