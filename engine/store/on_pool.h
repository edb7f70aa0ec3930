// Work that blocks, on the runtime's pool, as a task with a result.
#pragma once

#include "engine/runtime/runtime.h"
#include "engine/store/tables_place.h"

#include <functional>
#include <memory>
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

/// The runtime's side of the tables: an `Interface` that hands every call to the pool, where `Blocking` has a
/// connection of its own. What is handed on is a copy. `rt` must outlive it.
template <class Interface, class Blocking>
class on_tables : public Interface {
public:
    on_tables(runtime& rt, std::unique_ptr<database> db) : runtime_(rt), blocking_(std::move(db)) {}

protected:
    [[nodiscard]] wall_time now() const { return runtime_.wall_now(); }
    template <class Value>
    [[nodiscard]] task<result<Value>> later(std::function<result<Value>()> work) {
        return on_pool<result<Value>>(runtime_, std::move(work));
    }

    runtime& runtime_;
    Blocking blocking_;
};

/// A `Stored`, which is an on_tables. Errors: store; also for tables of a newer program.
template <class Stored, class Interface>
[[nodiscard]] result<std::unique_ptr<Interface>> open_on_tables(runtime& rt, const tables_place& place) {
    auto db = open_tables(place);
    if (!db) {
        return db.error();
    }
    return std::unique_ptr<Interface>(std::make_unique<Stored>(rt, std::move(*db)));
}

}  // namespace rollover::store
