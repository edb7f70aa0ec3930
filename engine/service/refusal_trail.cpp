#include "engine/service/refusal_trail.h"

#include <fmt/format.h>

namespace rollover::service {

task<void> refusal_trail::tell(std::string key, scheduler::entry what) {
    constexpr std::size_t longest = 300;  // of what a client may have written
    if (of_one_.take(key, rt_.now()) != duration::zero() || of_all_.take(rt_.now()) != duration::zero()) {
        ++untold_;
        co_return;
    }
    what.subject.resize(std::min(what.subject.size(), longest));
    what.text.resize(std::min(what.text.size(), longest));
    if (const std::size_t more = std::exchange(untold_, 0); more > 0) {
        what.text += fmt::format(" (and {} others that are not written down)", more);
    }
    const auto written = co_await book_.tell(std::move(what));
    static_cast<void>(written.has_value());  // it was refused in any case
}

}  // namespace rollover::service
