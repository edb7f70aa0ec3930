// How many connections to one box are set up at once: sshd refuses some at random when too many are not authenticated
// yet (sshd_config(5), MaxStartups), and small converters have few sockets. Shared by all activations of a process.
#pragma once

#include "engine/base/error.h"
#include "engine/runtime/runtime.h"

#include <deque>
#include <map>
#include <string>

namespace rollover::activation {

class opening_gates {
public:
    /// Waits until fewer than `most` (0: any number) hold `box`, then holds it too; first come, first served.
    /// Errors: timed_out, cancelled; then nothing is held.
    [[nodiscard]] task<result<void>> enter(runtime& rt, std::string box, unsigned most, time_point deadline);
    /// After a successful `enter`, exactly once.
    void leave(const std::string& box);

private:
    struct gate {
        unsigned inside = 0;
        std::deque<event*> waiting;
    };
    std::map<std::string, gate> gates_;
};

}  // namespace rollover::activation
