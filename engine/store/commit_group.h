// Changes that come together go to the disk together: one transaction for all that wait, one commit. A commit waits for
// the disk; 500 reservations that begin in the same second would each wait for all before it.
#pragma once

#include "engine/runtime/runtime.h"
#include "engine/store/sql.h"

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace rollover::store {

/// `of` as one change sees it that is made together with others: its transactions are parts of the one around them
/// (savepoints), so what is refused takes back what it did itself, and nothing else. A part is durable when the
/// transaction around it is. `how` is that of the transaction around it: where that only appends, a part that decides
/// is refused. `of` must outlive it.
[[nodiscard]] std::unique_ptr<database> part_of(database& of, changes how);

/// Of one connection, which nobody else uses. Used on the runtime's thread.
class commit_group {
public:
    /// Its transactions are begun as `how` says. All must outlive it.
    commit_group(runtime& rt, database& on, changes how) : rt_(rt), database_(on), how_(how) {}

    /// `work` runs on the pool, within the transaction of those that came at the same time, on a `part_of` the
    /// database. What it says comes back when the commit is on the disk. When that transaction cannot be begun or
    /// committed, its error comes back to all: also to those that were refused, as what stood in their way may never
    /// have been. Not cancellable.
    template <class Value>
    [[nodiscard]] task<result<Value>> run(std::function<result<Value>()> work) {
        std::optional<result<Value>> out;
        member mine(rt_);
        mine.work = [&out, &work]() -> std::optional<failure> {
            out = work();
            return *out ? std::nullopt : std::optional<failure>(out->error());
        };
        auto part = take_part(mine);
        co_await std::move(part);
        if (mine.failed) {
            co_return *std::move(mine.failed);
        }
        co_return std::move(*out);
    }

private:
    struct member {
        explicit member(runtime& rt) : woken(rt) {}
        std::function<std::optional<failure>()> work;  ///< why it was refused
        std::exception_ptr thrown;
        std::optional<failure> failed;  ///< not by itself
        bool done = false;
        event woken;  ///< it is done, or it is to lead the next transaction
    };

    [[nodiscard]] task<void> take_part(member& mine);
    void run_together(const std::vector<member*>& members);
    [[nodiscard]] result<void> run_all(const std::vector<member*>& members);
    /// Result: why it was refused, and has taken back what it did.
    [[nodiscard]] static std::optional<failure> run_one(member& one);

    runtime& rt_;
    database& database_;
    changes how_;
    std::vector<member*> waiting_;
    bool busy_ = false;
};

}  // namespace rollover::store
