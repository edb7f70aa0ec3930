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

}  // namespace
}  // namespace rollover::situations
