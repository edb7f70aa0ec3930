#include "engine/store/commit_group.h"

#include <utility>

namespace rollover::store {

namespace {

class part_of_transaction final : public database {
public:
    part_of_transaction(database& of, changes how) : of_(of), how_(how) {}

    result<void> execute(const std::string& sql) override { return of_.execute(sql); }
    result<void> execute_later(const std::string& sql) override { return of_.execute_later(sql); }
    std::unique_ptr<prepared_statement> prepare(std::string_view sql) override { return of_.prepare(sql); }
    // Outside a transaction SQLite would take a savepoint for one of its own, and commit it.
    result<void> begin(changes how) override {
        if (how == changes::decided && how_ != changes::decided) {
            return failure(errc::internal, "what is decided here is not kept from what others decide");
        }
        if (!of_.in_transaction()) {
            return failure(errc::store, "the transaction that this is a part of is over");
        }
        return of_.execute_later("SAVEPOINT part");
    }
    result<void> commit() override { return of_.execute("RELEASE SAVEPOINT part"); }
    void roll_back() noexcept override {
        if (of_.in_transaction()) {
            const auto back = of_.go_back_to("part");
            static_cast<void>(back.has_value());  // then the whole is lost, and says so
        }
    }
    result<void> go_back_to(const std::string& savepoint) override { return of_.go_back_to(savepoint); }
    [[nodiscard]] bool in_transaction() const override { return of_.in_transaction(); }

private:
    database& of_;
    changes how_;
};

}  // namespace

std::unique_ptr<database> part_of(database& of, changes how) {
    return std::make_unique<part_of_transaction>(of, how);
}

task<void> commit_group::take_part(member& mine) {
    waiting_.push_back(&mine);
    if (busy_) {
        const auto why = co_await mine.woken.wait(never, cancellable::no);
        static_cast<void>(why);
    }
    if (!mine.done) {
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
    if (mine.thrown) {
        std::rethrow_exception(mine.thrown);
    }
}

std::optional<failure> commit_group::run_one(member& one) {
    try {
        return one.work();
    } catch (...) {
        one.thrown = std::current_exception();
        return failure(errc::internal, "an exception");
    }
}

result<void> commit_group::run_all(const std::vector<member*>& members) {
    auto begun = database_.begin(how_);
    if (!begun) {
        return begun;
    }
    for (member* one : members) {
        const auto refused = run_one(*one);
        // A full disk, or a connection that is lost, ends the whole transaction.
        if (!database_.in_transaction()) {
            return refused.value_or(failure(errc::store, "the database has ended the transaction"));
        }
    }
    return database_.commit();
}

void commit_group::run_together(const std::vector<member*>& members) {
    try {
        const auto done = run_all(members);
        if (!done) {
            database_.roll_back();
            for (member* one : members) {
                one->failed = done.error();
            }
        }
    } catch (...) {  // whoever waits must be told
        database_.roll_back();
        for (member* one : members) {
            one->thrown = std::current_exception();
        }
    }
}

}  // namespace rollover::store
