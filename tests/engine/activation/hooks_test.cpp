#include "engine/activation/hooks.h"

#include "engine/activation/memory_journal.h"
#include "engine/runtime/real_runtime.h"

#include <gtest/gtest.h>

namespace rollover::activation {
namespace {

using namespace std::chrono_literals;
using moment = model::hook::moment;

model::hook hook(std::vector<std::string> command, duration limit = 5s, moment when = moment::before_activation) {
    model::hook h;
    h.when = when;
    h.command = std::move(command);
    h.limit = limit;
    h.place = {"lab.xml", 4, 3};
    return h;
}

/// Runs the hooks of one moment on real programs.
result<void> run(const model::lab& lab, moment when) {
    real_runtime rt;
    console::pacing_wheel wheel(rt);
    const platform::library platforms;
    memory_journal journal(rt);
    environment env(rt, wheel, platforms, journal);
    env.folder = "/some/folder";
    result<void> out;
    auto root = [](environment& e, const model::lab& l, moment w, result<void>& o) -> task<void> {
        o = co_await run_hooks(e, l, w, "a7", "two-routers");
    };
    rt.run(root(env, lab, when, out));
    return out;
}

TEST(Hooks, SeeTheirActivation_OthersMomentsAreNotRun) {
    model::lab lab;
    lab.hooks.push_back(hook({"sh", "-c",
                              "test $ROLLOVER_ACTIVATION/$ROLLOVER_TOPOLOGY/$ROLLOVER_FOLDER/$ROLLOVER_MOMENT = "
                              "a7/two-routers//some/folder/before-activation"}));
    lab.hooks.push_back(hook({"false"}, 5s, moment::after_deactivation));
    EXPECT_TRUE(run(lab, moment::before_activation));
}

TEST(Hooks, ExitCode_FailsWithPlaceAndLastWords) {
    model::lab lab;
    lab.hooks.push_back(hook({"sh", "-c", "echo no power on rack 7 >&2; exit 3"}));
    const auto done = run(lab, moment::before_activation);
    ASSERT_FALSE(done);
    const auto words = describe(done.error());
    EXPECT_NE(words.find("lab.xml:4:3"), std::string::npos) << words;
    EXPECT_NE(words.find("exit code 3"), std::string::npos) << words;
    EXPECT_NE(words.find("no power on rack 7"), std::string::npos) << words;
}

TEST(Hooks, AtTheLimit_TheGroupIsKilledAndTheErrorSaysSo) {
    model::lab lab;
    lab.hooks.push_back(hook({"sh", "-c", "sleep 600 & wait"}, 100ms));
    const auto done = run(lab, moment::before_activation);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, errc::timed_out);
}

}  // namespace
}  // namespace rollover::activation
