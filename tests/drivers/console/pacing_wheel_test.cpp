#include "drivers/console/pacing_wheel.h"

#include "engine/runtime/virtual_runtime.h"

#include <gmock/gmock.h>
#include <random>
#include <utility>

namespace rollover::console {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

struct log_entry {
    int who;
    time_point when;
    bool operator==(const log_entry&) const = default;
};

struct recorder final : paced {
    recorder(virtual_runtime& r, int n, std::vector<log_entry>& l) : rt(r), number(n), log(l) {}
    next_turn turn(time_point now) override {
        EXPECT_LE(now, rt.now());
        log.push_back({number, rt.now()});
        return then ? then() : next_turn(never);
    }
    virtual_runtime& rt;
    int number;
    std::vector<log_entry>& log;
    std::function<next_turn()> then;
};

void pass(virtual_runtime& rt, duration time) {
    auto wait = [](virtual_runtime& r, duration t) -> task<void> { co_await sleep_for(r, t); };
    EXPECT_EQ(rt.run(wait(rt, time)), virtual_end::finished);
}

struct PacingWheel : ::testing::Test {
    virtual_runtime rt;
    pacing_wheel wheel{rt, 100us};
    std::vector<log_entry> log;
    recorder a{rt, 1, log}, b{rt, 2, log}, c{rt, 3, log};
};

TEST_F(PacingWheel, LoneLine_IsServedOnTheDot) {
    wheel.schedule(a, time_point(5ms));
    pass(rt, 1s);
    EXPECT_THAT(log, ElementsAre(log_entry{1, time_point(5ms)}));
}

TEST_F(PacingWheel, SameTime_InTheOrderOfAsking) {
    wheel.schedule(b, time_point(5ms));
    wheel.schedule(a, time_point(5ms));
    wheel.schedule(c, time_point(4ms));
    pass(rt, 1s);
    EXPECT_THAT(
        log, ElementsAre(log_entry{3, time_point(4ms)}, log_entry{2, time_point(5ms)}, log_entry{1, time_point(5ms)}));
}

TEST_F(PacingWheel, WithinTheSlack_TakenTogetherAndNeverEarly) {
    wheel.schedule(a, time_point(5ms));
    wheel.schedule(b, time_point(5ms + 30us));
    wheel.schedule(c, time_point(5ms + 60us));
    const auto before = rt.alarms_fired();
    pass(rt, 1s);
    EXPECT_THAT(log, ElementsAre(log_entry{1, time_point(5ms)}, log_entry{2, time_point(5ms + 100us)},
                                 log_entry{3, time_point(5ms + 100us)}));
    EXPECT_EQ(rt.alarms_fired() - before, 3U);  // two of the wheel, one of the sleep
}

TEST_F(PacingWheel, Reschedule_ReplacesTheEarlierRequest) {
    wheel.schedule(a, time_point(5ms));
    wheel.schedule(a, time_point(9ms));
    wheel.schedule(b, time_point(9ms));
    wheel.schedule(b, time_point(2ms));
    wheel.schedule(c, time_point(1ms));
    wheel.schedule(c, never);
    pass(rt, 1s);
    EXPECT_THAT(log, ElementsAre(log_entry{2, time_point(2ms)}, log_entry{1, time_point(9ms)}));
}

TEST_F(PacingWheel, TurnsMayRescheduleAndForgetAnybody) {
    a.then = [this] {
        wheel.forget(a);  // itself: its answer does not count
        wheel.forget(b);
        wheel.schedule(c, rt.now() + 1ms);
        return rt.now() + 1ms;
    };
    wheel.schedule(a, time_point(5ms));
    wheel.schedule(b, time_point(5ms));
    pass(rt, 1s);
    EXPECT_THAT(log, ElementsAre(log_entry{1, time_point(5ms)}, log_entry{3, time_point(6ms)}));
}

TEST_F(PacingWheel, TurnThatAsksForThePast_DoesNotStopTime) {
    int left = 1000;
    a.then = [&left] { return --left > 0 ? time_point(0ms) : never; };
    wheel.schedule(a, time_point(1ms));
    pass(rt, 1s);
    EXPECT_EQ(log.size(), 1000U);
}

TEST(PacingWheelModel, ThousandLinesAtRandom_EachTurnInTimeAndOrder) {
    virtual_runtime rt;
    pacing_wheel wheel(rt, 1ns);
    std::vector<log_entry> log;
    std::vector<std::unique_ptr<recorder>> lines;
    std::vector<time_point> wanted(1000, never);
    std::mt19937 random(11);
    for (int i = 0; i < 1000; ++i) {
        lines.push_back(std::make_unique<recorder>(rt, i, log));
    }
    for (int step = 0; step < 20'000; ++step) {
        const auto i = random() % 1000;
        if (random() % 5 == 0) {
            wheel.forget(*lines[i]);
            wanted[i] = never;
        } else {
            wanted[i] = time_point((1 + random() % 1'000'000) * 1us);
            wheel.schedule(*lines[i], wanted[i]);
        }
    }
    pass(rt, 2s);
    std::size_t expected = 0;
    for (const auto when : wanted) {
        expected += when == never ? 0U : 1U;
    }
    EXPECT_EQ(log.size(), expected);
    for (std::size_t k = 0; k < log.size(); ++k) {
        EXPECT_EQ(log[k].when, wanted[static_cast<std::size_t>(log[k].who)]);
        EXPECT_TRUE(k == 0 || log[k - 1].when <= log[k].when);
    }
}

TEST_F(PacingWheel, UrgentTurn_ComesBeforeOthersThatWereDueEarlier) {
    bool again = true;
    a.then = [&again] { return std::exchange(again, false) ? next_turn(time_point(1990us), true) : next_turn(never); };
    wheel.schedule(a, time_point(1ms));
    wheel.schedule(c, time_point(1900us));  // its wake-up makes the next one wait for the slack
    wheel.schedule(b, time_point(1950us));
    pass(rt, 1s);
    EXPECT_THAT(log, ElementsAre(log_entry{1, time_point(1ms)}, log_entry{3, time_point(1900us)},
                                 log_entry{1, time_point(2ms)}, log_entry{2, time_point(2ms)}));
}

}  // namespace
}  // namespace rollover::console
