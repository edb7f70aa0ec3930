#include "engine/activation/opening_gates.h"

#include <algorithm>

namespace rollover::activation {

task<result<void>> opening_gates::enter(runtime& rt, std::string box, unsigned most, time_point deadline) {
    gate& here = gates_[box];
    if (most == 0 || here.inside < most) {
        ++here.inside;
        co_return result<void>();
    }
    event mine(rt);
    here.waiting.push_back(&mine);
    const wake why = co_await mine.wait(deadline);
    const auto place = std::find(here.waiting.begin(), here.waiting.end(), &mine);
    const bool let_in = place == here.waiting.end();  // who leaves hands his place on
    if (let_in && why != wake::cancelled) {
        co_return result<void>();
    }
    if (let_in) {
        leave(box);
    } else {
        here.waiting.erase(place);
    }
    if (why == wake::cancelled) {
        co_return failure(errc::cancelled, "stopped while waiting for a connection to " + box);
    }
    co_return failure(errc::timed_out, "too many connections to " + box + " are being set up");
}

void opening_gates::leave(const std::string& box) {
    gate& here = gates_[box];
    if (here.waiting.empty()) {
        --here.inside;
        return;
    }
    event* const next = here.waiting.front();
    here.waiting.pop_front();
    next->notify();
}

}  // namespace rollover::activation
