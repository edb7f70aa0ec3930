#include "engine/runtime/background.h"

#include "engine/runtime/real_runtime.h"
#include "engine/runtime/virtual_runtime.h"

#include <future>
#include <gmock/gmock.h>

namespace rollover {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

TEST(Background, OneAfterTheOther_AndTheLastIsWaitedFor) {
    real_runtime rt;
    std::vector<int> done;  // of the background, until it has been waited for
    auto root = [](real_runtime& r, std::vector<int>& into) -> task<void> {
        for (int i = 0; i < 100; ++i) {
            r.background([&into, i] { into.push_back(i); });
        }
        std::function<void()> last = [&into] { into.push_back(100); };
        const bool in_time = co_await done_in_background(r, std::move(last), r.now() + 60s);
        EXPECT_TRUE(in_time);
        EXPECT_EQ(into.size(), 101U);
        EXPECT_TRUE(std::ranges::is_sorted(into));
    };
    rt.run(root(rt, done));
}

TEST(Background, WorkThatBlocks_StopsNeitherTheLoopNorThePool) {
    real_runtime rt;
    std::promise<void> released;
    auto root = [](real_runtime& r, std::promise<void>& release) -> task<void> {
        // The promise may be gone when the background thread looks at what it waits for; the future may not.
        r.background([until = release.get_future().share()] { until.wait(); });
        std::function<void()> nothing = [] {};
        const bool in_time = co_await done_in_background(r, std::move(nothing), r.now() + 1ms);
        EXPECT_FALSE(in_time);
        bool pool_works = false;
        std::function<void()> work = [&pool_works] { pool_works = true; };
        co_await r.offload(std::move(work));
        EXPECT_TRUE(pool_works);
        release.set_value();
    };
    rt.run(root(rt, released));
}

TEST(Background, TheRuntimeEndsWhenAllIsDone) {
    int done = 0;
    {
        real_runtime rt;
        auto root = [](real_runtime& r, int& count) -> task<void> {
            for (int i = 0; i < 1000; ++i) {
                r.background([&count] { ++count; });
            }
            co_return;
        };
        rt.run(root(rt, done));
    }
    EXPECT_EQ(done, 1000);
}

TEST(Background, InVirtualTime_AtOnceUnlessHeld) {
    virtual_runtime rt;
    std::vector<int> done;
    rt.background([&done] { done.push_back(1); });
    EXPECT_THAT(done, ElementsAre(1));
    rt.hold_background(true);
    rt.background([&done] { done.push_back(2); });
    rt.background([&done] { done.push_back(3); });
    auto root = [](virtual_runtime& r) -> task<void> {
        std::function<void()> nothing = [] {};
        const bool in_time = co_await done_in_background(r, std::move(nothing), r.now() + 5s);
        EXPECT_FALSE(in_time);
    };
    EXPECT_EQ(rt.run(root(rt)), virtual_end::finished);
    EXPECT_EQ(rt.now(), time_point(5s));
    EXPECT_THAT(done, ElementsAre(1));
    rt.hold_background(false);
    EXPECT_THAT(done, ElementsAre(1, 2, 3));
}

}  // namespace
}  // namespace rollover
