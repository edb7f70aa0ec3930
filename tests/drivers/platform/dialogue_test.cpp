// The hard situations of consoles, one by one, on machines alone.
#include "drivers/platform/lines.h"
#include "drivers/platform/navigator.h"
#include "tests/drivers/platform/support.h"

namespace rollover::platform {
namespace {

using test::machine_driver;
using test::scripted_device;

constexpr std::string_view link_up = "*Mar  1 00:02:11.123: %LINK-3-UPDOWN: Interface Gi0/1, changed state to up\r\n";

std::string without_enter(std::string_view typed) {
    return std::string(typed.ends_with('\r') ? typed.substr(0, typed.size() - 1) : typed);
}

/// Echoes a line and answers it; anything unknown is answered by the prompt alone.
scripted_device exec_device(std::map<std::string, std::string> answers, std::string prompt = "R1#") {
    return scripted_device([answers = std::move(answers), prompt](std::string_view typed) {
        if (!typed.ends_with('\r')) {
            return std::string();
        }
        const auto text = without_enter(typed);
        const auto known = answers.find(text);
        return text + "\r\n" + (known == answers.end() ? prompt : known->second);
    });
}

test::held_dialogue run(dialogue_context& c, test::played_device& device, const std::string& command,
                        test::cut how = {}) {
    machine_driver driver(device, how);
    driver.say(c.open_line);
    driver.absorb();
    const auto m = make_run(c, command);
    return driver.hold(*m);
}

TEST(Command, Answer_IsWithoutEchoAndPrompt) {
    auto c = at_home("cisco-ios", "R1#");
    auto device = exec_device({{"show clock", "*10:00:00.000 UTC\r\nR1#"}});
    ASSERT_TRUE(run(c, device, "show clock").done);
    EXPECT_EQ(c.output, "*10:00:00.000 UTC");
}

// Situation 10: no new prompt comes after a log line, unless somebody presses Enter.
TEST(Command, LogLineBehindThePrompt_IsAnsweredByOneEnter) {
    auto c = at_home("cisco-ios", "R1#");
    auto device = exec_device({{"clear counters", "R1#\r\n" + std::string(link_up)}, {"", "R1#"}});
    const auto held = run(c, device, "clear counters");
    EXPECT_TRUE(held.done) << describe(held.why);
    EXPECT_EQ(device.all, (std::vector<std::string>{"clear counters\r", "\r"}));
    EXPECT_EQ(c.output.find("LINK"), std::string::npos);
}

TEST(Command, LogLineWhileItWorks_IsWaitedFor) {
    auto c = at_home("cisco-ios", "R1#");
    auto device = exec_device({{"show x", std::string(link_up) + "value\r\n" + std::string(link_up) + "R1#"}});
    ASSERT_TRUE(run(c, device, "show x", {1}).done);
    EXPECT_EQ(device.all.size(), 1U);
    EXPECT_EQ(c.output, "value");
}

// A kernel that has just started talks on, also in the middle of an echo and with a pause behind it.
TEST(Command, KernelMessageWhileAShellRuns_IsNoBoot) {
    auto c = at_home("linux", "root@h1:~# ");
    scripted_device device([](std::string_view typed) {
        return typed != "uname\r" ? std::string("\r\nroot@h1:~# ")
                                  : std::string(
                                        "un\r\n[    5.104217] random: crng init done\r\name\r\nLinux\r\n"
                                        "[    5.204217] clocksource: Switched to clocksource tsc\r\n");
    });
    const auto held = run(c, device, "uname");
    EXPECT_TRUE(held.done) << describe(held.why);
    EXPECT_EQ(c.position, c.how->find_state("shell"));
}

// A question without a rule is reported; Enter is never pressed on it.
TEST(Command, UnknownQuestion_StopsWithoutAnAnswer) {
    auto c = at_home("cisco-ios", "R1#");
    auto device = exec_device(
        {{"crypto key zeroize", "% All keys will be removed.\r\nDo you really want to do this? [yes/no]: "}});
    const auto held = run(c, device, "crypto key zeroize");
    ASSERT_FALSE(held.done);
    EXPECT_EQ(held.why.code, errc::device_state);
    EXPECT_NE(held.why.reason.find("Do you really want to do this? [yes/no]:"), std::string::npos) << held.why.reason;
    EXPECT_EQ(device.all.size(), 1U);
    EXPECT_FALSE(c.position);
}

TEST(Command, Pager_IsAnsweredUntilItEnds) {
    auto c = at_home("cisco-ios", "R1#");
    int pages = 0;
    scripted_device device([&](std::string_view typed) -> std::string {
        if (typed == " ") {
            const auto erased = std::string(10, '\b') + std::string(10, ' ') + std::string(10, '\b');
            const auto page = "line" + std::to_string(pages++) + "\r\n";
            return erased + page + (pages < 3 ? " --More-- " : "R1#");
        }
        return "show x\r\nfirst\r\n --More-- ";
    });
    ASSERT_TRUE(run(c, device, "show x").done);
    EXPECT_EQ(c.output, "first\nline0\nline1\nline2");
}

TEST(Command, ErrorOfTheDevice_IsReportedWithTheAnswer) {
    auto c = at_home("cisco-ios", "R1#");
    auto device = exec_device({{"shw clock", "     ^\r\n% Invalid input detected at '^' marker.\r\n\r\nR1#"}});
    const auto held = run(c, device, "shw clock");
    EXPECT_EQ(held.why.code, errc::device_rejected);
    EXPECT_EQ(held.why.command, "shw clock");
    EXPECT_NE(held.why.device_text.find("% Invalid input"), std::string::npos);
    EXPECT_TRUE(c.position);  // the device is still at home
}

TEST(Command, LostCharacter_IsNoticedByTheEcho) {
    auto c = at_home("cisco-ios", "R1#");
    scripted_device device([](std::string_view) { return std::string("clear countes\r\nR1#"); });
    EXPECT_EQ(run(c, device, "clear counters").why.code, errc::device_differs);
}

// Situation 17: text that looks like a prompt, with another host name, and more to come.
TEST(Command, PromptOfAnotherHostInTheOutput_IsNotBelieved) {
    auto c = at_home("cisco-ios", "R1#");
    c.host = "R1";
    auto device = exec_device({{"show banner", "core# is the place\r\nR1#"}});
    ASSERT_TRUE(run(c, device, "show banner", {1}).done);
    EXPECT_EQ(c.output, "core# is the place");
    EXPECT_EQ(c.host, "R1");
}

TEST(Command, NoAnswer_TimesOut) {
    auto c = at_home("cisco-ios", "R1#");
    scripted_device device([](std::string_view) { return std::string(); });
    EXPECT_EQ(run(c, device, "show clock").why.code, errc::timed_out);
}

// --- configuring ---

struct config_router {
    std::string prompt = "Router(config)#";
    std::string operator()(std::string_view typed) {
        const auto text = without_enter(typed);
        if (text.starts_with("interface")) {
            prompt = "Router(config-if)#";
        } else if (text == "end" || text == "exit all") {
            prompt = "Router#";
        } else if (text.starts_with("hostname ")) {
            prompt = text.substr(9) + "(config)#";
        } else if (text == "configure terminal") {
            prompt = "Router(config)#";
            return text + "\r\nEnter configuration commands, one per line.  End with CNTL/Z.\r\n" + prompt;
        }
        const auto* error =
            text.starts_with("bad") ? "        ^\r\n% Invalid input detected at '^' marker.\r\n\r\n" : "";
        return text + "\r\n" + error + prompt;
    }
};

test::held_dialogue configure(dialogue_context& c, test::played_device& device, const std::vector<std::string>& texts,
                              test::cut how = {}, std::vector<progress>* told = nullptr) {
    std::vector<typed_line> lines;
    for (const auto& t : texts) {
        lines.push_back({t, {"author.xml", static_cast<std::uint32_t>(lines.size() + 10), 7}});
    }
    machine_driver driver(device, how);
    driver.say(c.open_line);
    driver.absorb();
    const auto m = make_configure(c, lines, [&](const progress& p) {
        if (told != nullptr) {
            told->push_back(p);
        }
    });
    return driver.hold(*m);
}

TEST(Configure, Lines_AreTypedInOrderAndTheDeviceComesHome) {
    auto c = at_home("cisco-ios", "Router#");
    scripted_device device{config_router()};
    std::vector<progress> told;
    const auto held = configure(c, device, {"hostname A", "interface Gi0/0", " no shutdown"}, {}, &told);
    ASSERT_TRUE(held.done) << describe(held.why);
    EXPECT_EQ(device.all, (std::vector<std::string>{"configure terminal\r", "hostname A\r", "interface Gi0/0\r",
                                                    " no shutdown\r", "end\r"}));
    ASSERT_EQ(told.size(), 3U);
    EXPECT_EQ(told.back().typed, 3U);
    EXPECT_EQ(told.back().characters, 11U + 16U + 13U);
}

// Situation 16, measured: other programs take "R0003(con" for the prompt.
TEST(Configure, PromptInPieces_IsWaitedFor) {
    auto c = at_home("cisco-ios", "Router#");
    scripted_device device{config_router()};
    const auto held = configure(c, device, {"hostname R0003", "interface Gi0/0"}, {1});
    EXPECT_TRUE(held.done) << describe(held.why);
}

TEST(Configure, RejectedLine_StopsThereWithTheAuthorsPlace) {
    auto c = at_home("cisco-ios", "Router#");
    scripted_device device{config_router()};
    const auto held = configure(c, device, {"hostname A", "bad line", "interface Gi0/0"});
    EXPECT_EQ(held.why.code, errc::device_rejected);
    EXPECT_EQ(held.why.where, "author.xml:11:7");
    EXPECT_EQ(held.why.command, "bad line");
    EXPECT_EQ(device.all.back(), "bad line\r");
}

// Situation 34: after a logout the rest would become user names and passwords.
TEST(Configure, LineThatLeavesTheMode_Stops) {
    auto c = at_home("cisco-ios", "Router#");
    scripted_device device{config_router()};
    const auto held = configure(c, device, {"interface Gi0/0", "end", "shutdown"});
    EXPECT_EQ(held.why.code, errc::device_state);
    EXPECT_EQ(held.why.where, "author.xml:11:7");
    EXPECT_EQ(device.all.back(), "end\r");
}

TEST(Configure, EndAsLastLine_IsFine) {
    auto c = at_home("cisco-ios", "Router#");
    scripted_device device{config_router()};
    EXPECT_TRUE(configure(c, device, {"interface Gi0/0", "end"}).done);
}

// Situation 23: after "banner motd #" there is no prompt until the delimiter.
TEST(Configure, BannerText_IsTypedWithoutPrompts) {
    auto c = at_home("cisco-ios", "Router#");
    bool in_banner = false;
    config_router router;
    scripted_device device([&](std::string_view typed) -> std::string {
        const auto text = without_enter(typed);
        if (text == "banner motd #") {
            in_banner = true;
            return text + "\r\nEnter TEXT message.  End with the character '#'.\r\n";
        }
        if (in_banner && text != "#") {
            return text + "\r\n";
        }
        in_banner = false;
        return router(typed);
    });
    const auto held = configure(c, device, {"banner motd #", "Keep out", "#", "hostname A"});
    EXPECT_TRUE(held.done) << describe(held.why);
    EXPECT_EQ(device.all.size(), 6U);
}

TEST(Configure, BannerThatNeverEnds_IsReported) {
    auto c = at_home("cisco-ios", "Router#");
    config_router router;
    scripted_device device([&](std::string_view typed) -> std::string {
        const auto text = without_enter(typed);
        return text == "configure terminal" ? router(typed)
               : text == "banner motd #"    ? text + "\r\nEnter TEXT message.  End with the character '#'.\r\n"
                                            : text + "\r\n";
    });
    const auto held = configure(c, device, {"banner motd #", "Keep out"});
    EXPECT_EQ(held.why.code, errc::device_state);
    EXPECT_NE(held.why.hint.find("delimiter"), std::string::npos);
}

// --- first contact ---

test::held_dialogue bring_home(dialogue_context& c, test::played_device& device, test::cut how = {}) {
    machine_driver driver(device, how);
    const auto m = make_bring_home(c);
    return driver.hold(*m);
}

TEST(BringHome, SilentConsole_IsNamedAsSuch) {
    auto c = context_for(shipped("cisco-ios"));
    scripted_device device([](std::string_view) { return std::string(); });
    const auto held = bring_home(c, device);
    EXPECT_EQ(held.why.code, errc::device_state);
    EXPECT_NE(held.why.reason.find("silent"), std::string::npos);
    EXPECT_LT(held.taken, std::chrono::minutes(2));
}

TEST(BringHome, UnknownState_EndsAfterAFixedNumberOfTriesAndShowsIt) {
    auto c = context_for(shipped("cisco-ios"));
    scripted_device device([](std::string_view) { return std::string("\r\nMENU 1) 2) 3) choose> "); });
    const auto held = bring_home(c, device);
    EXPECT_EQ(held.why.code, errc::device_state);
    EXPECT_NE(held.why.device_text.find("choose>"), std::string::npos);
    EXPECT_LT(device.all.size(), 20U);
}

TEST(BringHome, NothingIsTypedBeforeTwoSecondsOfSilence) {
    auto c = context_for(shipped("cisco-ios"));
    look_machine m(c);
    dialogue_event first;
    const auto a = m.advance(first);
    EXPECT_EQ(a.what, action::kind::listen);
    EXPECT_GE(a.limit, std::chrono::seconds(2));
}

TEST(BringHome, MissingPassword_SaysWhatTheLabLacks) {
    auto c = context_for(shipped("cisco-ios"));
    c.who = {};
    scripted_device device([](std::string_view) { return std::string("\r\nUsername: "); });
    const auto held = bring_home(c, device);
    EXPECT_EQ(held.why.code, errc::not_found);
    EXPECT_NE(held.why.hint.find("credentials"), std::string::npos);
}

TEST(BringHome, BootMonitorThatStartsNothing_IsExplained) {
    auto c = context_for(shipped("cisco-ios"));
    scripted_device device([](std::string_view) { return std::string("\r\nrommon 1 > "); });
    const auto held = bring_home(c, device);
    EXPECT_EQ(held.why.code, errc::device_state);
    EXPECT_NE(held.why.reason.find("rommon"), std::string::npos);
    EXPECT_NE(held.why.hint.find("boot monitor"), std::string::npos);
}

TEST(BringHome, WrongPassword_IsTriedTwiceAndNeverShown) {
    auto c = context_for(shipped("cisco-ios"));
    int asked = 0;
    scripted_device device([&](std::string_view typed) -> std::string {
        if (typed == "lab\r") {
            return "lab\r\nPassword: ";
        }
        asked += typed == "secret\r" ? 1 : 0;
        return "\r\n% Login invalid\r\n\r\nUsername: ";
    });
    const auto held = bring_home(c, device);
    EXPECT_EQ(held.why.code, errc::refused) << describe(held.why);
    EXPECT_EQ(asked, 2);
    EXPECT_EQ(describe(held.why).find("secret"), std::string::npos);
}

// A converter's buffer can hold a password prompt of yesterday: the password lands on a command line, which echoes it.
TEST(BringHome, EchoedSecret_IsCoveredInTheFailure) {
    auto c = context_for(shipped("cisco-ios"));
    scripted_device device(
        [](std::string_view typed) -> std::string {
            return std::string(typed) + "\n% Unknown command \"" + without_enter(typed) + "\"\r\n??? ";
        },
        "\r\nPassword: ");
    const auto held = bring_home(c, device);
    ASSERT_FALSE(held.done);
    EXPECT_EQ(describe(held.why).find("secret"), std::string::npos) << describe(held.why);
}

TEST(BringHome, EnablePassword_IsTheSecondOne) {
    auto c = context_for(shipped("cisco-ios"));
    std::string prompt = "R1>";
    scripted_device device([&](std::string_view typed) -> std::string {
        if (typed == "enable\r") {
            return "enable\r\nPassword: ";
        }
        if (typed == "enablesecret\r") {
            prompt = "R1#";
            return "\r\n" + prompt;
        }
        return typed.ends_with('\r') ? std::string(typed) + "\n" + prompt : std::string();
    });
    const auto held = bring_home(c, device);
    EXPECT_TRUE(held.done) << describe(held.why);
    EXPECT_EQ(c.state_at(*c.position).name, "exec");
}

TEST(NextTransition, ShortestWay_IsTaken) {
    const auto& d = *shipped("cisco-ios");
    const std::vector<unsigned> unused(d.transitions.size(), 0);
    const auto edge = next_transition(d, *d.find_state("login"), *d.find_state("config"), unused, 4);
    ASSERT_TRUE(edge);
    EXPECT_EQ(d.transitions[*edge].to, "line-password");
    EXPECT_FALSE(next_transition(d, *d.find_state("grub"), *d.find_state("exec"), unused, 4));
    EXPECT_FALSE(next_transition(d, 3, 3, unused, 4));
}

TEST(Settle, TalkWithoutAPause_EndsAsFlooded) {
    auto c = at_home("cisco-ios", "R1#");
    settle_rules rules;
    rules.most_chatter = std::chrono::seconds(45);
    settle s(c, rules);
    dialogue_event e;
    auto a = s.advance(e);
    for (int i = 0; a && i < 1000; ++i) {
        e.what = dialogue_event::kind::heard;
        e.heard = console::heard::chatter;
        e.now += a->limit;
        e.lines = {"debug: packet"};
        a = s.advance(e);
    }
    EXPECT_FALSE(a);
    EXPECT_EQ(s.result(), settle::outcome::flooded);
}

/// The time from what a device that boots says last until Enter is typed; `duration::max()`: never.
duration boots_until_enter(std::string_view platform, const std::string& open_line) {
    auto c = context_for(shipped(platform));
    settle_rules rules;
    rules.boots = true;
    rules.limit = std::chrono::minutes(5);
    settle s(c, rules);
    dialogue_event e;
    auto a = s.advance(e);
    e.what = dialogue_event::kind::heard;
    e.heard = console::heard::quiet;
    e.lines = {"[    7.635082] Freeing initrd memory: 2168K"};
    e.open_line = open_line;
    a = s.advance(e);
    e.heard = console::heard::nothing;
    e.lines.clear();
    while (a && a->what == action::kind::listen) {
        e.now += a->limit;
        a = s.advance(e);
    }
    return a ? e.now - time_point{} : duration::max();
}

// Heard from Debian's kernel and dash in QEMU: what was typed while it booted was read by the shell, and echoed by
// nobody.
TEST(Settle, PromptTwiceOnOneLine_IsAnsweredAtOnce) {
    using std::chrono::seconds;
    EXPECT_LT(boots_until_enter("linux", "# # "), seconds(1));
    EXPECT_LT(boots_until_enter("linux", "# # # "), seconds(1));
    EXPECT_LT(boots_until_enter("cisco-ios", "Router>Router>"), seconds(1));
    EXPECT_EQ(boots_until_enter("linux", "# "), duration::max()) << "it is known, and no Enter is needed";
}

TEST(Settle, ProgressOfABoot_IsNoPromptThatStandsAgain) {
    using std::chrono::seconds;
    for (const auto* progress : {"########", "# x# ", "== == "}) {
        for (const auto* platform : {"linux", "cisco-ios"}) {
            const auto taken = boots_until_enter(platform, progress);
            EXPECT_GT(taken, seconds(89)) << progress << " on " << platform;
            EXPECT_LT(taken, seconds(91)) << progress << " on " << platform;
        }
    }
}

}  // namespace
}  // namespace rollover::platform
