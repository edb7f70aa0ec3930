// A process of its own that takes many TCP connections and stamps every byte with the kernel's receive time.
#pragma once

#include <cstdint>
#include <sys/types.h>

namespace rollover::bench {

/// What a sink has seen, sent through a pipe when all its connections have ended.
struct sink_report {
    std::uint64_t bytes = 0;
    std::uint64_t gaps = 0;
    std::uint64_t short_gaps = 0;  ///< below the promise
    std::uint64_t together = 0;    ///< bytes that were read together with one before: their gap is not known
    std::int64_t shortest_ns = 0;
    std::int64_t p50_ns = 0;
    std::int64_t p99_ns = 0;
    std::int64_t longest_ns = 0;
};

class byte_sink {
public:
    /// Starts the process; it ends when `connections` have come and gone. Call it before any thread is started.
    /// The stamp is SO_TIMESTAMPNS, socket(7): on loopback the time at which the sender's segment was sent.
    byte_sink(unsigned connections, std::int64_t promised_gap_ns);
    ~byte_sink();
    byte_sink(const byte_sink&) = delete;
    byte_sink& operator=(const byte_sink&) = delete;

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    /// Waits for the end of the process.
    [[nodiscard]] sink_report report();

private:
    pid_t child_ = -1;
    int results_ = -1;
    std::uint16_t port_ = 0;
};

}  // namespace rollover::bench
