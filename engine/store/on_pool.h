// Work that blocks, on the runtime's pool, as a task with a result.
#pragma once

#include "engine/runtime/runtime.h"

#include <functional>
#include <utility>

namespace rollover::store {

/// `work` must own what it uses, or its owner must outlive the task. Not cancellable.
template <class Result>
[[nodiscard]] task<Result> on_pool(runtime& rt, std::function<Result()> work) {
    Result out = failure();
    std::function<void()> run = [&out, &work] { out = work(); };
    co_await rt.offload(std::move(run));
    co_return out;
}

}  // namespace rollover::store
