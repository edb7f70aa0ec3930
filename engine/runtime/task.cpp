#include "engine/runtime/task.h"

#include "engine/runtime/runtime.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdlib>
#include <exception>
#include <iostream>

namespace rollover {

namespace asio = boost::asio;

event::event(runtime& rt) : runtime_(rt) {}

event::~event() = default;

void event::notify() {
    notified_ = true;
    if (waiter_) {
        finish(wake::notified);
    }
}

void event::finish(wake why) {
    if (alarm_) {
        alarm_->clear();
    }
    if (why == wake::notified) {
        notified_ = false;
    }
    auto waiter = std::move(*waiter_);
    waiter_.reset();
    auto resume = [waiter = std::move(waiter), why]() mutable { std::move(waiter)(why); };
    asio::post(runtime_.executor(), std::move(resume));
}

task<wake> event::wait(time_point deadline, cancellable can) {
    const auto state = co_await asio::this_coro::cancellation_state;
    if (can == cancellable::yes && state.cancelled() != asio::cancellation_type::none) {
        co_return wake::cancelled;
    }
    if (notified_) {
        notified_ = false;
        co_return wake::notified;
    }
    if (deadline <= runtime_.now()) {
        co_return wake::timed_out;
    }
    auto initiate = [this, deadline, can](auto handler) {
        auto slot = asio::get_associated_cancellation_slot(handler);
        waiter_.emplace(std::move(handler));
        if (can == cancellable::yes && slot.is_connected()) {
            slot.assign([this](asio::cancellation_type /*type*/) {
                if (waiter_) {
                    finish(wake::cancelled);
                }
            });
        }
        if (deadline != never) {
            if (!alarm_) {
                alarm_ = runtime_.make_alarm([this] {
                    if (waiter_) {
                        finish(wake::timed_out);
                    }
                });
            }
            alarm_->set(deadline);
        }
    };
    auto operation = asio::async_initiate<const asio::use_awaitable_t<>, void(wake)>(initiate, asio::use_awaitable);
    const wake why = co_await std::move(operation);
    // Here and not in finish(): a cancellation handler must not destroy itself while it runs.
    state.slot().clear();
    co_return why;
}

task<result<void>> sleep_until(runtime& rt, time_point when) {
    event timer(rt);
    const wake why = co_await timer.wait(when);
    if (why == wake::cancelled) {
        co_return failure(errc::cancelled, "stopped");
    }
    co_return result<void>();
}

task<result<void>> sleep_for(runtime& rt, duration how_long) {
    auto sleeping = sleep_until(rt, rt.now() + how_long);
    co_return co_await std::move(sleeping);
}

task_group::task_group(runtime& rt) : runtime_(rt), ended_(rt) {}

task_group::~task_group() {
    if (running_ != 0) {
        // A child would go on with dangling references; nothing good can follow.
        std::cerr << "rollover: bug: a task group was left with " << running_ << " children running\n";
        std::abort();
    }
}

task<void> task_group::run(task<void> body) {
    // Leaves report a cancel as a value; a throw would skip the clean-up that follows an await.
    co_await asio::this_coro::throw_if_cancelled(false);
    try {
        co_await std::move(body);
    } catch (...) {
        if (!error_) {
            error_ = std::current_exception();
        }
    }
}

void task_group::spawn(task<void> body) {
    ++running_;
    const auto place = children_.emplace(children_.end());
    auto on_end = [this, place](std::exception_ptr /*kept by run()*/) {
        children_.erase(place);
        --running_;
        ended_.notify();
    };
    asio::co_spawn(runtime_.executor(), run(std::move(body)),
                   asio::bind_cancellation_slot(place->stop.slot(), std::move(on_end)));
    if (cancelled_) {
        place->stop.emit(asio::cancellation_type::terminal);
    }
}

void task_group::cancel() {
    cancelled_ = true;
    // A child never ends from within emit: leaves post their completions.
    for (auto& one : children_) {
        one.stop.emit(asio::cancellation_type::terminal);
    }
}

task<void> task_group::join() {
    bool told = cancelled_;
    while (running_ != 0) {
        const wake why = co_await ended_.wait(never, told ? cancellable::no : cancellable::yes);
        if (why == wake::cancelled) {
            told = true;
            cancel();
        }
    }
}

}  // namespace rollover
