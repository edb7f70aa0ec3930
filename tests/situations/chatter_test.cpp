// Situations 10 to 12 and 17: text that comes by itself, or looks like something else.
#include "tests/situations/field.h"
#include "tests/situations/router.h"

namespace rollover::situations {
namespace {

constexpr std::string_view link_up =
    "*Mar  1 00:02:11.123: %LINK-3-UPDOWN: Interface FastEthernet0/0, changed state to up\r\n";

// Cisco IOS Debug and System Message guides: without "logging synchronous" a message overwrites the prompt and no new
// one is printed; unicon.plugins/generic/statements.py (syslog_wait_send_return) sends one CR for the same reason.
TEST(Situation, S10_LogLineBehindThePromptWithoutANewOne_IsConfigured) {
    virtual_runtime rt;
    router device(rt);
    std::size_t logged = 2;
    device.print_prompt = [&](const std::string& prompt) {
        device.say(prompt);
        if (device.configured.size() > logged) {
            logged = device.configured.size();
            device.say("\r\n" + std::string(link_up));
        }
    };
    field f(rt, device);
    const auto how = f.configure();
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(device.configured, field::some_configuration());
    EXPECT_LT(how.taken, 1min);
}

// The same with the message while the next line is typed, and without an end: one message a second.
TEST(Situation, S10_LogLinesAllTheTime_AreConfiguredThrough) {
    virtual_runtime rt;
    router device(rt);
    std::function<void()> chat = [&] {
        device.say("\r\n" + std::string(link_up));
        device.after(1s, chat);
    };
    device.after(5s, chat);
    field f(rt, device);
    std::vector<std::string> lines = {"interface FastEthernet0/0"};
    for (int i = 0; i < 40; ++i) {
        lines.push_back("description the line number " + std::to_string(i));
    }
    const auto how = f.configure(lines);
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(device.configured, lines);
}

// Measured: netmiko 4 and scrapli fail on 8 of 8 such devices. The transcript
// "no shu / %LINEPROTO-5-UPDOWN / tdown" is of ameblo.jp/hectorzpsa000 ("i've been interrupted quite badly").
TEST(Situation, S11_LogLineInsideTheEcho_IsConfiguredWithoutARepair) {
    for (const std::size_t place : {1U, 6U, 10U}) {
        virtual_runtime rt;
        router device(rt);
        device.after_echo = [&](const std::string& line) {
            if (line.size() == place && std::string("no shutdown").starts_with(line)) {
                device.say(
                    "\r\n%LINEPROTO-5-UPDOWN: Line protocol on Interface FastEthernet0/0, changed state to up\r\n");
            }
        };
        field f(rt, device);
        const auto how = f.configure({"interface FastEthernet0/0", "no shutdown"});
        EXPECT_EQ(how.words, "configured") << place;
        EXPECT_THAT(device.configured, ElementsAre("interface FastEthernet0/0", "no shutdown")) << place;
        EXPECT_EQ(f.gaps().repairs, 0U) << place;
    }
}

// The letters that were lost stand in the log line: a subsequence test (scrapligo's default) would accept "no shutd".
TEST(Situation, S11_LostLettersInALogLine_AreNotTakenForTheEcho) {
    virtual_runtime rt;
    router device(rt);
    int seen = 0;
    device.on_key = [&](char) {
        if (!device.half_typed().starts_with("no shutd") || ++seen > 3) {
            return false;
        }
        if (seen == 1) {
            device.say(
                "\r\n%LINK-5-CHANGED: Interface FastEthernet0/0, changed state to administratively down own\r\n");
        }
        return true;
    };
    field f(rt, device);
    const auto how = f.configure({"interface FastEthernet0/0", "no shutdown"});
    EXPECT_EQ(how.words, "configured");
    EXPECT_THAT(device.configured, ElementsAre("interface FastEthernet0/0", "no shutdown"));
    EXPECT_GE(f.gaps().repairs, 1U);
}

// Unicon's tests of iosxr and iosxe: a message right behind the prompt, "XRv-1(config-isis)#RP/0/0/CPU0:May 20
// 12:43:40.819 : ..." and "Router>*Sep 18 10:36:14.536: %LINK-3-UPDOWN" (mock_data/ios/ios_mock_reload.yaml); at
// "Username:" a page of
// "%SELINUX-3-MISMATCH" (unicon.plugins issue 71: connecting hangs).
TEST(Situation, S12_LogLineOnTheLineOfThePrompt_IsConfigured) {
    virtual_runtime rt;
    router device(rt);
    device.mode.clear();
    device.enable_password = "enable-password";
    std::function<void(const std::string&)> login = [&](const std::string& user) {
        if (user.empty()) {
            device.ask("Username: ", login);
            return;
        }
        EXPECT_EQ(user, "lab");
        device.ask(
            "Password: ",
            [&](const std::string& password) {
                EXPECT_EQ(password, "lab-password");
                device.mode = "exec";
                device.prompt();
            },
            false);
    };
    device.commands[""] = [&] {
        device.commands.clear();
        device.ask("\r\nUser Access Verification\r\n\r\nUsername: ", login);
        for (int i = 0; i < 3; ++i) {
            device.say(
                "*Sep 18 10:36:14.536: %SELINUX-3-MISMATCH: R0/0: audispd: type=AVC msg=audit(1600000000.1)\r\n");
        }
    };
    std::size_t logged = 0;
    device.print_prompt = [&](const std::string& prompt) {
        const bool one_more = device.configured.size() > logged;
        logged = device.configured.size();
        device.say(prompt + (one_more ? std::string(link_up) : ""));
    };
    field f(rt, device);
    const auto how = f.configure();
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(device.configured, field::some_configuration());
}

// ansible issue 43209 and netcommon 178 (banners of "#"), vrnetlab 203 ("## SECRET-DATA"), n9kv 132 ("[####] 100%"),
// scrapli_community 8 ("[V200R009...]"), unicon's changelog ("<encryption-key>" taken for a prompt).
TEST(Situation, S17_TextThatLooksLikeAPrompt_IsNotBelieved) {
    virtual_runtime rt;
    router device(rt);
    device.commands["show banner"] = [&] {
        const std::vector<std::string> pieces = {"##########\r\n",
                                                 "core#",
                                                 " is the place\r\n",
                                                 "[########] 100%\r\n",
                                                 "## SECRET-DATA\r\n",
                                                 "R2(config)#\r\n",
                                                 "switch> ",
                                                 "and more\r\n",
                                                 "[V200R009C00SPC500]\r\n",
                                                 "<LS:LIR>",
                                                 "\r\nkey config-key password-encrypt <encryption-key>\r\n"};
        duration when{};
        for (const auto& piece : pieces) {
            device.say_after(when += 120ms, piece);
        }
        device.after(when + 120ms, [&] { device.prompt(); });
    };
    field f(rt, device);
    const auto how = f.run("show banner");
    EXPECT_EQ(how.words, "configured");
    EXPECT_THAT(how.output, HasSubstr("core# is the place"));
    EXPECT_THAT(how.output, HasSubstr("<encryption-key>"));
}

TEST(Situation, S17_DescriptionThatLooksLikeAPrompt_IsConfigured) {
    virtual_runtime rt;
    router device(rt);
    field f(rt, device);
    const std::vector<std::string> lines = {"interface FastEthernet0/0", "description to core#",
                                            "description R1(config)#", "description <LS:LIR>>", "no shutdown"};
    const auto how = f.configure(lines);
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(device.configured, lines);
}

}  // namespace
}  // namespace rollover::situations
