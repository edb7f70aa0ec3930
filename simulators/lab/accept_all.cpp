#include "simulators/lab/accept_all.h"

namespace rollover::sim {

namespace {
using namespace std::chrono_literals;
constexpr duration after_refusal = 1s;
}  // namespace

task<void> accept_all(runtime& rt, acceptor& at, std::function<task<void>(std::unique_ptr<byte_stream>)> session,
                      std::function<void(const failure&)> complain) {
    task_group sessions(rt);
    for (;;) {
        auto accepted = co_await at.accept();
        if (accepted) {
            sessions.spawn(session(std::move(*accepted)));
            continue;
        }
        if (accepted.error().code == errc::cancelled) {
            break;
        }
        complain(accepted.error());
        const auto slept = co_await sleep_for(rt, after_refusal);
        if (!slept) {
            break;
        }
    }
    at.close();
    sessions.cancel();
    co_await sessions.join();
}

}  // namespace rollover::sim
