#include "engine/activation/opening_gates.h"

#include <algorithm>

namespace rollover::activation {

task<result<void>> opening_gates::enter(runtime& rt, std::string box, unsigned most, time_point deadline,
                                        std::string who) {
    gate& here = gates_[box];
    if (most == 0 || here.inside < most) {
        ++here.inside;
        here.served[who] = ++here.entered;
        co_return result<void>();
    }
    event mine(rt);
    here.waiting.push_back({&mine, who});
    const wake why = co_await mine.wait(deadline);
    const auto place = std::ranges::find(here.waiting, &mine, &visitor::wake);
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
    co_return failure(errc::timed_out, "too many connections to " + box);
}

void opening_gates::leave(const std::string& box) {
    gate& here = gates_[box];
    if (here.waiting.empty()) {
        if (--here.inside == 0) {
            gates_.erase(box);
        }
        return;
    }
    const auto last = [&here](const visitor& one) {
        const auto known = here.served.find(one.who);
        return known == here.served.end() ? 0 : known->second;
    };
    const auto next = std::ranges::min_element(here.waiting, {}, last);
    event* const mine = next->wake;
    here.served[next->who] = ++here.entered;
    here.waiting.erase(next);
    mine->notify();
}

}  // namespace rollover::activation
