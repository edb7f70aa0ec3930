#include "console_bench.h"

#include <gtest/gtest.h>

namespace rollover::sim {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

constexpr auto dialog = "Would you like to enter the initial configuration dialog? [yes/no]: ";
constexpr auto press_return = "Press RETURN to get started!\r\n\r\n\r\n";

TEST(RouterDialog, PowerOnWithEmptyNvram_BootsIntoTheInitialDialog) {
    device_options options = quiet();
    options.booted = false;
    console_bench r("cisco-ios", options);
    r.type("\r\r");
    EXPECT_EQ(r.seen, "") << "no power yet";
    r.dev().power_on();
    r.pass(200s);
    EXPECT_THAT(r.seen, HasSubstr("System Bootstrap, Version 12.4"));
    EXPECT_THAT(r.seen, HasSubstr("Self decompressing the image : ####"));
    EXPECT_THAT(r.seen, HasSubstr("Restricted Rights Legend\r\n"));
    EXPECT_THAT(r.seen, HasSubstr("--- System Configuration Dialog ---\r\n"));
    EXPECT_THAT(r.seen, EndsWith(dialog));
    EXPECT_TRUE(r.dev().is_clean());
}

TEST(RouterDialog, SlowBoot_TakesThatManyTimesLonger) {
    device_options options = quiet();
    options.booted = false;
    options.boot_factor = 10;
    console_bench r("cisco-ios", options);
    r.dev().power_on();
    r.pass(300s);
    EXPECT_THAT(r.seen, Not(HasSubstr(dialog)));
    r.pass(400s);
    EXPECT_THAT(r.seen, EndsWith(dialog));
}

TEST(RouterDialog, WrongAnswer_IsAskedAgain) {
    console_bench r("cisco-ios", quiet());
    EXPECT_EQ(r.command(""), std::string("\r\n% Please answer 'yes' or 'no'.\r\n") + dialog);
    EXPECT_EQ(r.command("maybe"), std::string("maybe\r\n% Please answer 'yes' or 'no'.\r\n") + dialog);
    EXPECT_THAT(r.command("no"), EndsWith("Would you like to terminate autoinstall? [yes]: "));
    EXPECT_THAT(r.command("", 10s), EndsWith(press_return));
    r.type("junk\n");
    EXPECT_THAT(r.seen, EndsWith(press_return)) << "only RETURN counts";
    EXPECT_THAT(r.command(""), EndsWith("\r\nRouter>"));
}

TEST(RouterDialog, ControlC_LeavesTheDialog) {
    console_bench r("cisco-ios", quiet());
    r.type("yes\r");
    EXPECT_THAT(r.seen, EndsWith("Would you like to enter basic management setup? [yes/no]: "));
    r.type("\x03");
    EXPECT_THAT(r.seen, EndsWith(press_return));
}

TEST(RouterDialog, ManagementSetup_InsistsOnASecretAndSaves) {
    console_bench r("cisco-ios", quiet());
    r.type("yes\ryes\rEDGE\r\r", 10ms, 1s);
    EXPECT_THAT(r.seen, HasSubstr("% No defaulting allowed"));
    r.type("s3cret\r");
    EXPECT_THAT(r.seen, EndsWith("Enter your selection [2]: "));
    r.type("\r", 10ms, 5s);
    EXPECT_THAT(r.dev().startup_configuration(),
                AllOf(HasSubstr("hostname EDGE\n"), HasSubstr("\nenable secret 5 $1$")));
    EXPECT_FALSE(r.dev().is_clean());
}

TEST(RouterDialog, ConsoleWithUserAndPassword_LetsOnlyTheRightOneIn) {
    device_options options = quiet();
    options.found_in = "login";
    options.user = "ann";
    options.password = "pw";
    console_bench r("cisco-ios", options);
    EXPECT_EQ(r.seen, "");
    EXPECT_THAT(r.command(""), EndsWith("User Access Verification\r\n\r\nUsername: "));
    EXPECT_EQ(r.command("ann"), "ann\r\nPassword: ");
    EXPECT_EQ(r.command("wrong"), "\r\n% Login invalid\r\n\r\nUsername: ") << "a password is not echoed";
    r.command("ann");
    EXPECT_THAT(r.command("pw"), EndsWith("Router#"));
}

TEST(RouterDialog, ThreeWrongPasswords_CloseTheSession) {
    device_options options = quiet();
    options.found_in = "login";
    options.password = "pw";
    console_bench r("cisco-ios", options);
    EXPECT_THAT(r.command(""), EndsWith("Password: "));
    r.command("a");
    r.command("b");
    const std::string last = r.command("c");
    EXPECT_THAT(last, HasSubstr("% Bad passwords"));
    EXPECT_THAT(last, HasSubstr("Router con0 is now available"));
    EXPECT_THAT(last, HasSubstr("Press RETURN to get started.\r\n"));
    EXPECT_THAT(r.command(""), EndsWith("Password: "));
    EXPECT_THAT(r.command("pw"), EndsWith("Router>"));
}

TEST(RouterDialog, EnableSecret_IsAskedThreeTimesWithoutEcho) {
    enabled_router r(quiet());
    r.type("configure terminal\renable secret s3cret\rend\rdisable\r", 10ms, 2s);
    EXPECT_THAT(r.command("enable"), EndsWith("Password: "));
    EXPECT_EQ(r.command("x"), "\r\nPassword: ");
    r.command("y");
    EXPECT_EQ(r.command("z"), "\r\n% Bad secrets\r\n\r\nRouter>");
    r.command("enable");
    EXPECT_EQ(r.command("s3cret"), "\r\nRouter#");
}

TEST(RouterDialog, EraseAndReload_EndsCleanInTheDialog) {
    enabled_router r(quiet());
    r.type("conf t\rhostname R7\rend\r", 10ms, 2s);
    EXPECT_THAT(r.command("write memory", 5s), HasSubstr("Building configuration...\r\n[OK]\r\nR7#"));
    EXPECT_THAT(r.dev().startup_configuration(), HasSubstr("hostname R7"));
    EXPECT_THAT(r.command("write erase"),
                EndsWith("Erasing the nvram filesystem will remove all configuration files! Continue? [confirm]"));
    r.type("\r", 10ms, 5s);
    EXPECT_THAT(r.seen, EndsWith("[OK]\r\nErase of nvram: complete\r\nR7#"));
    EXPECT_THAT(r.command("reload"), EndsWith("System configuration has been modified. Save? [yes/no]: "));
    EXPECT_THAT(r.command("perhaps"), HasSubstr("% Please answer 'yes' or 'no'."));
    EXPECT_THAT(r.command("no"), EndsWith("Proceed with reload? [confirm]"));
    r.type("y", 10ms, 200s);
    EXPECT_THAT(r.seen, HasSubstr("System Bootstrap"));
    EXPECT_THAT(r.seen, EndsWith(dialog));
    EXPECT_TRUE(r.dev().is_clean());
}

TEST(RouterDialog, SavingBeforeReload_BringsTheConfigurationBack) {
    enabled_router r(quiet());
    r.type("conf t\rhostname R7\rend\rwrite erase\r", 10ms, 1s);
    r.type("\r", 10ms, 5s);
    r.type("reload\r");
    r.type("yes\r", 10ms, 5s);
    EXPECT_THAT(r.seen, EndsWith("[OK]\r\nProceed with reload? [confirm]"));
    r.type("\r", 10ms, 200s);
    EXPECT_THAT(r.seen, EndsWith(press_return));
    EXPECT_THAT(r.command(""), EndsWith("R7>"));
    EXPECT_FALSE(r.dev().is_clean());
}

TEST(RouterDialog, AnyOtherKeyThanYes_StopsAnErase) {
    enabled_router r(quiet());
    r.type("wr\r", 10ms, 5s);
    r.type("write erase\r");
    r.type("n");
    EXPECT_THAT(r.seen, EndsWith("Router#"));
    EXPECT_NE(r.dev().startup_configuration(), "");
}

TEST(RouterDialog, BreakWhileBooting_EndsInRommon) {
    device_options options = quiet();
    options.booted = false;
    console_bench r("cisco-ios", options);
    r.dev().power_on();
    r.pass(8s);
    r.port.send_break(500ms);
    r.pass(2s);
    EXPECT_THAT(r.seen, EndsWith("rommon 1 > "));
    EXPECT_THAT(r.command("bogus"), EndsWith("monitor: command \"bogus\" not found\r\nrommon 2 > "));
    r.command("reset", 200s);
    EXPECT_THAT(r.seen, EndsWith(dialog));
}

TEST(RouterDialog, LeftByTheLastUser_IsSilentAndInThatState) {
    const auto found = [](const char* state) {
        device_options options = quiet();
        options.found_in = state;
        return options;
    };
    console_bench config("cisco-ios", found("config"));
    EXPECT_EQ(config.command(""), "\r\nR99(config-if)#");
    console_bench half("cisco-ios", found("half-typed"));
    EXPECT_THAT(half.command(""), HasSubstr("% Invalid input detected"));
    console_bench pager("cisco-ios", found("pager"));
    pager.type("q");
    EXPECT_EQ(pager.seen, "\b\b\b\b\b\b\b\b\b        \b\b\b\b\b\b\b\b\bR99#");
    console_bench user_mode("cisco-ios", found("exec"));
    EXPECT_EQ(user_mode.command(""), "\r\nR99>");
    EXPECT_FALSE(user_mode.dev().is_clean());
    console_bench fresh("cisco-ios", found(""));
    EXPECT_TRUE(fresh.dev().is_clean());
}

}  // namespace
}  // namespace rollover::sim
