#include "engine/store/commit_group.h"

#include "engine/runtime/real_runtime.h"
#include "engine/runtime/virtual_runtime.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <gtest/gtest.h>
#include <stdexcept>
#include <thread>

namespace rollover::store {
namespace {

/// A connection that counts, and refuses what it is told to refuse.
class counting_database final : public database {
public:
    std::atomic<int> begun = 0;
    std::atomic<int> committed = 0;
    std::atomic<int> rolled_back = 0;
    std::atomic<int> open = 0;  ///< the number of the transaction that is under way
    std::atomic<int> decided = 0;
    std::atomic<bool> refuse_begin = false;
    std::atomic<bool> refuse_commit = false;
    std::chrono::milliseconds slow{};

    result<void> execute(const std::string& /*sql*/) override { return {}; }
    std::unique_ptr<prepared_statement> prepare(std::string_view /*sql*/) override { return nullptr; }
    result<void> begin(changes how) override {
        if (refuse_begin) {
            return failure(errc::store, "locked");
        }
        decided += how == changes::decided ? 1 : 0;
        EXPECT_EQ(open, 0) << "one in another";
        open = ++begun;
        return {};
    }
    result<void> commit() override {
        std::this_thread::sleep_for(slow);
        if (refuse_commit) {
            return failure(errc::store, "disk full");
        }
        committed = open.exchange(0);
        return {};
    }
    void roll_back() noexcept override {
        ++rolled_back;
        open = 0;
    }
    bool in_transaction() const override { return open != 0; }
};

constexpr int ends_all = 666;
constexpr int has_a_bug = 778;

/// What it says goes into `out`: its number, -1 when it was refused, -2 when the store failed.
task<void> change(commit_group& group, counting_database& with, int number, std::vector<int>& out) {
    int in = 0;
    std::function<result<int>()> work = [&with, &in, number]() -> result<int> {
        in = with.open;
        EXPECT_NE(in, 0) << "outside a transaction";
        if (number % 10 == 7) {
            return failure(errc::busy, "taken");
        }
        if (number == ends_all) {
            with.open = 0;
            return failure(errc::store, "full");
        }
        if (number == has_a_bug) {
            throw std::runtime_error("a bug");
        }
        return number;
    };
    const auto done = co_await group.run(std::move(work));
    EXPECT_TRUE(!done || with.committed >= in) << "it came back before its commit";
    out.push_back(done ? *done : done.error().code == errc::busy ? -1 : -2);
}

task<void> change_often(commit_group& group, counting_database& with, int number, int times, std::vector<int>& out) {
    for (int i = 0; i < times; ++i) {
        auto once = change(group, with, number, out);
        co_await std::move(once);
    }
}

task<void> many(runtime& rt, commit_group& group, counting_database& with, int count, int times,
                std::vector<int>& out) {
    task_group all(rt);
    for (int i = 0; i < count; ++i) {
        all.spawn(change_often(group, with, i, times, out));
    }
    co_await all.join();
}

TEST(CommitGroup, ThoseThatComeTogetherAreCommittedTogether) {
    real_runtime rt(4);
    counting_database with;
    with.slow = std::chrono::milliseconds(5);
    commit_group group(rt, with, changes::decided);
    std::vector<int> out;
    rt.run(many(rt, group, with, 100, 3, out));
    EXPECT_EQ(out.size(), 300U);
    EXPECT_EQ(std::ranges::count(out, -1), 30) << "one that fails is no matter of the others";
    EXPECT_EQ(std::ranges::count(out, -2), 0);
    EXPECT_EQ(with.begun, with.committed);
    EXPECT_EQ(with.begun, with.decided);
    EXPECT_LT(with.begun, 60) << "far fewer commits than changes";
    EXPECT_EQ(with.open, 0);
}

TEST(CommitGroup, OneAfterTheOtherIsATransactionEach) {
    virtual_runtime rt;
    counting_database with;
    commit_group group(rt, with, changes::appended);
    std::vector<int> out;
    EXPECT_EQ(rt.run(change_often(group, with, 1, 5, out)), virtual_end::finished);
    EXPECT_EQ(with.committed, 5);
    EXPECT_EQ(with.decided, 0);
}

task<void> blocker(commit_group& group) {
    std::function<result<int>()> work = []() -> result<int> {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        return 0;
    };
    const auto done = co_await group.run(std::move(work));
    static_cast<void>(done.has_value());
}

task<void> expect_a_bug(commit_group& group, counting_database& with, int& caught) {
    std::vector<int> none;
    try {
        auto once = change(group, with, has_a_bug, none);
        co_await std::move(once);
    } catch (const std::runtime_error&) {
        ++caught;
    }
}

task<void> after_a_blocker(runtime& rt, commit_group& group, counting_database& with, std::vector<int> numbers,
                           std::vector<int>& out, int& caught) {
    task_group all(rt);
    all.spawn(blocker(group));
    for (const int number : numbers) {
        if (number == has_a_bug) {
            all.spawn(expect_a_bug(group, with, caught));
        } else {
            all.spawn(change(group, with, number, out));
        }
    }
    co_await all.join();
}

TEST(CommitGroup, AnErrorOfTheCommitIsEverybodys_AlsoOfTheRefused) {
    real_runtime rt(2);
    counting_database with;
    with.refuse_commit = true;
    commit_group group(rt, with, changes::decided);
    std::vector<int> out;
    int caught = 0;
    rt.run(after_a_blocker(rt, group, with, {1, 2, 7, 3}, out, caught));
    EXPECT_EQ(out, (std::vector<int>{-2, -2, -2, -2})) << "what stood in the way of 7 has never been";
    EXPECT_EQ(with.begun, 2);
    EXPECT_EQ(with.rolled_back, 2);
    with.refuse_commit = false;
    rt.run(after_a_blocker(rt, group, with, {4, 7}, out, caught));
    EXPECT_EQ(out, (std::vector<int>{-2, -2, -2, -2, 4, -1})) << "it goes on afterwards";
}

TEST(CommitGroup, AnErrorOfTheBeginIsEverybodys) {
    real_runtime rt(2);
    counting_database with;
    with.refuse_begin = true;
    commit_group group(rt, with, changes::decided);
    std::vector<int> out;
    int caught = 0;
    rt.run(after_a_blocker(rt, group, with, {1, 2, 3}, out, caught));
    EXPECT_EQ(out, (std::vector<int>{-2, -2, -2}));
    with.refuse_begin = false;
    rt.run(after_a_blocker(rt, group, with, {4}, out, caught));
    EXPECT_EQ(out.back(), 4);
}

TEST(CommitGroup, WhatDecides_IsNoPartOfWhatOnlyAppends) {
    counting_database with;
    ASSERT_TRUE(with.begin(changes::appended));
    const auto part = part_of(with, changes::appended);
    EXPECT_FALSE(part->begin(changes::decided));
    EXPECT_TRUE(part->begin(changes::appended));
    EXPECT_TRUE(part_of(with, changes::decided)->begin(changes::appended));
}

TEST(CommitGroup, WhatEndsTheWholeTransactionIsToldToAllInIt) {
    real_runtime rt(2);
    counting_database with;
    commit_group group(rt, with, changes::decided);
    std::vector<int> out;
    int caught = 0;
    rt.run(after_a_blocker(rt, group, with, {1, 2, ends_all, 3}, out, caught));
    EXPECT_EQ(out, (std::vector<int>{-2, -2, -2, -2})) << "none may believe that it was written";
    EXPECT_EQ(with.committed, 1) << "the blocker's";
}

TEST(CommitGroup, AnExceptionIsOnlyWhoseItIs) {
    real_runtime rt(2);
    counting_database with;
    commit_group group(rt, with, changes::decided);
    std::vector<int> out;
    int caught = 0;
    rt.run(after_a_blocker(rt, group, with, {1, has_a_bug, 2, 3}, out, caught));
    EXPECT_EQ(out, (std::vector<int>{1, 2, 3}));
    EXPECT_EQ(caught, 1);
    EXPECT_EQ(with.committed, 2);
}

}  // namespace
}  // namespace rollover::store
