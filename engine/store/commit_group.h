// Changes that come together go to the disk together: one transaction for all that wait, one commit. A commit waits for
// the disk; 500 reservations that begin in the same second would each wait for all before it.
#pragma once

#include "engine/runtime/runtime.h"

#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace rollover::store {

/// Of one connection. Used on the runtime's thread.
class commit_group {
public:
    /// The transaction around all; called on the pool, one at a time. `roll_back` after a commit that has failed.
    struct transaction_of_all {
        std::function<result<void>()> begin;
        std::function<result<void>()> commit;
        std::function<void()> roll_back;
    };
    commit_group(runtime& rt, transaction_of_all around) : rt_(rt), around_(std::move(around)) {}

    /// `work` runs on the pool, within the transaction of those that came at the same time. When it fails it must have
    /// undone by itself what it did (a savepoint). What it says comes back when the commit is on the disk; when the
    /// transaction cannot be begun or committed, its error comes back to all. Not cancellable.
    template <class Value>
    [[nodiscard]] task<result<Value>> run(std::function<result<Value>()> work) {
        result<Value> out = failure();
        member mine(rt_);
        mine.work = [&out, &work] { out = work(); };
        auto part = take_part(mine);
        co_await std::move(part);
        if (mine.failed) {
            co_return *std::move(mine.failed);
        }
        co_return out;
    }

private:
    struct member {
        explicit member(runtime& rt) : woken(rt) {}
        std::function<void()> work;
        std::optional<failure> failed;
        bool done = false;
        event woken;  ///< it is done, or it is to lead the next transaction
    };

    task<void> take_part(member& mine) {
        waiting_.push_back(&mine);
        if (busy_) {
            const auto why = co_await mine.woken.wait(never, cancellable::no);
            static_cast<void>(why);
        }
        if (mine.done) {
            co_return;
        }
        busy_ = true;
        const auto together = std::exchange(waiting_, {});
        std::function<void()> all = [this, &together] { run_together(together); };
        co_await rt_.offload(std::move(all));
        for (member* one : together) {
            one->done = true;
            if (one != &mine) {
                one->woken.notify();
            }
        }
        if (waiting_.empty()) {
            busy_ = false;
        } else {
            waiting_.front()->woken.notify();
        }
    }

    void run_together(const std::vector<member*>& members) {
        auto done = around_.begin();
        if (done) {
            for (member* one : members) {
                one->work();
            }
            done = around_.commit();
            if (!done) {
                around_.roll_back();
            }
        }
        if (!done) {
            for (member* one : members) {
                one->failed = done.error();
            }
        }
    }

    runtime& rt_;
    transaction_of_all around_;
    std::vector<member*> waiting_;
    bool busy_ = false;
};

}  // namespace rollover::store
