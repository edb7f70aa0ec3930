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

    /// What work of `change` with the same `how` works on.
    [[nodiscard]] std::unique_ptr<database> for_changes(changes how) { return writer_of(how).part(); }
    /// A connection of its own for what reads; it sees what was committed. For tables in memory, which only one
    /// connection has, that one. Errors: store.
    [[nodiscard]] result<std::unique_ptr<database>> for_reading();

    /// Comes back when what `work` did is on the disk; see commit_group.
    template <class Value>
    [[nodiscard]] task<result<Value>> change(changes how, std::function<result<Value>()> work) {
        return writer_of(how).group.run(std::move(work));
    }
    template <class Value>
    [[nodiscard]] task<result<Value>> read(std::function<result<Value>()> work) {
        // In memory there is one connection, which one at a time uses.
        return is_in_memory() ? deciding_.group.run(std::move(work)) : on_pool<result<Value>>(rt_, std::move(work));
    }
    [[nodiscard]] wall_time now() const { return rt_.wall_now(); }

private:
    /// A connection for changes of one kind.
    struct writer {
        writer(runtime& rt, std::unique_ptr<database> on, changes h)
            : connection(std::move(on)), how(h), group(rt, *connection, h) {}
        [[nodiscard]] std::unique_ptr<database> part() { return part_of(*connection, how); }
        std::unique_ptr<database> connection;
        changes how;
        commit_group group;
    };

    shared_tables(runtime& rt, tables_place place, std::unique_ptr<database> deciding,
                  std::unique_ptr<database> appending);
    [[nodiscard]] bool is_in_memory() const { return place_.url.empty() && place_.file == ":memory:"; }
    [[nodiscard]] writer& writer_of(changes how) {
        return how == changes::appended && appending_ ? *appending_ : deciding_;
    }

    runtime& rt_;
    tables_place place_;
    writer deciding_;
    // What an activation notes must not wait for what another service decides. SQLite has one writer for all.
    std::unique_ptr<writer> appending_;
};

/// The runtime's side of the tables: an `Interface` that hands every call to the pool, where a `Blocking` changes them
/// with others, or reads them by itself. What is handed on is a copy.
template <class Interface, class Blocking>
class on_shared_tables : public Interface {
public:
    on_shared_tables(std::shared_ptr<shared_tables> in, std::unique_ptr<database> for_reading)
        : tables_(std::move(in)),
          deciding_(tables_->for_changes(changes::decided)),
          appending_(tables_->for_changes(changes::appended)),
          reading_(std::move(for_reading)) {}

protected:
    [[nodiscard]] wall_time now() const { return tables_->now(); }
    /// `work` uses `deciding_`.
    template <class Value>
    [[nodiscard]] task<result<Value>> decide(std::function<result<Value>()> work) {
        return tables_->change(changes::decided, std::move(work));
    }
    /// `work` uses `appending_`.
    template <class Value>
    [[nodiscard]] task<result<Value>> note(std::function<result<Value>()> work) {
        return tables_->change(changes::appended, std::move(work));
    }
    /// `work` uses `reading_`.
    template <class Value>
    [[nodiscard]] task<result<Value>> query(std::function<result<Value>()> work) {
        return tables_->read(std::move(work));
    }

    std::shared_ptr<shared_tables> tables_;
    Blocking deciding_;
    Blocking appending_;
    Blocking reading_;
};

/// A `Stored`, which is an on_shared_tables. Errors: store.
template <class Stored, class Interface>
[[nodiscard]] result<std::unique_ptr<Interface>> open_on_shared_tables(std::shared_ptr<shared_tables> in) {
    auto reading = in->for_reading();
    if (!reading) {
        return reading.error();
    }
    return std::unique_ptr<Interface>(std::make_unique<Stored>(std::move(in), std::move(*reading)));
}

/// The same in tables that it has for itself. Errors: store; also for tables of a newer program.
template <class Stored, class Interface>
[[nodiscard]] result<std::unique_ptr<Interface>> open_on_shared_tables(runtime& rt, const tables_place& place) {
    auto tables = shared_tables::open(rt, place);
    if (!tables) {
        return tables.error();
    }
    return open_on_shared_tables<Stored, Interface>(std::move(*tables));
}

}  // namespace rollover::store
