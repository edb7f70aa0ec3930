#include "engine/runtime/real_runtime.h"

#include "engine/runtime/real_runtime_state.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace rollover {

namespace asio = boost::asio;

failure os_failure(std::string what, int error_number) {
    return failure(errc::io, std::move(what) + ": " + std::generic_category().message(error_number));
}

void make_nonblocking(int descriptor) {
    ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
    ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

namespace {

class real_alarm final : public alarm {
public:
    real_alarm(asio::io_context& context, std::chrono::steady_clock::time_point start, std::function<void()> callback)
        : timer_(context), start_(start), shared_(std::make_shared<shared>()) {
        shared_->callback = std::move(callback);
    }
    ~real_alarm() override { clear(); }
    real_alarm(const real_alarm&) = delete;
    real_alarm& operator=(const real_alarm&) = delete;

    void set(time_point when) override {
        clear();
        if (when == never) {
            return;
        }
        timer_.expires_at(start_ + when.time_since_epoch());
        // A completion that was queued before clear() carries an old number and does nothing.
        auto on_time = [shared = shared_, number = shared_->number](const boost::system::error_code& error) {
            if (!error && shared->number == number) {
                ++shared->number;
                shared->callback();
            }
        };
        timer_.async_wait(std::move(on_time));
    }

    void clear() noexcept override {
        ++shared_->number;
        timer_.cancel();
    }

private:
    struct shared {
        std::function<void()> callback;
        std::uint64_t number = 0;
    };
    asio::steady_timer timer_;
    std::chrono::steady_clock::time_point start_;
    std::shared_ptr<shared> shared_;
};

class real_watch final : public descriptor_watch {
public:
    real_watch(runtime& rt, asio::io_context& context, int own_copy) : runtime_(rt), descriptor_(context, own_copy) {}

    task<result<void>> wait(readiness what, time_point deadline) override {
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none) {
            co_return failure(errc::cancelled, "stopped while waiting");
        }
        bool late = false;
        std::unique_ptr<alarm> limit;
        if (deadline != never) {
            limit = runtime_.make_alarm([this, &late] {
                late = true;
                descriptor_.cancel();
            });
            limit->set(deadline);
        }
        const auto kind = what == readiness::readable ? asio::posix::stream_descriptor::wait_read
                                                      : asio::posix::stream_descriptor::wait_write;
        const auto [error] = co_await descriptor_.async_wait(kind, asio::as_tuple(asio::use_awaitable));
        if (!error) {
            co_return result<void>();
        }
        const auto after = co_await asio::this_coro::cancellation_state;
        if (after.cancelled() != asio::cancellation_type::none) {
            co_return failure(errc::cancelled, "stopped while waiting");
        }
        if (late) {
            co_return failure(errc::timed_out, "nothing happened in time");
        }
        co_return failure(errc::io, "waiting for a descriptor: " + error.message());
    }

private:
    runtime& runtime_;
    asio::posix::stream_descriptor descriptor_;
};

}  // namespace

void real_runtime::state::wait_for_signal() {
    signals->async_wait([this](const boost::system::error_code& error, int number) {
        if (!error) {
            signalled(number);
            wait_for_signal();
        }
    });
}

real_runtime::real_runtime(unsigned pool_threads) : state_(std::make_unique<state>(std::clamp(pool_threads, 1U, 16U))) {
    // A peer that closes while we write must be an error value, not the end of the process.
    std::signal(SIGPIPE, SIG_IGN);
}

real_runtime::~real_runtime() {
    state_->pool.join();
    if (state_->background) {
        state_->background->join();
    }
    state_->ending = true;
}

void real_runtime::run(task<void> root) {
    bool ended = false;
    std::exception_ptr thrown;
    auto on_end = [this, &ended, &thrown](std::exception_ptr error) {
        ended = true;
        thrown = std::move(error);
        state_->context.stop();
    };
    auto guarded = [](task<void> body) -> task<void> {
        co_await asio::this_coro::throw_if_cancelled(false);
        co_await std::move(body);
    };
    asio::co_spawn(state_->context, guarded(std::move(root)), std::move(on_end));
    state_->context.restart();
    while (!ended) {
        state_->context.run();
    }
    if (thrown) {
        std::rethrow_exception(thrown);
    }
}

void real_runtime::on_stop_signal(std::function<void(int)> callback) {
    state_->signalled = std::move(callback);
    if (!state_->signals) {
        state_->signals.emplace(state_->context, SIGINT, SIGTERM);
        // The terminal went away: stop cleanly, unless the caller wants to survive that (nohup).
        struct sigaction hang_up{};
        if (::sigaction(SIGHUP, nullptr, &hang_up) == 0 && hang_up.sa_handler != SIG_IGN) {
            state_->signals->add(SIGHUP);
        }
        state_->wait_for_signal();
    }
}

asio::any_io_executor real_runtime::executor() {
    return state_->context.get_executor();
}

time_point real_runtime::now() const {
    return time_point(std::chrono::steady_clock::now() - state_->start);
}

wall_time real_runtime::wall_now() const {
    return std::chrono::system_clock::now();
}

std::unique_ptr<alarm> real_runtime::make_alarm(std::function<void()> callback) {
    return std::make_unique<real_alarm>(state_->context, state_->start, std::move(callback));
}

result<std::unique_ptr<descriptor_watch>> real_runtime::watch(int descriptor) {
    // A copy of its own: Asio registers it with epoll and closes it, the caller's stays untouched.
    const int copy = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    if (copy < 0) {
        return os_failure("watching a descriptor", errno);
    }
    return std::unique_ptr<descriptor_watch>(std::make_unique<real_watch>(*this, state_->context, copy));
}

task<void> real_runtime::offload(std::function<void()> work) {
    event done(*this);
    std::exception_ptr thrown;
    auto job = [this, &done, &thrown, work = std::move(work)] {
        try {
            work();
        } catch (...) {
            thrown = std::current_exception();
        }
        asio::post(state_->context, [&done] { done.notify(); });
    };
    asio::post(state_->pool, std::move(job));
    co_await done.wait(never, cancellable::no);
    if (thrown) {
        std::rethrow_exception(thrown);
    }
}

void real_runtime::background(std::function<void()> work) {
    if (state_->ending) {
        work();
        return;
    }
    if (!state_->background) {
        state_->background.emplace(1U);
    }
    asio::post(*state_->background, std::move(work));
}

std::uint64_t real_runtime::random() {
    return state_->random();
}

}  // namespace rollover
