// The least that typing on many lines can cost on this machine: sockets, a clock, nothing else.
#pragma once

#include "engine/runtime/time.h"

#include <cstdint>

namespace rollover::bench {

/// CPU time that this process has used, in seconds.
[[nodiscard]] double cpu_seconds();

/// One-byte sends that one second of CPU is good for, round robin over so many sockets on loopback.
[[nodiscard]] double bare_sends_per_second(unsigned sockets);

struct bare_outcome {
    duration mean_time{};  ///< from the first to the last character of a line
    duration slowest{};
    double cpu_seconds = 0;
};

/// Sends `characters` bytes on each of `lines` connections to `port`, each at least `gap` after the one before.
[[nodiscard]] bare_outcome bare_loop(std::uint16_t port, unsigned lines, unsigned characters, duration gap);

}  // namespace rollover::bench
