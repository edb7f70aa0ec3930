// The far side of the benchmark of patches, in a process of its own: converters that speak RFC 2217, and behind them
// devices that send all the time. Plain epoll, so that it costs little beside what is measured.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

namespace rollover::bench {

struct traffic {
    unsigned lines = 0;                    ///< line 2i talks to line 2i + 1
    unsigned bytes_a_second = 0;           ///< of each line
    std::chrono::microseconds interval{};  ///< so long a converter gathers before it sends
    std::chrono::seconds how_long{};
};

/// What the devices have seen at the end. Delays are from a converter's send to the other one's receive.
struct delivery {
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    std::uint64_t wrong = 0;  ///< bytes that are not those that stand in this place
    double p50_us = 0;
    double p99_us = 0;
    double worst_us = 0;
};

class converters {
public:
    /// Starts the process; before any thread is made.
    explicit converters(const traffic& what);
    ~converters();
    converters(const converters&) = delete;
    converters& operator=(const converters&) = delete;

    /// Of the lines, in order.
    [[nodiscard]] const std::vector<std::uint16_t>& ports() const { return ports_; }
    /// All lines are connected: the devices begin.
    void begin();
    /// Waits until they have ended.
    [[nodiscard]] delivery report();

private:
    std::vector<std::uint16_t> ports_;
    int child_ = 0;
    int to_child_ = -1;
    int from_child_ = -1;
};

}  // namespace rollover::bench
