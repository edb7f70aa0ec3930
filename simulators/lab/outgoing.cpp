#include "simulators/lab/outgoing.h"

#include <algorithm>

namespace rollover::sim {

void outgoing::push(std::string_view bytes) {
    waiting_ += bytes.substr(0, limit - std::min(limit, waiting_.size()));
    flush();
}

void outgoing::hold(bool held) {
    held_ = held;
    flush();
}

void outgoing::flush() {
    if (held_ || draining_ || waiting_.empty()) {
        return;
    }
    const auto taken = to_.try_write(waiting_);
    if (!taken) {
        waiting_.clear();  // the reader of this connection notices its end and ends the session
        return;
    }
    waiting_.erase(0, *taken);
    if (!waiting_.empty()) {
        draining_ = true;
        group_.spawn(drain());
    }
}

task<void> outgoing::drain() {
    const auto ready = co_await to_.writable(never);
    draining_ = false;
    if (ready) {
        flush();
    }
}

}  // namespace rollover::sim
