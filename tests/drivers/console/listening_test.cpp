#include "tests/drivers/console/console_rig.h"

#include <gmock/gmock.h>

namespace rollover::console {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

task<void> expect_heard(console_rig& r, duration quiet, time_point limit, heard what, time_point when) {
    const auto got = co_await r.it->listen(quiet, limit);
    EXPECT_TRUE(got);
    EXPECT_EQ(*got, what);
    EXPECT_EQ(r.rt.now(), when);
}

TEST(Listening, SilentDevice_IsNothingAtTheLimit) {
    console_rig rig;
    rig.run([](console_rig& r) -> task<void> {
        co_await expect_heard(r, 50ms, time_point(2s), heard::nothing, time_point(2s));
    });
}

TEST(Listening, PromptInTwoPieces_IsQuietOnlyAfterTheSecond) {
    console_rig rig;
    rig.run([](console_rig& r) -> task<void> {
        r.line->say("R3(con", 100ms);
        r.line->say("fig)#", 120ms);
        co_await expect_heard(r, 50ms, time_point(2s), heard::quiet, time_point(170ms));
        EXPECT_EQ(r.it->peek().open_line, "R3(config)#");
    });
}

TEST(Listening, WhatCameBefore_CountsUntilItIsTaken) {
    console_rig rig;
    rig.run([](console_rig& r) -> task<void> {
        r.line->say("R1#");
        co_await sleep_for(r.rt, 1s);
        co_await expect_heard(r, 50ms, time_point(9s), heard::quiet, time_point(1s));
        EXPECT_EQ(r.it->take(true).open_line, "R1#");
        co_await expect_heard(r, 50ms, time_point(2s), heard::nothing, time_point(2s));
        EXPECT_EQ(r.it->peek().open_line, "R1#");
    });
}

TEST(Listening, DeviceThatNeverStops_IsChatterAndCostsNoTimerPerByte) {
    console_rig rig;
    rig.run([](console_rig& r) -> task<void> {
        for (int i = 0; i < 1000; ++i) {
            r.line->say("debug\r\n", i * 10ms);
        }
        const auto before = r.rt.alarms_fired();
        co_await expect_heard(r, 500ms, time_point(9s), heard::chatter, time_point(9s));
        EXPECT_LT(r.rt.alarms_fired() - before, 950U);  // 901 of the device itself
    });
}

TEST(Listening, Cancelled_EndsAtOnce) {
    console_rig rig;
    rig.run([](console_rig& r) -> task<void> {
        auto child = [](console_rig& inner) -> task<void> {
            const auto got = co_await inner.it->listen(50ms, never);
            EXPECT_FALSE(got);
            EXPECT_EQ(got.error().code, errc::cancelled);
        };
        task_group group(r.rt);
        group.spawn(child(r));
        co_await sleep_for(r.rt, 1s);
        group.cancel();
        co_await group.join();
        EXPECT_EQ(r.rt.now(), time_point(1s));
    });
}

TEST(Listening, LineReports_AreRemarksInTheTranscript) {
    console_rig rig;
    rig.run([](console_rig& r) -> task<void> {
        r.line->report(transport::line_state{0x12});
        r.line->report(transport::remark{"the converter did not acknowledge the parity"});
        co_await sleep_for(r.rt, 1s);
    });
    EXPECT_THAT(*rig.recorded, HasSubstr(R"("m", "line state 0x12")"));
    EXPECT_THAT(rig.logged, ElementsAre("line state 0x12", "the converter did not acknowledge the parity"));
}

TEST(Listening, Close_EndsTheReaderAndTheLineTwiceWithoutHarm) {
    console_rig rig;
    rig.run([](console_rig& r) -> task<void> {
        co_await r.it->close();
        EXPECT_TRUE(r.line->closed);
    });
}

}  // namespace
}  // namespace rollover::console
