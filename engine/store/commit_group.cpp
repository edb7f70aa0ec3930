#include "engine/store/commit_group.h"

#include <algorithm>
#include <utility>

namespace rollover::store {

namespace {

class part_of_transaction final : public database {
public:
    explicit part_of_transaction(database& of) : of_(of) {}

    result<void> execute(const std::string& sql) override { return of_.execute(sql); }
    std::unique_ptr<prepared_statement> prepare(std::string_view sql) override { return of_.prepare(sql); }
    // Outside a transaction SQLite would take a savepoint for one of its own, and commit it.
    result<void> begin(changes /*how*/) override {
        if (!of_.in_transaction()) {
            return failure(errc::store, "the transaction that this is a part of is over");
        }
        return of_.execute("SAVEPOINT part");
    }
    result<void> commit() override { return of_.execute("RELEASE SAVEPOINT part"); }
    void roll_back() noexcept override {
        if (of_.in_transaction()) {
            const auto back = of_.execute("ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part");
            static_cast<void>(back.has_value());  // then the whole is lost, and says so
        }
    }
    [[nodiscard]] bool in_transaction() const override { return of_.in_transaction(); }

private:
    database& of_;
};

}  // namespace

std::unique_ptr<database> part_of(database& of) {
    return std::make_unique<part_of_transaction>(of);
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

void commit_group::run_together(const std::vector<member*>& members) {
    const bool one_decides = std::ranges::any_of(members, [](const member* m) { return m->how == changes::decided; });
    auto done = database_.begin(one_decides ? changes::decided : changes::appended);
    std::vector<member*> standing;
    for (member* one : members) {
        if (done) {
            auto refused = run_one(*one);
            // A full disk, or a connection that is lost, ends the whole transaction.
            if (!database_.in_transaction()) {
                done = refused.value_or(failure(errc::store, "the database has ended the transaction"));
            }
            if (refused) {
                continue;
            }
        }
        standing.push_back(one);
    }
    if (done) {
        done = database_.commit();
    }
    if (!done) {
        database_.roll_back();
        for (member* one : standing) {
            one->failed = done.error();
        }
    }
}

}  // namespace rollover::store
