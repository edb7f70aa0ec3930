#include "engine/runtime/virtual_runtime.h"

#include <gtest/gtest.h>
#include <stdexcept>

namespace rollover {
namespace {

using namespace std::chrono_literals;

task<void> wait_on(event& e, time_point deadline, std::vector<wake>& seen) {
    const wake why = co_await e.wait(deadline);
    seen.push_back(why);
}

TEST(Event, NotifiedTimedOutAndKept) {
    virtual_runtime rt;
    std::vector<wake> seen;
    event e(rt);
    auto root = [](virtual_runtime& r, event& ev, std::vector<wake>& out) -> task<void> {
        ev.notify();  // kept for the first wait
        co_await wait_on(ev, never, out);
        co_await wait_on(ev, r.now() + 5s, out);
        EXPECT_EQ(r.now(), time_point(5s));
    };
    EXPECT_EQ(rt.run(root(rt, e, seen)), virtual_end::finished);
    EXPECT_EQ(seen, (std::vector{wake::notified, wake::timed_out}));
}

task<void> sleeper(virtual_runtime& rt, duration how_long, std::vector<errc>& ended) {
    const auto slept = co_await sleep_for(rt, how_long);
    ended.push_back(slept ? errc::internal : slept.error().code);
    if (!slept) {
        // A cancelled tree must not be able to wait once more by accident.
        const auto again = co_await sleep_for(rt, 1h);
        EXPECT_FALSE(again);
    }
}

TEST(TaskGroup, Cancel_EndsEveryLeafAtOnce) {
    virtual_runtime rt;
    std::vector<errc> ended;
    auto root = [](virtual_runtime& r, std::vector<errc>& out) -> task<void> {
        task_group group(r);
        for (int i = 0; i < 3; ++i) {
            group.spawn(sleeper(r, 1h, out));
        }
        co_await sleep_for(r, 1s);
        group.cancel();
        group.spawn(sleeper(r, 1h, out));
        co_await group.join();
        EXPECT_EQ(r.now(), time_point(1s));
    };
    EXPECT_EQ(rt.run(root(rt, ended)), virtual_end::finished);
    EXPECT_EQ(ended, std::vector<errc>(4, errc::cancelled));
}

task<void> parent(virtual_runtime& rt, std::vector<errc>& ended) {
    task_group inner(rt);
    inner.spawn(sleeper(rt, 1h, ended));
    inner.spawn(sleeper(rt, 1h, ended));
    co_await inner.join();
}

TEST(TaskGroup, CancelledParent_TakesItsChildrenAlong) {
    virtual_runtime rt;
    std::vector<errc> ended;
    auto root = [](virtual_runtime& r, std::vector<errc>& out) -> task<void> {
        task_group group(r);
        group.spawn(parent(r, out));
        co_await sleep_for(r, 1s);
        group.cancel();
        co_await group.join();
        EXPECT_EQ(r.now(), time_point(1s));
    };
    EXPECT_EQ(rt.run(root(rt, ended)), virtual_end::finished);
    EXPECT_EQ(ended, std::vector<errc>(2, errc::cancelled));
}

task<void> thrower() {
    throw std::runtime_error("a bug");
    co_return;
}

TEST(TaskGroup, ChildThatThrows_IsKept_OthersGoOn) {
    virtual_runtime rt;
    std::vector<errc> ended;
    auto root = [](virtual_runtime& r, std::vector<errc>& out) -> task<void> {
        task_group group(r);
        group.spawn(thrower());
        group.spawn(sleeper(r, 1s, out));
        co_await group.join();
        EXPECT_TRUE(group.error() != nullptr);
    };
    EXPECT_EQ(rt.run(root(rt, ended)), virtual_end::finished);
    EXPECT_EQ(ended.size(), 1U);
}

}  // namespace
}  // namespace rollover
