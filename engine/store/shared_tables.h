// The tables as the calendar and the journal of one process share them: what is changed in either at the same time is
// one transaction, and waits for the disk once. What only reads waits for nobody.
#pragma once

#include "engine/store/commit_group.h"
#include "engine/store/on_pool.h"
#include "engine/store/tables_place.h"

#include <functional>
#include <memory>

namespace rollover::store {

class shared_tables {
public:
    /// Opens (and makes, or brings up to date) the tables at `place`. `rt` must outlive them. Errors: store; also for
    /// tables of a newer program.
    [[nodiscard]] static result<std::shared_ptr<shared_tables>> open(runtime& rt, const tables_place& place);

    /// What work of `change` works on.
    [[nodiscard]] std::unique_ptr<database> for_changes() { return part_of(*changing_); }
    /// A connection of its own for what reads; it sees what was committed. For tables in memory, which only one
    /// connection has, that one. Errors: store.
    [[nodiscard]] result<std::unique_ptr<database>> for_reading();

    /// Comes back when what `work` did is on the disk; see commit_group.
    template <class Value>
    [[nodiscard]] task<result<Value>> change(changes how, std::function<result<Value>()> work) {
        return group_.run(how, std::move(work));
    }
    template <class Value>
    [[nodiscard]] task<result<Value>> read(std::function<result<Value>()> work) {
        // In memory there is one connection, which one at a time uses.
        return is_in_memory() ? group_.run(changes::appended, std::move(work)) : on_pool(rt_, std::move(work));
    }
    [[nodiscard]] wall_time now() const { return rt_.wall_now(); }

private:
    shared_tables(runtime& rt, tables_place place, std::unique_ptr<database> changing)
        : rt_(rt), place_(std::move(place)), changing_(std::move(changing)), group_(rt, *changing_) {}
    [[nodiscard]] bool is_in_memory() const { return place_.url.empty() && place_.file == ":memory:"; }

    runtime& rt_;
    tables_place place_;
    std::unique_ptr<database> changing_;
    commit_group group_;
};

}  // namespace rollover::store
