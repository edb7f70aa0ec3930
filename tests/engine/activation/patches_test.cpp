// Serial links that nobody carries any more are carried again.
#include "engine/activation/patches.h"

#include "engine/activation/memory_journal.h"
#include "engine/runtime/virtual_runtime.h"

#include <gtest/gtest.h>

namespace rollover::activation {
namespace {

using namespace std::chrono_literals;

class fake_keeper final : public patch_keeper {
public:
    task<result<void>> begin(const model::lab& /*lab*/, const plan::plan& plan, std::string /*activation*/,
                             time_point /*deadline*/) override {
        ++begun;
        EXPECT_EQ(plan.patches.size(), 1U);
        if (fails > 0) {
            --fails;
            co_return failure(errc::io, "the line is busy");
        }
        carried = true;
        co_return result<void>();
    }
    bool carries(const std::string& /*activation*/) override { return carried; }
    task<result<void>> end(std::string /*activation*/, time_point /*deadline*/) override {
        carried = false;
        co_return result<void>();
    }
    bool carried = false;
    unsigned begun = 0;
    unsigned fails = 0;
};

task<void> keep(patches_keeper& keeper) {
    const auto kept = co_await keeper.run();
    EXPECT_TRUE(kept);
}

struct rig {
    virtual_runtime rt;
    memory_journal journal{rt};
    console::pacing_wheel wheel{rt};
    platform::library platforms;
    environment env{rt, wheel, platforms, journal};
    fake_keeper patches;
    model::lab lab;

    void run(std::function<task<void>(rig&, patches_keeper&)> story) {
        env.patches = &patches;
        plan::plan plan;
        plan.patches.push_back({"s", {}});
        const auto root = [](rig& all, plan::plan with,
                             std::function<task<void>(rig&, patches_keeper&)> tell) -> task<void> {
            patches_keeper keeper(all.env, all.lab, std::move(with), "a1", 1min);
            task_group group(all.rt);
            group.spawn(keep(keeper));
            co_await tell(all, keeper);
            keeper.end();
            co_await group.join();
        };
        EXPECT_EQ(rt.run(root(*this, std::move(plan), std::move(story))), virtual_end::finished);
    }
};

task<void> pass(rig& all, duration time) {
    const auto slept = co_await sleep_for(all.rt, time);
    EXPECT_TRUE(slept);
}

TEST(PatchesKeeper, WhatIsCarried_IsLeftAlone) {
    rig all;
    all.patches.carried = true;
    all.run([](rig& r, patches_keeper&) -> task<void> { return pass(r, 10min); });
    EXPECT_EQ(all.patches.begun, 0U);
}

task<void> lost(rig& all) {
    co_await pass(all, 90s);
    EXPECT_EQ(all.patches.begun, 1U) << "at once: it was not carried when the service came back";
    all.patches.carried = false;
    co_await pass(all, 2min);
    EXPECT_EQ(all.patches.begun, 2U) << "and again when its process was killed";
    EXPECT_TRUE(all.patches.carried);
}

TEST(PatchesKeeper, WhatNobodyCarries_IsCarriedAgain) {
    rig all;
    all.run([](rig& r, patches_keeper&) -> task<void> { return lost(r); });
}

TEST(PatchesKeeper, WhatFails_IsTriedAgain) {
    rig all;
    all.patches.fails = 3;
    all.run([](rig& r, patches_keeper&) -> task<void> { return pass(r, 10min); });
    EXPECT_EQ(all.patches.begun, 4U);
    EXPECT_TRUE(all.patches.carried);
}

}  // namespace
}  // namespace rollover::activation
