// Verified typing: Enter is pressed on a right line only, also where characters do not wait for their echoes.
#include "drivers/console/pacing_machine.h"
#include "tests/drivers/console/editor.h"

#include <gmock/gmock.h>

namespace rollover::console {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Cuts at '%', as a platform's log patterns do.
typing verified() {
    typing how;
    how.verified = true;
    how.without_log = [](std::string_view line) { return line.substr(0, line.find('%')); };
    return how;
}

/// Loses the n-th character that it receives.
auto losing(int n) {
    return [n](editor& d) { d.disturb = [&d, n](char) { return d.received == n; }; };
}

/// Says `text` after it has echoed the n-th character.
auto interrupting(int n, std::string text, bool draws_again) {
    return [=](editor& d) {
        d.disturb = [&d, n, text, draws_again](char c) {
            if (d.received != n) {
                return false;
            }
            d.line += c;
            d.rig.line->say(std::string(1, c) + text + (draws_again ? "R1(config)#" + d.line : ""));
            return true;
        };
    };
}

TEST(VerifiedTyping, CharactersDoNotWaitForEchoes_EnterDoes) {
    console_rig rig(pacing_mode::timed);
    rig.run([](console_rig& r) -> task<void> {
        r.echo(300ms);
        const auto typed = co_await r.it->type("abc", verified(), never);
        EXPECT_TRUE(typed);
    });
    EXPECT_THAT(rig.sent_at(), ElementsAre(0ms, 10ms, 20ms, 320ms));
}

TEST(VerifiedTyping, LostCharacter_IsRepairedBeforeEnterInEveryMode) {
    for (const auto mode : {pacing_mode::timed, pacing_mode::acked, pacing_mode::echoed}) {
        console_rig rig(mode);
        std::vector<std::string> taken;
        EXPECT_TRUE(type_at(rig, losing(4), "interface Gi0/1", taken, verified()));
        EXPECT_THAT(taken, ElementsAre("interface Gi0/1"));
        EXPECT_EQ(rig.it->gaps().repairs, 1U);
        EXPECT_EQ(rig.it->gaps().too_short, 0U);
        EXPECT_GT(rig.it->gaps().learned, 0ms) << "a line that loses characters gets slower";
    }
}

TEST(VerifiedTyping, LastCharacterLost_IsMissedBeforeEnter) {
    console_rig rig(pacing_mode::timed);
    std::vector<std::string> taken;
    EXPECT_TRUE(type_at(rig, losing(4), "exit", taken, verified()));
    EXPECT_THAT(taken, ElementsAre("exit"));
    EXPECT_EQ(rig.line->sent_text(),
              "exit\x15"
              "exit\r");
}

TEST(VerifiedTyping, LogLineInTheMiddle_NeedsNoRepair) {
    for (const bool draws_again : {false, true}) {
        for (int n = 1; n <= 11; ++n) {
            console_rig rig(pacing_mode::timed);
            std::vector<std::string> taken;
            const auto log = interrupting(n, "\r\n%LINK-3-UPDOWN: no shutdown here\r\n", draws_again);
            EXPECT_TRUE(type_at(rig, log, "no shutdown", taken, verified())) << n;
            EXPECT_THAT(taken, ElementsAre("no shutdown")) << n;
            EXPECT_EQ(rig.it->gaps().repairs, 0U) << n << ' ' << draws_again << ' ' << *rig.recorded;
            EXPECT_EQ(rig.it->gaps().learned, 0ms) << n;
        }
    }
}

TEST(VerifiedTyping, SeveralLogLinesOneBehindTheEcho_NeedNoRepair) {
    console_rig rig(pacing_mode::timed);
    std::vector<std::string> taken;
    const auto log = interrupting(5, "%SYS-5: first\r\n%SYS-5: second\r\n\r\n", false);
    EXPECT_TRUE(type_at(rig, log, "no shutdown", taken, verified()));
    EXPECT_THAT(taken, ElementsAre("no shutdown"));
    EXPECT_EQ(rig.it->gaps().repairs, 0U) << *rig.recorded;
}

// The rest of the line stands in the log text: a mere subsequence test would press Enter on "no shutd".
TEST(VerifiedTyping, LostCharactersInALogLine_AreNotFoundInItsText) {
    for (const std::string text : {"\r\n%LINK: shutdown\r\n", "\r\nown%LINK: x\r\nown%LINK\r\n", "%own\r\n"}) {
        console_rig rig(pacing_mode::timed);
        std::vector<std::string> taken;
        const auto lose = [&text](editor& d) {
            d.disturb = [&d, &text](char) {
                if (d.received == 9) {
                    d.rig.line->say(text);
                }
                return d.received >= 9 && d.received <= 11;
            };
        };
        EXPECT_TRUE(type_at(rig, lose, "no shutdown", taken, verified())) << text;
        EXPECT_THAT(taken, ElementsAre("no shutdown")) << text;
        EXPECT_GE(rig.it->gaps().repairs, 1U);
    }
}

TEST(VerifiedTyping, WrongCharacter_IsSeenWithoutWaitingForTheLimit) {
    console_rig rig(pacing_mode::timed);
    std::vector<std::string> taken;
    const auto garble = [](editor& d) {
        d.disturb = [&d](char) {
            if (d.received != 3) {
                return false;
            }
            d.line += '~';
            d.rig.line->say("~");
            return true;
        };
    };
    EXPECT_TRUE(type_at(rig, garble, "exit", taken, verified()));
    EXPECT_THAT(taken, ElementsAre("exit"));
    EXPECT_LT(rig.it->gaps().longest, 500ms);
}

TEST(VerifiedTyping, OutputThatIsNoLog_LineIsTypedAgainWithoutGettingSlower) {
    console_rig rig(pacing_mode::timed);
    std::vector<std::string> taken;
    EXPECT_TRUE(type_at(rig, interrupting(5, "\r\nthe fan is slow\r\nR1(config)#no sh", false), "no shutdown", taken,
                        verified()));
    EXPECT_THAT(taken, ElementsAre("no shutdown"));
    EXPECT_EQ(rig.it->gaps().repairs, 1U);
    EXPECT_EQ(rig.it->gaps().learned, 0ms);
}

TEST(VerifiedTyping, WindowOnALongLineInFlight_IsAnEcho) {
    console_rig rig(pacing_mode::timed);
    std::vector<std::string> taken;
    const auto scroll = [](editor& d) {
        d.disturb = [&d](char c) {
            if (c == '\r' || c == '\x15' || d.line.size() != 60) {
                return false;
            }
            d.line += c;
            const auto tail = d.line.substr(d.line.size() - 30);
            d.rig.line->say(std::string(60, '\b') + "$" + tail + "         " + std::string(9, '\b'), 200ms);
            return true;
        };
    };
    std::string text = "description ";
    while (text.size() < 100) {
        text += std::to_string(text.size()) + "-";
    }
    // Echoes of later characters come behind the window that is drawn late: the line is in flight all the time.
    EXPECT_TRUE(type_at(rig, scroll, text.substr(0, 61), taken, verified()));
    EXPECT_THAT(taken, ElementsAre(text.substr(0, 61)));
    EXPECT_EQ(rig.it->gaps().repairs, 0U) << *rig.recorded;
}

TEST(VerifiedTyping, DeviceThatEchoesNothing_FailsWithoutEnter) {
    console_rig rig(pacing_mode::timed);
    std::vector<std::string> taken;
    const auto deaf = [](editor& d) { d.disturb = [](char) { return true; }; };
    const auto ended = type_at(rig, deaf, "exit", taken, verified());
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().code, errc::device_differs);
    EXPECT_THAT(ended.error().reason, HasSubstr("Enter was not pressed"));
    EXPECT_EQ(rig.line->sent_text().find('\r'), std::string::npos);
}

TEST(LearnedPace, GrowsWithLossesAndFallsBackToTheLabFile) {
    pacer p({pacing_mode::timed, 10ms, 50ms, {}});
    EXPECT_EQ(p.statistics().learned, 0ms);
    p.slow_down();
    EXPECT_EQ(p.statistics().learned, 5ms);
    for (int i = 0; i < 20; ++i) {
        p.slow_down();
    }
    EXPECT_EQ(p.statistics().learned, 200ms) << "bounded";
    time_point now{};
    for (int i = 0; i < 20'000; ++i) {
        const auto step = p.next(now);
        now = std::max(now, step.when);
        p.sent('x', now, false);
    }
    EXPECT_EQ(p.statistics().learned, 0ms);
    EXPECT_EQ(p.statistics().too_short, 0U);
}

TEST(VerifiedTyping, TypedAhead_LeavesWithEnterAndIsNotTypedAgain) {
    console_rig rig(pacing_mode::timed);
    rig.options.pacing.char_delay = rig.options.pacing.line_delay = 0ms;
    std::vector<std::string> taken;
    std::size_t runs = 0;
    rig.run([&](console_rig& r) -> task<void> {
        editor device(r);
        r.line->say("R1(config)#");
        co_await r.it->listen(50ms, never);
        auto how = verified();
        how.ahead = "no sh";
        const auto first = co_await r.it->type("interface Gi0/1", how, never);
        EXPECT_TRUE(first);
        EXPECT_EQ(r.it->typed_ahead(), 5U);
        co_await r.it->listen(50ms, never);
        const auto shown = r.it->take(true);
        EXPECT_TRUE(shown.open_line.ends_with("no sh")) << shown.open_line;
        how.ahead.clear();
        how.there = 5;
        const auto second = co_await r.it->type("no shutdown", how, never);
        EXPECT_TRUE(second);
        EXPECT_EQ(r.it->typed_ahead(), 0U);
        co_await r.it->listen(50ms, r.rt.now() + 1s);
        taken = device.taken;
        runs = static_cast<std::size_t>(device.received);
        r.line->on_arrival = nullptr;
    });
    EXPECT_THAT(taken, ElementsAre("interface Gi0/1", "no shutdown"));
    EXPECT_EQ(runs, std::string("interface Gi0/1\rno shutdown\r").size());
    EXPECT_EQ(rig.it->gaps().repairs, 0U);
}

TEST(VerifiedTyping, TypedAheadAndLineLosesACharacter_WholeLineIsTypedAgain) {
    console_rig rig(pacing_mode::timed);
    std::vector<std::string> taken;
    rig.run([&](console_rig& r) -> task<void> {
        editor device(r);
        r.line->say("R1(config)#");
        co_await r.it->listen(50ms, never);
        auto how = verified();
        how.ahead = "no sh";
        const auto first = co_await r.it->type("interface Gi0/1", how, never);
        EXPECT_TRUE(first);
        co_await r.it->listen(50ms, never);
        static_cast<void>(r.it->take(true));
        device.disturb = [&device](char) { return device.received == 24; };
        how.there = 5;
        how.ahead = "exit";
        const auto second = co_await r.it->type("no shutdown", how, never);
        EXPECT_TRUE(second);
        EXPECT_EQ(r.it->typed_ahead(), 0U) << "a line that loses characters gets nothing ahead";
        co_await r.it->listen(50ms, r.rt.now() + 1s);
        taken = device.taken;
        r.line->on_arrival = nullptr;
    });
    EXPECT_THAT(taken, ElementsAre("interface Gi0/1", "no shutdown"));
    EXPECT_EQ(rig.it->gaps().repairs, 1U);
}

TEST(VerifiedTyping, LongRoundTrips_DebrisOfARepairIsWaitedFor) {
    console_rig rig(pacing_mode::timed);
    std::vector<std::string> taken;
    rig.run([&](console_rig& r) -> task<void> {
        const duration far = 400ms;
        unsigned received = 0;
        std::string line;
        r.line->on_arrival = [&](char c) {
            if (++received == 9) {
                return;
            }
            if (c == '\x15') {
                for (; !line.empty(); line.pop_back()) {
                    r.line->say("\b \b", far);
                }
            } else if (c == '\r') {
                taken.push_back(std::exchange(line, {}));
                r.line->say("\r\nR1#", far);
            } else {
                line += c;
                r.line->say(std::string(1, c), far);
            }
        };
        for (const char* text : {"show", "reload"}) {
            const auto typed = co_await r.it->type(text, verified(), never);
            EXPECT_TRUE(typed);
            co_await r.it->listen(50ms, r.rt.now() + 2s);
            static_cast<void>(r.it->take(true));
        }
        r.line->on_arrival = nullptr;
    });
    EXPECT_THAT(taken, ElementsAre("show", "reload"));
    EXPECT_EQ(rig.it->gaps().repairs, 1U);
    EXPECT_GE(rig.it->round_trip(), 400ms);
}

}  // namespace
}  // namespace rollover::console
