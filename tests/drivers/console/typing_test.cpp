// Typing through a console, in virtual time: instants are exact.
#include "drivers/transport/raw_line.h"
#include "tests/drivers/console/console_rig.h"

#include <array>
#include <gmock/gmock.h>

namespace rollover::console {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

task<result<void>> type_line(console_rig& rig, std::string text, time_point deadline = never) {
    typing how;
    co_return co_await rig.it->type(std::move(text), std::move(how), deadline);
}

TEST(Typing, Timed_CharactersLeaveOnTheDot) {
    console_rig rig;
    rig.run([](console_rig& r) -> task<void> {
        const auto first = co_await type_line(r, "ab");
        EXPECT_TRUE(first);
        EXPECT_EQ(r.rt.now(), time_point(20ms));  // back with the last character, not a gap later
        const auto second = co_await type_line(r, "c");
        EXPECT_TRUE(second);
    });
    EXPECT_EQ(rig.line->sent_text(), "ab\rc\r");
    EXPECT_THAT(rig.sent_at(), ElementsAre(0ms, 10ms, 20ms, 70ms, 80ms));
    EXPECT_EQ(rig.it->gaps().too_short, 0U);
    EXPECT_EQ(rig.it->gaps().shortest, 10ms);
    EXPECT_EQ(rig.it->gaps().longest, 50ms);
    EXPECT_EQ(rig.it->gaps().late_most, 0ms);
}

TEST(Typing, PauseBetweenTexts_IsNoGap) {
    console_rig rig;
    rig.run([](console_rig& r) -> task<void> {
        co_await type_line(r, "a");
        co_await sleep_for(r.rt, 10s);
        co_await type_line(r, "b");
    });
    EXPECT_EQ(rig.it->gaps().characters, 4U);
    EXPECT_EQ(rig.it->gaps().gaps, 2U);
    EXPECT_EQ(rig.it->gaps().longest, 10ms);
}

// While the network stands still, timed mode goes on, and all that was sent arrives together: why acked mode exists.
std::vector<transport::fake_line::stamp> arrivals_after_stall(pacing_mode mode, duration& least) {
    console_rig rig(mode);
    rig.run([](console_rig& r) -> task<void> {
        r.line->latency = 5ms;
        r.echo();
        r.line->at(time_point(35ms), [&r] { r.line->stall(time_point(2035ms)); });
        const auto typed = co_await type_line(r, "show version");
        EXPECT_TRUE(typed);
        co_await sleep_for(r.rt, 3s);
    });
    EXPECT_EQ(rig.line->arrived_text(), "show version\r");
    EXPECT_EQ(rig.it->gaps().too_short, 0U);
    EXPECT_EQ(rig.it->gaps().repairs, 0U);
    least = rig.line->shortest_arrival_gap();
    return rig.line->arrived;
}

TEST(Typing, NetworkStall_TimedBursts) {
    duration least{};
    arrivals_after_stall(pacing_mode::timed, least);
    EXPECT_EQ(least, 0ms);
}

TEST(Typing, NetworkStall_AckedKeepsTheGapAtTheDevice) {
    duration least{};
    const auto arrived = arrivals_after_stall(pacing_mode::acked, least);
    EXPECT_GE(least, 10ms);
    EXPECT_GT(arrived.back().when, time_point(2035ms));
    EXPECT_LT(arrived.back().when, time_point(2300ms))
        << "the look at the acknowledgement must not back off for seconds";
}

TEST(Typing, NetworkStall_EchoedKeepsTheGapAtTheDevice) {
    duration least{};
    const auto arrived = arrivals_after_stall(pacing_mode::echoed, least);
    EXPECT_GE(least, 10ms);
    EXPECT_LT(arrived.back().when, time_point(2400ms));
}

TEST(Typing, AckedOnFastNetwork_CostsOneLook) {
    console_rig rig(pacing_mode::acked);
    rig.run([](console_rig& r) -> task<void> { co_await type_line(r, "abc"); });
    EXPECT_THAT(rig.sent_at(), ElementsAre(0us, 10'050us, 20'150us, 30'250us));
}

TEST(Typing, AckedWithoutAcknowledgements_IsTimed) {
    console_rig rig(pacing_mode::acked);
    rig.run([](console_rig& r) -> task<void> {
        r.line->acks_known = false;
        r.line->latency = 300ms;
        co_await type_line(r, "abc");
    });
    EXPECT_THAT(rig.sent_at(), ElementsAre(0ms, 10ms, 20ms, 30ms));
}

TEST(Typing, AckedOnSlowNetwork_LosesLittleOverTheRoundTrip) {
    console_rig rig(pacing_mode::acked);
    rig.run([](console_rig& r) -> task<void> {
        r.line->latency = 50ms;
        co_await type_line(r, std::string(100, 'x'));
    });
    EXPECT_GE(rig.line->shortest_arrival_gap(), 10ms);
    EXPECT_GE(rig.it->gaps().p50, 60ms);
    EXPECT_LE(rig.it->gaps().p50, 70ms);
}

TEST(Typing, AckedOverARealLineOnAStream_CountsFromWhatItsEndSees) {
    virtual_runtime rt;
    pacing_wheel wheel(rt);
    auto root = [](virtual_runtime& r, pacing_wheel& w) -> task<void> {
        auto ends = make_pipe(r, 2ms);
        console_options options;
        options.pacing.mode = pacing_mode::acked;
        auto line = std::make_unique<transport::raw_line>(r, std::move(ends.first));
        auto it = make_console(r, w, std::move(line), std::move(options), nullptr, {});
        typing how;
        const auto typed = co_await it->type("show version", how, never);
        EXPECT_TRUE(typed);
        EXPECT_GE(it->gaps().shortest, 12ms);
        EXPECT_LE(it->gaps().p50, 13ms);
        co_await sleep_for(r, 1s);
        std::array<char, 64> received{};
        const auto count = co_await ends.second->read_some(received, never);
        EXPECT_EQ(std::string_view(received.data(), *count), "show version\r");
        co_await it->close();
    };
    EXPECT_EQ(rt.run(root(rt, wheel)), virtual_end::finished);
}

TEST(Typing, Suspended_NothingLeavesAndTheGapIsKept) {
    console_rig rig;
    rig.run([](console_rig& r) -> task<void> {
        r.line->at(time_point(15ms), [&r] { r.line->report(transport::suspended{}); });
        r.line->at(time_point(500ms), [&r] { r.line->report(transport::resumed{}); });
        co_await type_line(r, "abc");
    });
    EXPECT_THAT(rig.sent_at(), ElementsAre(0ms, 10ms, 500ms, 510ms));
    EXPECT_EQ(rig.it->gaps().late_most, 0ms);
}

TEST(Typing, SuspendedForEver_EndsAtTheDeadlineAndSaysWhy) {
    console_rig rig;
    rig.run([](console_rig& r) -> task<void> {
        r.line->report(transport::suspended{});
        const auto typed = co_await type_line(r, "abc", time_point(5s));
        EXPECT_FALSE(typed);
        EXPECT_EQ(typed.error().code, errc::timed_out);
        EXPECT_THAT(describe(typed.error()), HasSubstr("device r1 (line cs1/1)"));
        EXPECT_THAT(describe(typed.error()), HasSubstr("has not resumed"));
        EXPECT_EQ(r.rt.now(), time_point(5s));
    });
}

TEST(Typing, SystemTakesNoMore_GoesOnWhenWritable) {
    console_rig rig;
    rig.run([](console_rig& r) -> task<void> {
        r.line->at(time_point(15ms), [&r] { r.line->block(); });
        r.line->at(time_point(95ms), [&r] { r.line->unblock(); });
        const auto typed = co_await type_line(r, "abc");
        EXPECT_TRUE(typed);
    });
    EXPECT_EQ(rig.line->sent_text(), "abc\r");
    EXPECT_THAT(rig.sent_at(), ElementsAre(0ms, 10ms, 95ms, 105ms));
}

TEST(Typing, Cancelled_StopsInTheMiddleOfTheLine) {
    console_rig rig;
    rig.run([](console_rig& r) -> task<void> {
        auto child = [](console_rig& inner) -> task<void> {
            const auto typed = co_await type_line(inner, "show version");
            EXPECT_FALSE(typed);
            EXPECT_EQ(typed.error().code, errc::cancelled);
        };
        task_group group(r.rt);
        group.spawn(child(r));
        co_await sleep_for(r.rt, 25ms);
        group.cancel();
        co_await group.join();
        EXPECT_EQ(r.rt.now(), time_point(25ms));
        co_await sleep_for(r.rt, 1s);
        EXPECT_EQ(r.line->sent_text(), "sho");
        const auto again = co_await type_line(r, "x");  // the console is still good
        EXPECT_TRUE(again);
    });
    EXPECT_EQ(rig.line->sent_text(), "shox\r");
}

TEST(Typing, PeerCloses_EndsWithItsReason) {
    console_rig rig;
    rig.run([](console_rig& r) -> task<void> {
        r.line->at(time_point(25ms), [&r] { r.line->hang_up(); });
        const auto typed = co_await type_line(r, "show version");
        EXPECT_FALSE(typed);
        EXPECT_EQ(typed.error().code, errc::peer_closed);
        EXPECT_EQ(typed.error().where, "device r1 (line cs1/1)");
        const auto heard = co_await r.it->listen(1s, never);
        EXPECT_FALSE(heard);
    });
}

TEST(Typing, Break_TheGapCountsFromItsEnd) {
    console_rig rig;
    rig.run([](console_rig& r) -> task<void> {
        const auto sent = co_await r.it->send_break(300ms);
        EXPECT_TRUE(sent);
        co_await type_line(r, "a");
    });
    EXPECT_EQ(rig.line->last_break, 300ms);
    EXPECT_THAT(rig.sent_at(), ElementsAre(310ms, 320ms));
}

TEST(Typing, Secret_IsInNoTranscriptLogErrorOrScreen) {
    console_rig rig(pacing_mode::echoed);
    rig.run([](console_rig& r) -> task<void> {
        r.echo();
        r.line->say("Password: ");
        co_await r.it->listen(50ms, never);
        typing how;
        how.secret = true;
        const auto typed = co_await r.it->type("Tr0ub4dor", how, never);
        EXPECT_TRUE(typed);
        r.line->say("% Login invalid\r\n");
        co_await r.it->listen(50ms, never);
        EXPECT_THAT(r.it->peek().lines, ElementsAre("Password: *********", "% Login invalid"));
        const auto late = co_await r.it->type("Tr0ub4dor", how, r.rt.now() + 45ms);
        EXPECT_FALSE(late);
        EXPECT_THAT(describe(late.error()), Not(HasSubstr("Tr0")));
    });
    EXPECT_THAT(*rig.recorded, Not(HasSubstr("Tr0")));
    EXPECT_THAT(*rig.recorded, Not(HasSubstr("r0ub")));
    EXPECT_THAT(*rig.recorded, HasSubstr(R"("m", "a secret was sent: 10 characters")"));
    EXPECT_THAT(*rig.recorded, HasSubstr(R"("o", "% Login invalid\r\n")"));
    for (const auto& line : rig.logged) {
        EXPECT_THAT(line, Not(HasSubstr("Tr0")));
    }
}

TEST(Typing, ManyLines_OneWheelServesAllInOrder) {
    virtual_runtime rt;
    pacing_wheel wheel(rt);
    std::vector<std::unique_ptr<console>> consoles;
    std::vector<transport::fake_line*> lines;
    for (int i = 0; i < 50; ++i) {
        auto line = std::make_unique<transport::fake_line>(rt);
        lines.push_back(line.get());
        console_options options;
        consoles.push_back(make_console(rt, wheel, std::move(line), options, nullptr, {}));
    }
    auto one = [](console& c) -> task<void> {
        typing how;
        co_await c.type("0123456789", how, never);
    };
    auto root = [](virtual_runtime& r, std::vector<std::unique_ptr<console>>& all,
                   decltype(one) type_one) -> task<void> {
        task_group group(r);
        for (auto& c : all) {
            group.spawn(type_one(*c));
        }
        co_await group.join();
        for (auto& c : all) {
            co_await c->close();
        }
    };
    EXPECT_EQ(rt.run(root(rt, consoles, one)), virtual_end::finished);
    EXPECT_EQ(rt.now(), time_point(100ms));
    for (const auto* line : lines) {
        EXPECT_EQ(line->sent_text(), "0123456789\r");
    }
    EXPECT_LT(rt.alarms_fired(), 30U) << "one wake-up must serve all lines that are due";
}

}  // namespace
}  // namespace rollover::console
