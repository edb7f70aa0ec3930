// The coroutine type of the engine, and the few ways in which coroutines wait for one another.
// Only leaves wait: `event`, `sleep_until` and the operations of streams. Each takes a deadline, and each ends at once
// with `cancelled` when its tree was cancelled, before or while it waits. So no combinator like `||` is needed.
#pragma once

#include "engine/base/error.h"
#include "engine/runtime/time.h"

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <list>
#include <memory>
#include <optional>

namespace rollover {

class runtime;
class alarm;

template <class T = void>
using task = boost::asio::awaitable<T>;

/// Why a wait ended. When several reasons hold at once, the first of this list is given.
enum class wake { cancelled, notified, timed_out };

/// Whether a wait ends when its tree is cancelled. `no` is for joining children, which must be waited for in any case.
enum class cancellable { yes, no };

/// Wakes one waiting coroutine. A notification that nobody waits for is kept until the next wait (one, not counted).
/// Used on the runtime's thread only. Must outlive its waiter.
class event {
public:
    explicit event(runtime& rt);
    ~event();
    event(const event&) = delete;
    event& operator=(const event&) = delete;

    /// Waits for a notification, until `deadline`. One waiter at a time.
    [[nodiscard]] task<wake> wait(time_point deadline = never, cancellable can = cancellable::yes);

    void notify();

private:
    void finish(wake why);

    runtime& runtime_;
    std::unique_ptr<alarm> alarm_;
    // An optional, because Boost 1.81's move assignment of the handler recurses for ever.
    std::optional<boost::asio::any_completion_handler<void(wake)>> waiter_;
    bool notified_ = false;
};

/// Sleeps. Result: ok at the time, or `cancelled`.
[[nodiscard]] task<result<void>> sleep_until(runtime& rt, time_point when);
[[nodiscard]] task<result<void>> sleep_for(runtime& rt, duration how_long);

/// Coroutines that live and end together: the tree of rule 2. Whoever makes a group joins it before it goes.
class task_group {
public:
    explicit task_group(runtime& rt);
    /// The group must have been joined (running() == 0); anything else is a bug and ends the process.
    ~task_group();
    task_group(const task_group&) = delete;
    task_group& operator=(const task_group&) = delete;

    /// Starts a child at the next turn of the runtime. An exception that leaves it is kept, see `error()`.
    void spawn(task<void> child);

    /// Tells every child to end; those that are spawned later are told at once. Returns immediately.
    void cancel();

    /// Waits until all children have ended. When the waiter itself is cancelled, it passes that on to the children and
    /// goes on waiting.
    [[nodiscard]] task<void> join();

    [[nodiscard]] std::size_t running() const noexcept { return running_; }
    /// What the first child that threw has thrown (a bug of ours), else null.
    [[nodiscard]] std::exception_ptr error() const noexcept { return error_; }

private:
    struct child {
        boost::asio::cancellation_signal stop;
    };
    task<void> run(task<void> body);

    runtime& runtime_;
    event ended_;
    std::list<child> children_;
    std::size_t running_ = 0;
    bool cancelled_ = false;
    std::exception_ptr error_;
};

}  // namespace rollover
