#include "drivers/console/pacing_machine.h"

#include <gtest/gtest.h>

namespace rollover::console {
namespace {

using namespace std::chrono_literals;
using action = pacing_step::action;

pacing with(pacing_mode mode) {
    pacing how;
    how.mode = mode;
    return how;
}

time_point at(duration t) {
    return time_point(1s + t);
}

TEST(Pacer, FirstCharacter_LeavesAtOnce) {
    const pacer p(with(pacing_mode::timed));
    EXPECT_EQ(p.next(at(0ms)).what, action::send);
}

TEST(Pacer, Timed_NeverBeforeTheGapHasPassed) {
    pacer p(with(pacing_mode::timed));
    p.sent('a', at(0ms), true);
    EXPECT_EQ(p.next(at(10ms) - 1ns).what, action::wait);
    EXPECT_EQ(p.next(at(10ms) - 1ns).when, at(10ms));
    EXPECT_EQ(p.next(at(10ms)).what, action::send);
    p.sent('\r', at(12ms), true);
    EXPECT_EQ(p.next(at(12ms)).when, at(62ms));
}

TEST(Pacer, LateCharacter_ShiftsTheNext) {
    pacer p(with(pacing_mode::timed));
    p.wanted(at(0ms));
    p.sent('a', at(0ms), false);
    p.sent('b', at(17ms), false);
    EXPECT_EQ(p.next(at(20ms)).when, at(27ms)) << "no fixed schedule: the delay is not caught up with";
    EXPECT_EQ(p.statistics().late_most, 7ms);
}

TEST(Pacer, Acked_GapCountsFromTheAcknowledgementThatWasSeen) {
    pacer p(with(pacing_mode::acked));
    p.sent('a', at(0ms), false);
    p.unacknowledged(1, at(0ms));
    EXPECT_EQ(p.next(at(0ms)).what, action::ask_ack);
    EXPECT_EQ(p.next(at(15ms)).what, action::ask_ack) << "not even when the gap has passed";
    p.unacknowledged(0, at(3ms));
    EXPECT_EQ(p.next(at(3ms)).when, at(13ms));
}

TEST(Pacer, Acked_LooksBackOffAndOneStallIsForgotten) {
    pacer p(with(pacing_mode::acked));
    p.sent('a', at(0ms), false);
    int looks = 0;
    auto now = at(0ms);
    while (now < at(2s)) {
        p.unacknowledged(1, now);
        now = p.next(now).when;
        ++looks;
    }
    EXPECT_LT(looks, 250);
    p.unacknowledged(0, now);
    p.sent('b', now + 10ms, false);
    p.unacknowledged(1, now + 10ms);
    EXPECT_LT(p.next(now + 10ms).when, now + 12ms);
}

TEST(Pacer, Echoed_WaitsForTheEchoAndCountsFromTheArrival) {
    pacer p(with(pacing_mode::echoed));
    p.sent('a', at(0ms), true);
    p.unacknowledged(0, at(1ms));
    EXPECT_EQ(p.next(at(30ms)).what, action::await_echo);
    EXPECT_EQ(p.next(at(30ms)).when, at(1001ms));
    p.echoed(at(4ms));
    EXPECT_EQ(p.next(at(4ms)).when, at(11ms));
}

TEST(Pacer, Echoed_AnEchoProvesTheArrival) {
    pacer p(with(pacing_mode::echoed));
    p.sent('a', at(0ms), true);
    p.unacknowledged(1, at(0ms));
    p.echoed(at(2000ms));
    EXPECT_EQ(p.next(at(2000ms)).when, at(2010ms)) << "after a stall the device still gets its gap";
}

TEST(Pacer, EchoLimit_IsTwentyCharactersOrASecond) {
    auto how = with(pacing_mode::echoed);
    EXPECT_EQ(pacer(how).echo_limit(), 1s);
    how.char_delay = 100ms;
    EXPECT_EQ(pacer(how).echo_limit(), 2s);
}

TEST(Pacer, Suspended_HoldsEvenWhenDue) {
    pacer p(with(pacing_mode::timed));
    p.sent('a', at(0ms), false);
    p.suspend();
    EXPECT_EQ(p.next(at(1s)).what, action::hold);
    p.resume(at(5ms));
    EXPECT_EQ(p.next(at(5ms)).when, at(10ms)) << "the gap still counts from the last character";
}

TEST(Pacer, LineDelay_IsNeverShorterThanTheCharacterDelay) {
    auto how = with(pacing_mode::timed);
    how.line_delay = 1ms;
    pacer p(how);
    p.sent('\r', at(0ms), false);
    EXPECT_EQ(p.next(at(0ms)).when, at(10ms));
}

TEST(Pacer, Statistics_CountABrokenPromise) {
    pacer p(with(pacing_mode::timed));
    p.wanted(at(0ms));
    p.sent('a', at(0ms), false);
    p.sent('b', at(9ms), false);
    p.sent('c', at(19ms), false);
    const auto s = p.statistics();
    EXPECT_EQ(s.characters, 3U);
    EXPECT_EQ(s.gaps, 2U);
    EXPECT_EQ(s.too_short, 1U);
    EXPECT_EQ(s.shortest, 9ms);
    EXPECT_EQ(s.longest, 10ms);
    EXPECT_EQ(s.total, 19ms);
}

TEST(DurationHistogram, PercentilesAreExactToThreePercent) {
    duration_histogram<16, 21, 5> h;
    for (int i = 1; i <= 1000; ++i) {
        h.add(i * 1ms);
    }
    EXPECT_NEAR(static_cast<double>(h.percentile(0.5).count()), 500e6, 500e6 * 0.032);
    EXPECT_NEAR(static_cast<double>(h.percentile(0.99).count()), 990e6, 990e6 * 0.032);
    EXPECT_EQ(h.least(), 1ms);
    EXPECT_EQ(h.most(), 1000ms);
    EXPECT_LE(h.percentile(1.0), h.most());
}

TEST(DurationHistogram, ValuesOutside_CountAtTheEnds) {
    duration_histogram<16, 21, 5> h;
    EXPECT_EQ(h.percentile(0.5), 0ns);
    h.add(-5ns);
    h.add(0ns);
    h.add(24h);
    EXPECT_EQ(h.count(), 3U);
    EXPECT_EQ(h.least(), -5ns);
    EXPECT_EQ(h.percentile(1.0), 24h);
}

}  // namespace
}  // namespace rollover::console
