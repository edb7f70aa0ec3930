// Echoed mode: a device that loses, garbles and interrupts.
#include "tests/drivers/console/editor.h"

#include <gmock/gmock.h>

namespace rollover::console {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(EchoedTyping, EachCharacterWaitsForItsEcho) {
    console_rig rig(pacing_mode::echoed);
    rig.run([](console_rig& r) -> task<void> {
        r.echo(30ms);
        typing how;
        const auto typed = co_await r.it->type("abc", how, never);
        EXPECT_TRUE(typed);
    });
    EXPECT_THAT(rig.sent_at(), ElementsAre(0ms, 30ms, 60ms, 90ms));
    EXPECT_EQ(rig.it->gaps().late_most, 0ms) << "waiting for the device is not our lateness";
}

TEST(EchoedTyping, LostCharacter_LineIsClearedAndTypedAgain) {
    console_rig rig(pacing_mode::echoed);
    std::vector<std::string> taken;
    const auto lose = [](editor& d) { d.disturb = [&d](char) { return d.received == 4; }; };
    EXPECT_TRUE(type_at(rig, lose, "interface Gi0/1", taken));
    EXPECT_THAT(taken, ElementsAre("interface Gi0/1"));
    EXPECT_EQ(rig.line->sent_text(), "inte\x15interface Gi0/1\r");
    EXPECT_EQ(rig.it->gaps().repairs, 1U);
    EXPECT_EQ(rig.it->gaps().too_short, 0U);
    EXPECT_EQ(rig.it->peek().open_line, "R1(config)#");
    EXPECT_THAT(rig.it->peek().lines, ElementsAre("R1(config)#interface Gi0/1"));
    EXPECT_THAT(rig.logged, ElementsAre(HasSubstr("typed again: no echo was received, after \"int\"")));
}

TEST(EchoedTyping, GarbledEcho_IsRepairedAtOnce) {
    console_rig rig(pacing_mode::echoed);
    std::vector<std::string> taken;
    const auto garble = [](editor& d) {
        d.disturb = [&d](char) {
            if (d.received != 3) {
                return false;
            }
            d.line += '\x7f';
            d.rig.line->say("~");
            return true;
        };
    };
    EXPECT_TRUE(type_at(rig, garble, "exit", taken));
    EXPECT_THAT(taken, ElementsAre("exit"));
    EXPECT_EQ(rig.it->gaps().repairs, 1U);
    EXPECT_LT(rig.it->gaps().longest, 1s) << "a wrong echo needs no time limit to be seen";
}

// The log text holds every letter of the command, so a mere subsequence test would accept it.
TEST(EchoedTyping, LogLineInsteadOfEcho_IsNotTakenForIt) {
    console_rig rig(pacing_mode::echoed);
    std::vector<std::string> taken;
    const auto log = [](editor& d) {
        d.disturb = [&d](char) {
            if (d.received != 7) {
                return false;  // "no shut" loses its 'u' to the log line
            }
            d.rig.line->say("\r\n%LINK-5-CHANGED: u-turn: shutdown\r\n");
            return true;
        };
    };
    EXPECT_TRUE(type_at(rig, log, "no shutdown", taken));
    EXPECT_THAT(taken, ElementsAre("no shutdown"));
    EXPECT_EQ(rig.it->gaps().repairs, 1U);
    EXPECT_THAT(*rig.recorded, HasSubstr("%LINK-5-CHANGED"));
}

TEST(EchoedTyping, LogLineThatBeginsLikeTheEcho_IsNotTakenForIt) {
    console_rig rig(pacing_mode::echoed);
    std::vector<std::string> taken;
    const auto log = [](editor& d) {
        d.disturb = [&d](char) {
            if (d.received != 2) {
                return false;
            }
            d.rig.line->say("notice: the fan is slow\r\n");
            return true;
        };
    };
    EXPECT_TRUE(type_at(rig, log, "end", taken));
    EXPECT_THAT(taken, ElementsAre("end"));
    EXPECT_EQ(rig.it->gaps().repairs, 1U);
}

TEST(EchoedTyping, DeadDevice_FailsAfterTheRepairsWithoutEnter) {
    console_rig rig(pacing_mode::echoed);
    std::vector<std::string> taken;
    const auto deaf = [](editor& d) { d.disturb = [&d](char) { return d.received > 2; }; };
    const auto ended = type_at(rig, deaf, "exit", taken);
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().code, errc::device_differs);
    EXPECT_EQ(ended.error().command, "exit");
    EXPECT_EQ(ended.error().where, "device r1 (line cs1/1)");
    EXPECT_THAT(ended.error().reason, HasSubstr("no echo was received after \"e\""));
    EXPECT_EQ(rig.it->gaps().repairs, 5U);
    EXPECT_EQ(rig.line->sent_text().find('\r'), std::string::npos);
    EXPECT_EQ(rig.line->sent_text().back(), '\x15') << "the half-typed line is cleared at the end";
    EXPECT_TRUE(taken.empty());
}

TEST(EchoedTyping, WrapAtTheLastColumn_IsAnEcho) {
    console_rig rig(pacing_mode::echoed);
    std::vector<std::string> taken;
    const auto wrap = [](editor& d) {
        d.disturb = [&d](char c) {
            if (c == '\r' || c == '\x15' || d.line.size() != 10) {
                return false;
            }
            d.line += c;
            d.rig.line->say(std::string(1, c) + " \r");  // bash at the right margin
            return true;
        };
    };
    EXPECT_TRUE(type_at(rig, wrap, "0123456789abcdef", taken));
    EXPECT_THAT(taken, ElementsAre("0123456789abcdef"));
    EXPECT_EQ(rig.it->gaps().repairs, 0U);
}

TEST(EchoedTyping, WindowDrawnAgain_IsAnEcho) {
    for (const std::string form : {"readline", "ios"}) {
        console_rig rig(pacing_mode::echoed);
        std::vector<std::string> taken;
        const auto scroll = [&form](editor& d) {
            d.disturb = [&d, &form](char c) {
                if (c == '\r' || c == '\x15' || d.line.size() != 60) {
                    return false;
                }
                d.line += c;
                const auto tail = d.line.substr(d.line.size() - 30);
                d.rig.line->say(form == "readline"
                                    ? "\r<" + tail
                                    : std::string(60, '\b') + "$" + tail + "         " + std::string(9, '\b'));
                return true;
            };
        };
        std::string text = "description ";
        while (text.size() < 100) {
            text += std::to_string(text.size()) + "-";
        }
        EXPECT_TRUE(type_at(rig, scroll, text, taken)) << form;
        EXPECT_THAT(taken, ElementsAre(text));
        EXPECT_EQ(rig.it->gaps().repairs, 0U) << form;
    }
}

TEST(EchoedTyping, NoEchoExpected_IsPacedOnly) {
    console_rig rig(pacing_mode::echoed);
    rig.run([](console_rig& r) -> task<void> {
        typing how;
        how.echo_expected = false;
        how.enter = false;
        const auto typed = co_await r.it->type("qq", how, never);
        EXPECT_TRUE(typed);
    });
    EXPECT_THAT(rig.sent_at(), ElementsAre(0us, 10'050us));
}

TEST(EchoedTyping, CancelledDuringRepair_Stops) {
    console_rig rig(pacing_mode::echoed);
    rig.run([](console_rig& r) -> task<void> {
        auto child = [](console_rig& inner) -> task<void> {
            typing how;
            const auto typed = co_await inner.it->type("exit", how, never);
            EXPECT_FALSE(typed);
            EXPECT_EQ(typed.error().code, errc::cancelled);
        };
        task_group group(r.rt);
        group.spawn(child(r));
        co_await sleep_for(r.rt, 1100ms);  // no echo at all: in the silence after ^U
        group.cancel();
        co_await group.join();
        co_await sleep_for(r.rt, 10s);
        EXPECT_EQ(r.line->sent_text(), "e\x15");
    });
}

}  // namespace
}  // namespace rollover::console
