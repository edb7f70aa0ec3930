// How many may be in one place at once: connections that are set up to one box (sshd refuses some at random when too
// many are not authenticated yet: sshd_config(5), MaxStartups), connections that are open to it, writers of a line.
// Shared by all activations of a process.
#pragma once

#include "engine/base/error.h"
#include "engine/runtime/runtime.h"

#include <cstdint>
#include <deque>
#include <map>
#include <string>

namespace rollover::activation {

class opening_gates {
public:
    /// Waits until fewer than `most` (0: any number) hold `box`, then holds it too. First come, first served, but the
    /// next place goes to the `who` that has got none for the longest time: one with a hundred devices does not keep
    /// out one with a single device. Errors: timed_out, cancelled; then nothing is held.
    [[nodiscard]] task<result<void>> enter(runtime& rt, std::string box, unsigned most, time_point deadline,
                                           std::string who = {});
    /// After a successful `enter`, exactly once.
    void leave(const std::string& box);

private:
    struct visitor {
        event* wake;
        std::string who;
    };
    struct gate {
        unsigned inside = 0;
        std::uint64_t entered = 0;
        std::deque<visitor> waiting;
        std::map<std::string, std::uint64_t> served;  ///< by who: the number of his last entry; of those that wait
    };
    std::map<std::string, gate> gates_;
};

}  // namespace rollover::activation
