// Situations 34 to 41 and 45: sessions that end, are refused, or are not ours alone.
#include "tests/situations/field.h"
#include "tests/situations/host.h"
#include "tests/situations/reload.h"
#include "tests/situations/router.h"

namespace rollover::situations {
namespace {

/// A router that asks for a user name and a password; every name that was entered is kept.
struct login {
    explicit login(router& d) : device(d) {}

    void ask_name() {
        device.ask("\r\nUser Access Verification\r\n\r\nUsername: ", [this](const std::string& name) {
            names.push_back(name);
            if (name.empty()) {
                ask_name();
            } else {
                ask_password();
            }
        });
    }
    void ask_password() {
        device.ask(
            "Password: ",
            [this](const std::string& password) {
                passwords.push_back(password);
                if (password == "lab-password") {
                    device.mode = "exec";
                    device.prompt();
                } else {
                    device.say("% Login invalid\r\n\r\n");
                    ask_name();
                }
            },
            false);
    }

    router& device;
    std::vector<std::string> names;
    std::vector<std::string> passwords;
};

/// How a console is logged out: with a banner first, or with the question at once.
enum class farewell { press_return, user_name };

void log_out(router& device, login& again, farewell how) {
    if (how == farewell::press_return) {
        device.log_out();
        device.commands[""] = [&again] { again.ask_name(); };
    } else {
        device.forget_line();
        device.mode.clear();
        device.say("\r\n");
        again.ask_name();
    }
}

/// What must hold however the console was lost while the third line was due.
void expect_stopped(const ending& how, const router& device, const login& again) {
    EXPECT_FALSE(how.configured);
    EXPECT_EQ(how.code, errc::device_state) << how.words;
    EXPECT_THAT(how.words, ::testing::ContainsRegex("state (press-return|login)"));
    EXPECT_THAT(how.words, ::testing::ContainsRegex("topology.xml:1[12]:7"));
    EXPECT_THAT(again.names, ElementsAre()) << "a line of the configuration went to Username:";
    EXPECT_THAT(again.passwords, ElementsAre());
    EXPECT_THAT(device.configured, ElementsAre("hostname R1", "interface FastEthernet0/0"));
    EXPECT_LT(how.taken, 2min);
}

// Cisco IOS Configuration Fundamentals Command Reference, "exec-timeout"; the bytes are of unicon.plugins,
// mock_data/iosxe/iosxe_mock_cat9k.yaml. What follows would be taken for user names and stand in the AAA log.
TEST(Situation, S34_LoggedOutInTheMiddleOfALine_StopsAtOnce) {
    for (const auto form : {farewell::press_return, farewell::user_name}) {
        for (const std::size_t place : {1U, 7U, 20U, 31U}) {
            virtual_runtime rt;
            router device(rt);
            login again(device);
            device.after_echo = [&](const std::string& line) {
                if (device.configured.size() == 2 && line.size() == place && device.configuring()) {
                    log_out(device, again, form);
                }
            };
            field f(rt, device);
            const auto how = f.configure();
            expect_stopped(how, device, again);
        }
    }
}

TEST(Situation, S34_LoggedOutInsteadOfAPrompt_StopsAtOnce) {
    for (const auto form : {farewell::press_return, farewell::user_name}) {
        virtual_runtime rt;
        router device(rt);
        login again(device);
        device.commands["ip address 10.0.0.1 255.255.255.0"] = [&] { log_out(device, again, form); };
        field f(rt, device);
        const auto how = f.configure();
        expect_stopped(how, device, again);
    }
}

// Between a prompt and the first character, in steps of a few characters of the line.
TEST(Situation, S34_LoggedOutJustBehindAPrompt_StopsAtOnce) {
    for (const auto form : {farewell::press_return, farewell::user_name}) {
        for (duration later = 0ms; later < 250ms; later += 3ms) {
            virtual_runtime rt;
            router device(rt);
            login again(device);
            device.on_configured = [&](const std::string&) {
                if (device.configured.size() == 2) {
                    device.after(later, [&] {
                        if (device.configured.size() == 2) {
                            log_out(device, again, form);
                        }
                    });
                }
            };
            field_options options;
            options.pacing.line_delay = 150ms;
            field f(rt, device, options);
            const auto how = f.configure();
            expect_stopped(how, device, again);
        }
    }
}

// The same while the engine walks: "configure terminal" must not become a user name either.
TEST(Situation, S34_LoggedOutOnTheWayToConfigurationMode_LogsInAgainOrSaysSo) {
    for (const std::size_t place : {1U, 9U, 17U}) {
        virtual_runtime rt;
        router device(rt);
        login again(device);
        bool once = true;
        device.after_echo = [&](const std::string& line) {
            if (once && line == std::string("configure terminal").substr(0, place)) {
                once = false;
                log_out(device, again, farewell::user_name);
            }
        };
        field f(rt, device);
        const auto how = f.configure();
        EXPECT_THAT(again.names, ::testing::Each(::testing::AnyOf("", "lab")));
        EXPECT_THAT(how.configured ? "login" : how.words, HasSubstr("login"));
    }
}

// Cisco IOS Security Configuration Guide, "Configuring Authentication": no echo at "Password:"; ASA and TACACS+ servers
// echo asterisks, and "Password OK" follows (unicon.plugins/iosxr).
TEST(Situation, S35_PasswordIsEchoedAsAsterisks_IsConfiguredAndStaysSecret) {
    virtual_runtime rt;
    router device(rt);
    login first(device);
    device.mode.clear();
    bool at_password = false;
    device.echo = [&](char c) { return std::string(1, at_password ? '*' : c); };
    std::vector<std::string> names;
    const auto ask_password = [&] {
        at_password = true;
        device.ask("Password: ", [&](const std::string& password) {
            at_password = false;
            first.passwords.push_back(password);
            device.say("Password OK\r\n");
            device.mode = "exec";
            device.prompt();
        });
    };
    device.after(1ms, [&] {
        device.ask("\r\nUsername: ", [&](const std::string& name) {
            names.push_back(name);
            ask_password();
        });
    });
    field f(rt, device);
    const auto how = f.configure();
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(device.configured, field::some_configuration());
    EXPECT_THAT(first.passwords, ElementsAre("lab-password"));
    EXPECT_EQ(f.transcript().find("lab-password"), std::string::npos);
}

// The same guide, "login authentication": three tries, then the line is closed for a while; two tries are ours at most.
TEST(Situation, S35_PasswordIsWrong_IsReportedBeforeTheAccountIsLocked) {
    virtual_runtime rt;
    router device(rt);
    login first(device);
    device.mode.clear();
    device.after(1ms, [&] { first.ask_name(); });
    field_options options;
    options.password = "old-password";
    field f(rt, device, options);
    const auto how = f.configure();
    EXPECT_FALSE(how.configured);
    EXPECT_EQ(how.code, errc::refused);
    EXPECT_THAT(how.words, HasSubstr("does not take the login"));
    EXPECT_THAT(how.words, HasSubstr("credentials"));
    EXPECT_EQ(how.words.find("old-password"), std::string::npos);
    EXPECT_EQ(f.transcript().find("old-password"), std::string::npos);
    EXPECT_LE(first.passwords.size(), 2U);
    EXPECT_LT(how.taken, 1min);
}

// Cisco IOS Security Command Reference, "timeout login response": thirty seconds, and the question begins anew.
TEST(Situation, S35_LoginTimesOutAndStartsAgain_IsConfigured) {
    virtual_runtime rt;
    router device(rt);
    login first(device);
    device.mode.clear();
    device.commands[""] = [&] { first.ask_name(); };
    bool once = true;
    device.on_key = [&](char c) {
        if (c != '\r' || first.names.empty() || !once || device.half_typed() != "lab-password") {
            return false;
        }
        once = false;  // the Enter came too late
        device.forget_line();
        device.say("\r\n% Password:  timeout expired!\r\n% Login invalid\r\n\r\n");
        first.ask_name();
        return true;
    };
    field f(rt, device);
    const auto how = f.configure();
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(device.configured, field::some_configuration());
    EXPECT_THAT(first.names, ::testing::Each(::testing::AnyOf("", "lab")));
    EXPECT_THAT(first.passwords, ElementsAre("lab-password"));
}

// passwd(1) and pam_unix(8): an expired password has to be changed at the login.
TEST(Situation, S35_PasswordHasToBeChanged_IsReportedAndNothingIsAnswered) {
    virtual_runtime rt;
    host device(rt);
    device.logged_in = false;
    std::vector<std::string> answers;
    device.after(1ms, [&] {
        device.ask("h1 login: ", [&](const std::string&) {
            device.ask(
                "Password: ",
                [&](const std::string&) {
                    device.say(
                        "You are required to change your password immediately (administrator enforced).\r\n"
                        "Changing password for lab.\r\n");
                    device.ask(
                        "Current password: ", [&](const std::string& typed) { answers.push_back(typed); }, false);
                },
                false);
        });
    });
    field_options options;
    options.platform = "linux";
    field f(rt, device, options);
    const auto how = f.configure({"ip link set dev eth0 up"});
    EXPECT_FALSE(how.configured);
    EXPECT_THAT(how.words, HasSubstr("Current password:"));
    EXPECT_THAT(how.words, HasSubstr("nothing was answered"));
    EXPECT_THAT(answers, ElementsAre());
    EXPECT_THAT(device.ran, ElementsAre());
}

// agetty(8), "looped line": a getty takes the other end's text for user names, and both talk to each other for ever,
// with the pauses of login(1) in between.
TEST(Situation, S36_LoginStorm_IsReported) {
    virtual_runtime rt;
    host device(rt);
    device.logged_in = false;
    std::vector<std::string> entered;
    std::function<void()> storm = [&] {
        device.say("\r\nLogin incorrect\r\nh1 login: ");
        device.say_after(300ms, "Jan  1 00:00:00 h1 getty: bad\r\nPassword: ");
        device.after(650ms, storm);
    };
    device.on_key = [&](char c) {
        entered.emplace_back(1, c);
        return true;
    };
    device.after(1ms, storm);
    field_options options;
    options.platform = "linux";
    field f(rt, device, options);
    const auto how = f.configure({"ip link set dev eth0 up"});
    EXPECT_FALSE(how.configured);
    EXPECT_THAT(how.words, HasSubstr("does not stop talking"));
    EXPECT_THAT(how.words, HasSubstr("a loop on the line"));
    EXPECT_EQ(f.transcript().find("lab-password"), std::string::npos);
    EXPECT_LT(how.taken, 30min);
}

// A loop plug or two converters in a row (RS-232, a loopback connector): what is typed comes back, and nothing else.
TEST(Situation, S36_LoopOnTheLine_IsReportedAsSuch) {
    virtual_runtime rt;
    router device(rt);
    device.on_key = [&](char c) {
        device.say(std::string(1, c));
        return true;
    };
    field f(rt, device);
    const auto how = f.configure();
    EXPECT_FALSE(how.configured);
    EXPECT_THAT(how.words, HasSubstr("gives back what is typed, and nothing else"));
    EXPECT_THAT(how.words, HasSubstr("loop"));
    EXPECT_EQ(device.keys.find("lab"), std::string::npos) << "no login is typed into a loop";
    EXPECT_LT(how.taken, 2min);
}

// Cisco, "Standby console disabled" of redundant route processors: unicon.plugins/iosxe (standby_locked).
TEST(Situation, S37_ConsoleOfTheStandby_IsReported) {
    virtual_runtime rt;
    router device(rt);
    device.mode.clear();
    device.commands[""] = [&] { device.say("\r\nStandby console disabled\r\n\r\n"); };
    field f(rt, device);
    const auto how = f.configure();
    EXPECT_FALSE(how.configured);
    EXPECT_THAT(how.words, HasSubstr("console of the standby processor"));
    EXPECT_THAT(how.words, HasSubstr("use the one of the active processor"));
    EXPECT_THAT(device.executed, ElementsAre());
    EXPECT_LT(how.taken, 1min);
}

constexpr std::string_view locked_words =
    "Configuration mode locked exclusively by user 'admin' process '3' from terminal '1'. Please try later.\r\n";

// Cisco IOS Configuration Fundamentals Command Reference, "configuration mode exclusive".
TEST(Situation, S37_ConfigurationIsLockedForAWhile_IsWaitedForAndConfigured) {
    virtual_runtime rt;
    router device(rt);
    int tries = 0;
    device.commands["configure terminal"] = [&] {
        if (rt.now() < time_point(75s)) {
            ++tries;
            device.say(locked_words);
        } else {
            device.mode = "config";
        }
        device.prompt();
    };
    field f(rt, device);
    const auto how = f.configure();
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(device.configured, field::some_configuration());
    EXPECT_GE(tries, 2);
    EXPECT_LE(tries, 12);
}

TEST(Situation, S37_ConfigurationStaysLocked_IsReportedWithWhoHoldsIt) {
    virtual_runtime rt;
    router device(rt);
    device.commands["configure terminal"] = [&] {
        device.say(locked_words);
        device.prompt();
    };
    field f(rt, device);
    const auto how = f.configure();
    EXPECT_FALSE(how.configured);
    EXPECT_EQ(how.code, errc::busy);
    EXPECT_THAT(how.words, HasSubstr("locked exclusively by user 'admin'"));
    EXPECT_THAT(how.words, HasSubstr("end the other session"));
    EXPECT_THAT(device.configured, ElementsAre());
    EXPECT_LT(how.taken, 5min);
}

// Unicon's mock transcript of a reload (mock_data/ios/ios_mock_reload.yaml) and Cisco, "AutoInstall": bytes of another
// speed from the boot loader, minutes of silence, bursts, and then log lines and look-ups for a configuration.
TEST(Situation, S38_LongReloadWithNoiseAndChatter_IsWaitedForAndClean) {
    virtual_runtime rt;
    router device(rt);
    reload_script reload(device);
    reload.boot = [&] {
        device.say_after(1s, "\xf8\x80\xfe\x00\xe6\x9e\xf8\x80\x98\x66\r\xfe");
        device.say_after(3s, "\r\nSystem Bootstrap, Version 12.4(13r)T, RELEASE SOFTWARE (fc1)\r\n");
        device.say_after(80s, "Self decompressing the image : ");
        for (int i = 1; i <= 40; ++i) {
            device.say_after(80s + 200ms * i, "##");
        }
        device.say_after(90s, " [OK]\r\n\r\n");
        device.say_after(150s, "              Restricted Rights Legend\r\n\r\n");
        // Six silent minutes: it looks for a configuration on every interface, and hears nothing.
        device.after(160s, [&] { device.on_key = [](char) { return true; }; });
        device.after(540s, [&] { device.on_key = nullptr; });
        device.say_after(520s, "%Error opening tftp://255.255.255.255/network-confg (Timed out)\r\n");
        device.say_after(535s, "%Error opening tftp://255.255.255.255/cisconet.cfg (Timed out)\r\n");
        device.say_after(540s, "\r\n\r\nPress RETURN to get started!\r\n\r\n");
        for (int i = 0; i < 60; ++i) {
            device.say_after(541s + 1s * i, "*Mar  1 00:01:" + std::string(i < 10 ? "0" : "") + std::to_string(i) +
                                                ".123: %LINK-5-CHANGED: Interface FastEthernet0/" +
                                                std::to_string(i % 4) + ", changed state to administratively down\r\n");
        }
        device.say_after(560s, "%Error opening tftp://255.255.255.255/router-confg (Timed out)\r\n");
    };
    field f(rt, device);
    const auto how = f.erase();
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(reload.reloads, 1U);
    EXPECT_EQ(reload.keys_while_booting, "");
    EXPECT_FALSE(reload.startup);
    EXPECT_EQ(device.mode, "exec");
    EXPECT_GT(how.taken, 9min);
    EXPECT_LT(how.taken, 15min);
}

// Cisco IOS rejects the interface, and the lines below it would land in the mode above: the first error is the last
// line.
TEST(Situation, S39_ErrorInTheMiddle_StopsThereWithTheLine) {
    virtual_runtime rt;
    router device(rt);
    device.commands["interface FastEthernet9/9"] = [&] {
        device.reject();
        device.prompt();
    };
    field f(rt, device);
    const auto how = f.configure({"hostname R1", "interface FastEthernet0/0", " no shutdown",
                                  "interface FastEthernet9/9", " description lost", " shutdown", "ip routing"});
    EXPECT_FALSE(how.configured);
    EXPECT_EQ(how.code, errc::device_rejected);
    EXPECT_THAT(how.words, HasSubstr("topology.xml:13:7"));
    EXPECT_THAT(how.words, HasSubstr("interface FastEthernet9/9"));
    EXPECT_THAT(how.words, HasSubstr("% Invalid input detected"));
    EXPECT_THAT(device.configured, ElementsAre("hostname R1", "interface FastEthernet0/0", "no shutdown"));
}

// Cisco IOS Terminal Services Command Reference, "speed", "exec", "exec-timeout" of a line: after such a line the
// engine could neither go on nor erase the device. A vty may have them.
TEST(Situation, S40_LineThatCutsTheBranch_IsRefusedBeforeAnythingIsTyped) {
    for (const std::string line :
         {"speed 115200", "no exec", "exec-timeout 0 1", "parity even", "flowcontrol hardware"}) {
        for (const bool indented : {true, false}) {
            virtual_runtime rt;
            router device(rt);
            field f(rt, device);
            const auto how =
                f.configure({"hostname R1", "line con 0", (indented ? " " : "") + line, "line vty 0 4", " login"});
            EXPECT_FALSE(how.configured) << line;
            EXPECT_EQ(how.code, errc::bad_input) << line;
            EXPECT_THAT(how.words, HasSubstr("topology.xml:12:7"));
            EXPECT_THAT(how.words, HasSubstr("the console would"));
            EXPECT_THAT(how.words, HasSubstr(line));
            EXPECT_THAT(device.configured, ElementsAre());
            EXPECT_EQ(device.executed, (std::vector<std::string>{"terminal length 0", "terminal width 511"}));
        }
    }
}

TEST(Situation, S40_SameLinesWhereTheyDoNoHarm_AreConfigured) {
    virtual_runtime rt;
    router device(rt);
    field f(rt, device);
    const std::vector<std::string> lines = {"username lab password lab-password",
                                            "aaa new-model",
                                            "line con 0",
                                            "exec-timeout 0 0",
                                            "login local",
                                            "line vty 0 4",
                                            "exec-timeout 0 1",
                                            "no exec",
                                            "line aux 0",
                                            "speed 115200",
                                            "interface FastEthernet0/0",
                                            "speed 100"};
    const auto how = f.configure(lines);
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(device.configured, lines);
}

// ser2net's "max-connections" and the console servers that share a port: characters of two people in one line.
TEST(Situation, S41_SomebodyElseTypesACharacter_LineIsTypedAgain) {
    virtual_runtime rt;
    router device(rt);
    bool once = true;
    device.after_echo = [&](const std::string& line) {
        if (line == "no s" && std::exchange(once, false)) {
            device.after(1ms, [&] { device.input('x'); });
        }
    };
    field f(rt, device);
    const auto how = f.configure({"interface FastEthernet0/0", "no shutdown"});
    EXPECT_EQ(how.words, "configured");
    EXPECT_THAT(device.configured, ElementsAre("interface FastEthernet0/0", "no shutdown"));
    EXPECT_EQ(f.gaps().repairs, 1U);
}

TEST(Situation, S41_SomebodyElseGoesOnTyping_IsReported) {
    virtual_runtime rt;
    router device(rt);
    std::function<void()> person = [&] {
        device.input('x');
        device.after(70ms, person);
    };
    device.on_configured = [&](const std::string& line) {
        if (line.starts_with("interface")) {
            device.after(100ms, person);
        }
    };
    field f(rt, device);
    const auto how = f.configure();
    EXPECT_FALSE(how.configured);
    EXPECT_THAT(how.words, HasSubstr("Enter was not pressed"));
    EXPECT_THAT(how.words, HasSubstr("somebody else types on this console"));
    EXPECT_THAT(device.configured, ElementsAre("hostname R1", "interface FastEthernet0/0"));
}

// Somebody presses Enter in our line, or leaves configuration mode between two of them.
TEST(Situation, S41_SomebodyElsePressesEnter_StopsAtOnce) {
    for (const std::string typed : {"\r",
                                    "\x15"
                                    "end\r",
                                    "\x15"
                                    "sh ip int br\r"}) {
        virtual_runtime rt;
        router device(rt);
        bool once = true;
        device.after_echo = [&](const std::string& line) {
            if (line == " ip address 10.0" && std::exchange(once, false)) {
                for (const char c : typed) {
                    device.input(c);
                }
            }
        };
        device.commands["ip address 10.0"] = [&] {
            device.say("% Incomplete command.\r\n\r\n");
            device.prompt();
        };
        device.commands["sh ip int br"] = [&] {
            device.reject();
            device.prompt();
        };
        field f(rt, device);
        const auto how = f.configure();
        EXPECT_FALSE(how.configured);
        EXPECT_EQ(how.code, errc::device_state);
        EXPECT_THAT(how.words, HasSubstr("topology.xml:12:7"));
        EXPECT_THAT(how.words, HasSubstr("user of the console"));
        EXPECT_THAT(device.configured, ElementsAre("hostname R1", "interface FastEthernet0/0"));
    }
}

// scrapli issue 31's neighbours and its decorators.py: on a timeout the socket is closed, and the console stays at
// "R1(config-if)#desc" for the next one. A stop clears the line, leaves configuration mode and puts paging back.
TEST(Situation, S45_CancelledInTheMiddle_LeavesAClearedLineAtHomeAndSaysSo) {
    for (duration after = 2400ms; after < 6s; after += 35ms) {
        virtual_runtime rt;
        router device(rt);
        field f(rt, device);
        const auto how = f.configure_cancelled(field::some_lines(), after);
        if (how.configured) {
            break;
        }
        EXPECT_EQ(how.code, errc::cancelled) << how.words;
        EXPECT_EQ(device.half_typed(), "") << after / 1ms;
        EXPECT_EQ(device.mode, "exec") << after / 1ms;
        EXPECT_EQ(device.executed.empty() ? "terminal length 24" : device.executed.back(), "terminal length 24");
        const auto all = field::some_configuration();
        const std::vector<std::string> whole_lines(
            all.begin(), all.begin() + std::min(std::ssize(device.configured), std::ssize(all)));
        EXPECT_EQ(device.configured, whole_lines);
        EXPECT_THAT(f.transcript(), HasSubstr("stopped in the middle"));
        EXPECT_THAT(f.transcript(), HasSubstr("left in state exec"));
        EXPECT_LT(how.taken, after + 13s);
    }
}

TEST(Situation, S45_CancelledWhileTheDeviceIsSilent_EndsInTimeAndSaysSo) {
    virtual_runtime rt;
    router device(rt);
    device.on_configured = [&](const std::string& line) {
        if (line.starts_with("interface")) {
            device.on_key = [](char) { return true; };  // it hangs from here on
        }
    };
    field f(rt, device);
    const auto how = f.configure_cancelled(field::some_lines(), 6s);
    EXPECT_FALSE(how.configured);
    EXPECT_THAT(f.transcript(), HasSubstr("stopped in the middle"));
    EXPECT_LT(how.taken, 19s);
}

// A stop during a reload: a key could stop the boot, so nothing is typed.
TEST(Situation, S45_CancelledDuringAReload_TypesNothing) {
    virtual_runtime rt;
    router device(rt);
    reload_script reload(device);
    field f(rt, device);
    const auto how = f.erase_cancelled(40s);
    EXPECT_EQ(how.code, errc::cancelled);
    EXPECT_EQ(reload.reloads, 1U);
    EXPECT_EQ(reload.keys_while_booting, "");
    EXPECT_THAT(f.transcript(), HasSubstr("stopped in the middle"));
    EXPECT_LT(how.taken, 45s);
}

}  // namespace
}  // namespace rollover::situations
