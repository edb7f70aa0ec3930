// What the parts of the real runtime share. Included by engine/runtime/real_*.cpp only.
#pragma once

#include "engine/runtime/real_runtime.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <optional>
#include <random>

namespace rollover {

struct real_runtime::state {
    explicit state(unsigned pool_threads) : pool(pool_threads) {}

    boost::asio::io_context context{1};
    std::optional<boost::asio::signal_set> signals;
    std::function<void(int)> signalled;
    std::mt19937_64 random{std::random_device{}()};
    const std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
    bool ending = false;            // the threads are gone; what is still left in the context runs its work itself
    boost::asio::thread_pool pool;  // last: its threads end before the rest goes
    std::optional<boost::asio::thread_pool> background;  // one thread

    void wait_for_signal();
};

/// Translates an operating system error met while doing `what` into a failure.
[[nodiscard]] failure os_failure(std::string what, int error_number);

/// Sets a descriptor non-blocking and close-on-exec.
void make_nonblocking(int descriptor);

}  // namespace rollover
