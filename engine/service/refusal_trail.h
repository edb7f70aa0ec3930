// What was refused, in the audit trail: so much of it that it can be seen, and no more than a disk can take.
#pragma once

#include "engine/runtime/runtime.h"
#include "engine/scheduler/calendar.h"
#include "engine/service/client_limits.h"

#include <string>

namespace rollover::service {

class refusal_trail {
public:
    /// Both must outlive it.
    refusal_trail(runtime& rt, scheduler::calendar& book) : rt_(rt), book_(book) {}

    /// `what`: scheduler::refused_words or not_let_in_words; `key`: who is counted together, a name or an address.
    /// Ten at once and one a minute of each, a hundred at once and one in ten seconds of all; how many others there
    /// were is said in the next one that is written.
    [[nodiscard]] task<void> tell(std::string key, scheduler::entry what);

private:
    runtime& rt_;
    scheduler::calendar& book_;
    client_limits of_one_{1.0 / 60, 10};
    token_bucket of_all_{0.1, 100};
    std::size_t untold_ = 0;
};

}  // namespace rollover::service
