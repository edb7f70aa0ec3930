#include "engine/activation/opening_gates.h"

#include "engine/runtime/virtual_runtime.h"

#include <gtest/gtest.h>

namespace rollover::activation {
namespace {

using namespace std::chrono_literals;

struct crowd {
    virtual_runtime rt;
    opening_gates gates;
    unsigned inside = 0;
    unsigned most_inside = 0;
    unsigned failed = 0;
    std::vector<int> order;
};

task<void> visitor(crowd& c, int number, unsigned most, time_point deadline) {
    const auto entered = co_await c.gates.enter(c.rt, "box", most, deadline);
    if (!entered) {
        ++c.failed;
        co_return;
    }
    c.order.push_back(number);
    c.most_inside = std::max(c.most_inside, ++c.inside);
    const auto slept = co_await sleep_for(c.rt, 1s);
    --c.inside;
    c.gates.leave("box");
    EXPECT_TRUE(slept || slept.error().code == errc::cancelled);
}

void send(crowd& c, int visitors, unsigned most, time_point deadline, duration cancel_after = 1h) {
    const auto root = [](crowd& all, int n, unsigned m, time_point d, duration after) -> task<void> {
        task_group group(all.rt);
        for (int i = 0; i < n; ++i) {
            group.spawn(visitor(all, i, m, d));
        }
        const auto alarm = all.rt.make_alarm([&group] { group.cancel(); });
        alarm->set(all.rt.now() + after);
        co_await group.join();
    };
    EXPECT_EQ(c.rt.run(root(c, visitors, most, deadline, cancel_after)), virtual_end::finished);
    EXPECT_EQ(c.inside, 0U);
}

TEST(OpeningGates, NoMoreThanAllowed_InTheirOrder) {
    crowd c;
    send(c, 10, 3, never);
    EXPECT_EQ(c.most_inside, 3U);
    EXPECT_EQ(c.order, (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

TEST(OpeningGates, Zero_IsAnyNumber) {
    crowd c;
    send(c, 10, 0, never);
    EXPECT_EQ(c.most_inside, 10U);
}

TEST(OpeningGates, WhoGivesUp_LeavesNoHole) {
    crowd c;
    send(c, 10, 1, time_point(3500ms));
    EXPECT_EQ(c.failed, 6U);
    send(c, 2, 1, never);
    EXPECT_EQ(c.order.size(), 6U) << "the gate is free again";
}

TEST(OpeningGates, Cancelled_AllAreOut) {
    crowd c;
    send(c, 10, 2, never, 1500ms);
    crowd& again = c;
    send(again, 2, 2, never);
    EXPECT_EQ(c.order.size(), 6U);
}

task<void> comes(crowd& c, std::string who, int number) {
    const auto entered = co_await c.gates.enter(c.rt, "box", 2, never, std::move(who));
    EXPECT_TRUE(entered);
    c.order.push_back(number);
    c.most_inside = std::max(c.most_inside, ++c.inside);
    const auto slept = co_await sleep_for(c.rt, 1s);
    EXPECT_TRUE(slept);
    --c.inside;
    c.gates.leave("box");
}

/// One with fifty devices came first, and nine with one device each after it.
TEST(OpeningGates, NobodyKeepsOutTheOthers) {
    crowd c;
    const auto root = [](crowd& all) -> task<void> {
        task_group group(all.rt);
        for (int i = 0; i < 50; ++i) {
            group.spawn(comes(all, "a1", i));
        }
        for (int i = 0; i < 9; ++i) {
            group.spawn(comes(all, "a" + std::to_string(i + 2), 100 + i));
        }
        co_await group.join();
    };
    EXPECT_EQ(c.rt.run(root(c)), virtual_end::finished);
    EXPECT_EQ(c.most_inside, 2U);
    EXPECT_EQ(c.order.size(), 59U);
    const std::vector<int> first(c.order.begin(), c.order.begin() + 12);
    EXPECT_EQ(first, (std::vector<int>{0, 1, 100, 101, 102, 103, 104, 105, 106, 107, 108, 2}))
        << "each of the others has a place before the first one has its third";
}

}  // namespace
}  // namespace rollover::activation
