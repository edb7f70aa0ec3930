#include "engine/runtime/background.h"

#include <boost/asio/post.hpp>

namespace rollover {

task<bool> done_in_background(runtime& rt, std::function<void()> work, time_point deadline) {
    // Shared: after a deadline the work comes back to nobody.
    auto done = std::make_shared<event>(rt);
    auto job = [work = std::move(work), done, home = rt.executor()]() mutable {
        work();
        boost::asio::post(home, [done = std::move(done)] { done->notify(); });
    };
    rt.background(std::move(job));
    const wake why = co_await done->wait(deadline, cancellable::no);
    co_return why == wake::notified;
}

}  // namespace rollover
