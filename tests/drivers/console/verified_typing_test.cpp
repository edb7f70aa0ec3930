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

}  // namespace
}  // namespace rollover::console
