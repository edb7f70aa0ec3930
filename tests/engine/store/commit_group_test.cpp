#include "engine/store/commit_group.h"

#include "engine/runtime/real_runtime.h"
#include "engine/runtime/virtual_runtime.h"

#include <chrono>
#include <gtest/gtest.h>
#include <thread>

namespace rollover::store {
namespace {

/// A connection that counts, and refuses what it is told to refuse.
struct connection {
    int begun = 0;
    int committed = 0;
    int rolled_back = 0;
    int open = 0;
    bool refuse_begin = false;
    bool refuse_commit = false;

    commit_group::transaction_of_all around(std::chrono::milliseconds slow = {}) {
        return {[this]() -> result<void> {
                    if (refuse_begin) {
                        return failure(errc::store, "locked");
                    }
                    ++begun;
                    EXPECT_EQ(++open, 1);
                    return {};
                },
                [this, slow]() -> result<void> {
                    std::this_thread::sleep_for(slow);
                    if (refuse_commit) {
                        return failure(errc::store, "disk full");
                    }
                    ++committed;
                    --open;
                    return {};
                },
                [this] {
                    ++rolled_back;
                    --open;
                }};
    }
};

task<void> change(commit_group& group, connection& with, int number, std::vector<int>& out) {
    std::function<result<int>()> work = [&with, number]() -> result<int> {
        EXPECT_EQ(with.open, 1) << "outside a transaction";
        if (number % 10 == 7) {
            return failure(errc::busy, "taken");
        }
        return number;
    };
    const int before = with.committed;
    const auto done = co_await group.run(std::move(work));
    EXPECT_TRUE(!done || with.committed > before) << "it came back before the commit";
    out.push_back(done ? *done : done.error().code == errc::busy ? -1 : -2);
}

task<void> change_often(commit_group& group, connection& with, int number, int times, std::vector<int>& out) {
    for (int i = 0; i < times; ++i) {
        auto once = change(group, with, number, out);
        co_await std::move(once);
    }
}

task<void> many(runtime& rt, commit_group& group, connection& with, int count, int times, std::vector<int>& out) {
    task_group all(rt);
    for (int i = 0; i < count; ++i) {
        all.spawn(change_often(group, with, i, times, out));
    }
    co_await all.join();
}

TEST(CommitGroup, ThoseThatComeTogetherAreCommittedTogether) {
    real_runtime rt(4);
    connection with;
    commit_group group(rt, with.around(std::chrono::milliseconds(5)));
    std::vector<int> out;
    rt.run(many(rt, group, with, 100, 3, out));
    EXPECT_EQ(out.size(), 300U);
    EXPECT_EQ(std::ranges::count(out, -1), 30) << "one that fails is no matter of the others";
    EXPECT_EQ(std::ranges::count(out, -2), 0);
    EXPECT_EQ(with.begun, with.committed);
    EXPECT_LT(with.committed, 60) << "far fewer commits than changes";
    EXPECT_EQ(with.open, 0);
}

TEST(CommitGroup, OneAfterTheOtherIsATransactionEach) {
    virtual_runtime rt;
    connection with;
    commit_group group(rt, with.around());
    std::vector<int> out;
    EXPECT_EQ(rt.run(change_often(group, with, 1, 5, out)), virtual_end::finished);
    EXPECT_EQ(with.committed, 5);
}

TEST(CommitGroup, AnErrorOfTheTransactionIsEverybodys) {
    virtual_runtime rt;
    connection with;
    commit_group group(rt, with.around());
    std::vector<int> out;
    with.refuse_commit = true;
    EXPECT_EQ(rt.run(many(rt, group, with, 5, 1, out)), virtual_end::finished);
    EXPECT_EQ(out, (std::vector<int>{-2, -2, -2, -2, -2}));
    EXPECT_EQ(with.rolled_back, with.begun);
    with.refuse_commit = false;
    with.refuse_begin = true;
    EXPECT_EQ(rt.run(many(rt, group, with, 2, 1, out)), virtual_end::finished);
    EXPECT_EQ(out.size(), 7U);
    EXPECT_EQ(out.back(), -2);
    with.refuse_begin = false;
    EXPECT_EQ(rt.run(many(rt, group, with, 1, 1, out)), virtual_end::finished);
    EXPECT_EQ(out.back(), 0) << "it goes on afterwards";
}

}  // namespace
}  // namespace rollover::store
