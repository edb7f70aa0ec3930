// Situations 1 to 4: what a console shows, or does not show, when somebody comes.
#include "tests/situations/field.h"
#include "tests/situations/router.h"

namespace rollover::situations {
namespace {

// labgrid pull request 176: a key that is pressed blindly stops an autoboot ("Hit any key to stop autoboot").
// The countdown and what follows: U-Boot's common/autoboot.c (abortboot_single_key), Linux, agetty.
TEST(Situation, S01_SilentOnConnect_IsWokenOnlyAfterASilence) {
    virtual_runtime rt;
    {
        // The last prompt was printed days ago.
        router device(rt);
        time_point first_key = never;
        device.on_key = [&](char) {
            first_key = std::min(first_key, rt.now());
            return false;
        };
        field f(rt, device);
        const auto how = f.configure();
        EXPECT_EQ(how.words, "configured");
        EXPECT_EQ(device.configured, field::some_configuration());
        EXPECT_GE(first_key, time_point(2s));
    }
    {
        router device(rt);
        bool in_boot_loader = true;
        device.mode.clear();
        device.on_key = [&](char) {
            EXPECT_FALSE(in_boot_loader) << "the boot was stopped";
            return in_boot_loader;
        };
        device.say_after(1s, "\r\nHit any key to stop autoboot:  3 ");
        for (int left = 2; left >= 0; --left) {
            device.say_after(1s * (4 - left), "\b\b\b " + std::to_string(left) + " ");
        }
        device.after(5s, [&] {
            in_boot_loader = false;
            device.say("\r\nStarting kernel ...\r\n\r\n");
            device.say_after(1s, "\r\nR1#");
            device.mode = "exec";
        });
        field f(rt, device);
        const auto how = f.configure();
        EXPECT_EQ(how.words, "configured");
        EXPECT_EQ(device.configured, field::some_configuration());
    }
}

// netmiko issue 315: only a CR wakes "Press RETURN". Unicon's mock transcript of IOS
// (mock_data/ios/ios_mock_reload.yaml, press_return_followed_by_console_log): log lines come instead of an answer, and
// one stands behind the first prompt.
TEST(Situation, S02_PressReturnSwallowsTheFirstOne_IsPressedAgain) {
    virtual_runtime rt;
    router device(rt);
    device.mode.clear();
    device.enable_password = "enable-password";
    int returns = 0;
    device.commands[""] = [&] {
        if (++returns > 1) {
            device.commands.clear();
            device.mode = "user";
            device.prompt();
            return;
        }
        device.say("*Sep 18 10:36:12.751: %CTS-6-ENV_DATA_START_STATE: Environment Data Download in start state\r\n");
        device.say_after(700ms, "*Sep 18 10:36:13.959: %LINK-3-UPDOWN: Interface Ethernet0/0, changed state to up\r\n");
        device.say_after(1400ms,
                         "*Sep 18 10:36:14.536: %LINK-3-UPDOWN: Interface Ethernet0/1, changed state to up\r\n");
    };
    device.say_after(100ms, "\r\n\r\nPress RETURN to get started!\r\n\r\n");
    field f(rt, device);
    const auto how = f.configure();
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(device.configured, field::some_configuration());
    EXPECT_EQ(device.keys.find('\n'), std::string::npos) << "LF is no RETURN";
    EXPECT_LT(how.taken, 60s);
}

// Cisco IOS Configuration Fundamentals, "Using Setup": the dialog; Unicon's mock transcript ios_mock_reload.yaml
// (reload_data) and its patterns of the autoinstall question (plugins/generic/service_patterns.py).
TEST(Situation, S03_SetupDialog_IsDeclined) {
    virtual_runtime rt;
    router device(rt);
    device.mode.clear();
    std::vector<std::string> answers;
    const std::string question = "Would you like to enter the initial configuration dialog? [yes/no]: ";
    std::function<void(const std::string&)> autoinstall = [&](const std::string& answer) {
        answers.push_back(answer);
        device.say("\r\n\r\nPress RETURN to get started!\r\n\r\n");
    };
    std::function<void(const std::string&)> dialog = [&](const std::string& answer) {
        answers.push_back(answer);
        if (answer == "no") {
            device.ask("\r\nWould you like to terminate autoinstall? [yes]: ", autoinstall);
        } else {
            device.say("% Please answer 'yes' or 'no'.\r\n");
            device.ask(question, dialog);
        }
    };
    // It was asked long ago: only the empty line is seen.
    device.ask("\r\n         --- System Configuration Dialog ---\r\n\r\n" + question, dialog);
    field f(rt, device);
    const auto how = f.configure();
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(device.configured, field::some_configuration());
    EXPECT_THAT(answers, ::testing::AllOf(::testing::Contains("no"), ::testing::Not(::testing::Contains("y"))));
    EXPECT_THAT(answers, ::testing::Each(::testing::AnyOf("", "no", "yes")));
}

/// The setup of IOS-XE that does not end without a secret: Unicon's mock transcript
/// mock_data/iosxe/iosxe_mock_data.yaml (enter_enable_secret, confirm_enable_secret, enter_selection).
struct secret_setup {
    explicit secret_setup(router& d) : device(d) {}

    void enter() {
        device.ask(
            "  Enter enable secret: ",
            [this](const std::string& typed) {
                entered.push_back(typed);
                if (typed.size() < 10) {
                    device.say(typed.empty() ? "Please enter a secret\r\n" : "%Password validation failed\r\n");
                    enter();
                } else {
                    confirm();
                }
            },
            false);
    }
    void confirm() {
        device.ask(
            "  Confirm enable secret: ",
            [this](const std::string&) {
                device.say(
                    "\r\nThe following configuration command script was created:\r\n\r\nenable secret 9 $9$x\r\n"
                    "!\r\nend\r\n\r\n\r\n[0] Go to the IOS command prompt without saving this config.\r\n"
                    "[1] Return back to the setup without saving this config.\r\n"
                    "[2] Save this configuration to nvram and exit.\r\n\r\n");
                select();
            },
            false);
    }
    void select() {
        device.ask("Enter your selection [2]: ", [this](const std::string& typed) {
            selected.push_back(typed);
            device.say("\r\n\r\nPress RETURN to get started!\r\n\r\n");
        });
    }

    router& device;
    std::vector<std::string> entered;
    std::vector<std::string> selected;
};

TEST(Situation, S04_SetupInsistsOnASecret_GetsTheLabsOneAndSavesNothing) {
    virtual_runtime rt;
    router device(rt);
    device.mode.clear();
    secret_setup setup(device);
    setup.enter();
    field_options options;
    options.enable_password = "Secret12345!";
    field f(rt, device, options);
    const auto how = f.configure();
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(device.configured, field::some_configuration());
    EXPECT_THAT(setup.selected, ElementsAre("0")) << "the setup must not be saved";
}

TEST(Situation, S04_SetupRefusesTheSecret_IsReported) {
    virtual_runtime rt;
    router device(rt);
    device.mode.clear();
    secret_setup setup(device);
    setup.enter();
    field_options options;
    options.enable_password = "short";
    field f(rt, device, options);
    const auto how = f.configure();
    EXPECT_FALSE(how.configured);
    EXPECT_THAT(how.words, HasSubstr("%Password validation failed"));
    EXPECT_THAT(how.words, HasSubstr("credentials"));
    EXPECT_EQ(how.words.find("short"), std::string::npos) << "a secret";
    EXPECT_LE(std::count(setup.entered.begin(), setup.entered.end(), "short"), 2);
    EXPECT_LT(how.taken, 3min);
}

}  // namespace
}  // namespace rollover::situations
