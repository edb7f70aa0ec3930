// The beginning of the next line leaves with Enter, where the device keeps it: a far away line costs one round trip for
// each line of a configuration, and not two. Whatever goes wrong with it, only right lines are entered, each once.
#include "tests/situations/field.h"
#include "tests/situations/router.h"

namespace rollover::situations {
namespace {

constexpr unsigned blocks = 10;

std::vector<std::string> many_loopbacks() {
    std::vector<std::string> lines;
    for (unsigned i = 0; i < blocks; ++i) {
        lines.push_back("interface Loopback" + std::to_string(i));
        lines.push_back("description number " + std::to_string(i));
        lines.push_back("ip address 10.0.0." + std::to_string(i) + " 255.255.255.255");
    }
    return lines;
}

/// A console that is not paced, at 115,200 baud, behind a far away converter.
field_options far_away(unsigned fifo) {
    field_options options;
    options.uart.baud = options.converter_baud = 115200;
    options.uart.fifo = fifo == 0 ? 128 : fifo;
    options.pacing.char_delay = options.pacing.line_delay = 0ms;
    options.pacing.fifo = fifo;
    return options;
}

virtual_options far_line(std::uint64_t seed = 1) {
    return {seed, 150ms};
}

TEST(TypeAhead, LongRoundTrips_ALineCostsOneAndNotTwo) {
    const auto lines = many_loopbacks();
    std::vector<duration> taken;
    for (const unsigned fifo : {0U, 64U}) {
        virtual_runtime rt(far_line());
        router device(rt);
        field f(rt, device, far_away(fifo));
        const auto how = f.configure(lines);
        EXPECT_EQ(how.words, "configured");
        EXPECT_EQ(device.configured, lines);
        taken.push_back(how.taken);
    }
    const auto saved = taken[0] - taken[1];
    EXPECT_GT(saved, 25 * 300ms) << "of 30 lines";
    EXPECT_LT(saved, 30 * 300ms);
}

TEST(TypeAhead, FirstLineOfEachKind_IsAnsweredBeforeTheNextIsTyped) {
    virtual_runtime rt(far_line());
    router device(rt);
    std::string before_answer;
    device.commands["crypto key generate rsa"] = [&] {
        device.say("The name for the keys will be: R1.lab\r\n");
        device.after(2s, [&] {
            before_answer = device.half_typed();
            device.prompt();
        });
    };
    field f(rt, device, far_away(64));
    auto lines = many_loopbacks();
    lines.insert(lines.begin() + 9, "crypto key generate rsa");
    const auto how = f.configure(lines);
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(before_answer, "");
}

TEST(TypeAhead, RejectedLine_IsReportedAndNothingOfTheNextIsLeft) {
    virtual_runtime rt(far_line());
    router device(rt);
    device.commands["description number 6"] = [&] {
        device.say("% Invalid input detected at '^' marker.\r\n");
        device.prompt();
    };
    field f(rt, device, far_away(64));
    const auto how = f.configure(many_loopbacks());
    EXPECT_FALSE(how.configured);
    EXPECT_EQ(how.code, errc::device_rejected);
    EXPECT_THAT(how.words, HasSubstr("description number 6"));
    EXPECT_THAT(how.words, HasSubstr("Invalid input"));
    EXPECT_EQ(device.half_typed(), "");
    EXPECT_EQ(device.configured.size(), 19U);
}

TEST(TypeAhead, KeyIsAskedForByALineOfAKnownKind_IsReported) {
    virtual_runtime rt(far_line());
    router device(rt);
    std::string key;
    device.commands["description number 6"] = [&] {
        device.ask_key("This replaces the old one. Continue? [confirm]", [&](char c) {
            key = c;
            device.say("\r\n");
            device.prompt();
        });
    };
    field f(rt, device, far_away(64));
    const auto how = f.configure(many_loopbacks());
    EXPECT_FALSE(how.configured);
    EXPECT_NE(key, "y");
    EXPECT_NE(key, "\r");
    EXPECT_THAT(how.words, HasSubstr("[confirm]"));
    EXPECT_THAT(how.words, HasSubstr("description number 6"));
    EXPECT_EQ(device.half_typed(), "");
}

TEST(TypeAhead, LineIsAskedForByALineOfAKnownKind_IsReportedAndNotAnswered) {
    virtual_runtime rt(far_line());
    router device(rt);
    std::vector<std::string> answers;
    device.commands["description number 6"] = [&] {
        device.ask("Do you want to replace it? [yes/no]: ", [&](const std::string& a) { answers.push_back(a); });
    };
    field f(rt, device, far_away(64));
    const auto how = f.configure(many_loopbacks());
    EXPECT_FALSE(how.configured);
    EXPECT_THAT(how.words, HasSubstr("[yes/no]"));
    EXPECT_THAT(answers, ElementsAre());
    EXPECT_EQ(device.half_typed(), "");
}

// Half of the characters that come while the device works on a line: what was typed ahead is damaged.
TEST(TypeAhead, DeviceLosesWhatIsTypedAhead_LineIsClearedAndTypedAgain) {
    for (const unsigned lost : {1U, 3U, 200U}) {
        virtual_runtime rt(far_line());
        router device(rt);
        unsigned since_enter = 100;
        device.on_key = [&](char c) {
            if (c == '\r' && device.configuring()) {
                since_enter = 0;
                return false;
            }
            const bool busy = device.configuring() && c >= ' ' && since_enter++ < lost;
            return busy && device.half_typed().empty() && lost > 0 && since_enter <= lost &&
                   device.configured.size() > 6 && device.configured.size() < 9;
        };
        field f(rt, device, far_away(64));
        const auto lines = many_loopbacks();
        const auto how = f.configure(lines);
        if (lost < 200) {
            EXPECT_EQ(how.words, "configured");
            EXPECT_EQ(device.configured, lines);
        } else {
            EXPECT_FALSE(how.configured) << "these never arrive";
            EXPECT_EQ(device.configured.size(), 7U);
        }
    }
}

TEST(TypeAhead, EnterIsLost_LinesAreNotJoined) {
    virtual_runtime rt(far_line());
    router device(rt);
    unsigned enters = 0;
    device.on_key = [&](char c) { return c == '\r' && device.configuring() && ++enters == 12; };
    field f(rt, device, far_away(64));
    const auto lines = many_loopbacks();
    const auto how = f.configure(lines);
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(device.configured, lines);
}

// An editor that takes XON for a character shows nothing for it, and erases one column too many.
TEST(TypeAhead, EnterIsLostAndXonIsACharacter_IsConfigured) {
    virtual_runtime rt(far_line());
    router device(rt);
    unsigned enters = 0;
    bool has_xon = false;
    device.on_key = [&](char c) {
        has_xon = has_xon || c == '\x11';
        if (c == '\x15' && std::exchange(has_xon, false)) {
            device.say("\b \b");
        }
        return c == '\x11' || (c == '\r' && device.configuring() && ++enters == 12);
    };
    field f(rt, device, far_away(0));
    const auto lines = many_loopbacks();
    const auto how = f.configure(lines);
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(device.configured, lines);
}

TEST(TypeAhead, LinesTakeTheirTime_AreConfigured) {
    for (const auto busy : {30ms, 250ms, 700ms}) {
        virtual_runtime rt(far_line());
        router device(rt);
        device.on_configured = [&](const std::string&) { device.work_for(busy); };
        field f(rt, device, far_away(32));
        const auto lines = many_loopbacks();
        const auto how = f.configure(lines);
        EXPECT_EQ(how.words, "configured");
        EXPECT_EQ(device.configured, lines);
    }
}

TEST(TypeAhead, LogLinesInBetween_AreConfigured) {
    virtual_runtime rt(far_line());
    router device(rt);
    std::function<void()> talk = [&] {
        device.say("\r\n*Mar  1 00:02:11.123: %LINK-3-UPDOWN: Interface FastEthernet0/0, changed state to up\r\n");
        device.say(device.prompt_text() + device.half_typed());
        device.after(700ms, talk);
    };
    device.after(3s, talk);
    field f(rt, device, far_away(64));
    const auto lines = many_loopbacks();
    const auto how = f.configure(lines);
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(device.configured, lines);
}

// Without "logging synchronous" what was typed is not shown again behind a log line, and neither is the prompt.
TEST(TypeAhead, LogLineThatIsNotRedisplayed_LineIsClearedAndTypedAgain) {
    for (std::size_t shown = 0; shown < 8; ++shown) {
        virtual_runtime rt(far_line());
        router device(rt);
        bool once = true;
        device.after_echo = [&](const std::string& line) {
            if (device.configured.size() > 8 && line.size() == shown + 1 && std::exchange(once, false)) {
                device.say("\r\n*Mar  1 00:02:11.123: %SYS-5-CONFIG_I: Configured from console by console\r\n");
            }
        };
        field f(rt, device, far_away(16));
        const auto lines = many_loopbacks();
        const auto how = f.configure(lines);
        EXPECT_EQ(how.words, "configured") << shown;
        EXPECT_EQ(device.configured, lines) << shown;
    }
}

TEST(TypeAhead, CharactersGetLost_OnlyRightLinesAreEntered) {
    for (const std::uint64_t seed : {1U, 2U, 3U, 4U, 5U, 6U}) {
        virtual_runtime rt(far_line(seed));
        router device(rt);
        field f(rt, device, far_away(32));
        f.port().lose(0.01, seed);
        const auto lines = many_loopbacks();
        const auto how = f.configure(lines);
        EXPECT_EQ(how.words, "configured");
        EXPECT_EQ(device.configured, lines);
    }
}

TEST(TypeAhead, Cancelled_NothingIsLeftOnTheLine) {
    for (const auto when : {3s, 4s, 5s}) {
        virtual_runtime rt(far_line());
        router device(rt);
        field f(rt, device, far_away(64));
        const auto how = f.configure_cancelled(many_loopbacks(), when);
        EXPECT_EQ(how.code, errc::cancelled);
        EXPECT_EQ(device.half_typed(), "");
        EXPECT_EQ(device.mode, "exec") << testing::PrintToString(device.taken) << how.words;
    }
}

}  // namespace
}  // namespace rollover::situations
