// Situations 5 to 9: what the one before has left on a console.
#include "tests/situations/field.h"
#include "tests/situations/host.h"
#include "tests/situations/router.h"

namespace rollover::situations {
namespace {

// ansible-junos-stdlib issue 180: a console left in configuration mode costs minutes, because every exec command fails.
TEST(Situation, S05_LeftInConfigurationMode_IsLeftFirst) {
    virtual_runtime rt;
    router device(rt);
    device.mode = "config-if";
    field f(rt, device);
    const auto how = f.configure();
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(device.configured, field::some_configuration());
    EXPECT_EQ(device.mode, "exec");
}

// IOS-XR asks about changes that are somebody else's when configuration mode is left: Unicon's patterns of iosxr
// ("Uncommitted changes found, commit them before exiting(yes/no/cancel)? [cancel]:"), netmiko_tools issue 26.
TEST(Situation, S05_UncommittedChangesOfSomebodyElse_AreReportedAndNeverCommitted) {
    virtual_runtime rt;
    router device(rt);
    device.mode = "config-if";
    std::vector<std::string> answers;
    device.commands["end"] = [&] {
        device.ask("Uncommitted changes found, commit them before exiting(yes/no/cancel)? [cancel]:",
                   [&](const std::string& answer) {
                       answers.push_back(answer);
                       device.prompt();
                   });
    };
    field f(rt, device);
    const auto how = f.configure();
    EXPECT_FALSE(how.configured);
    EXPECT_THAT(how.words, HasSubstr("Uncommitted changes found"));
    EXPECT_THAT(how.words, HasSubstr("nothing was answered"));
    EXPECT_THAT(answers, ElementsAre());
    EXPECT_LT(how.taken, 1min);
}

// Left behind by the one before: "descri" stands at R1(config-if)#, the first CR would enter it.
// Ctrl-U erases the line (Cisco, "Using the CLI", table of editing keys).
TEST(Situation, S06_HalfTypedLine_IsErasedAndNeverEntered) {
    virtual_runtime rt;
    router device(rt);
    for (const char c : std::string("write era")) {
        device.input(c);
    }
    field f(rt, device);
    const auto how = f.configure();
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(device.configured, field::some_configuration());
    EXPECT_THAT(device.executed, Not(::testing::Contains(HasSubstr("write"))));
}

// Cisco IOS Configuration Fundamentals, "--More-- prompt": Space, Return and q; Unicon's mock transcripts erase it with
// backspaces and blanks.
TEST(Situation, S07_LeftAtAPager_IsLeftAndConfigured) {
    virtual_runtime rt;
    router device(rt);
    bool paging = true;
    int pages = 0;
    const std::string wipe = std::string(9, '\b') + std::string(8, ' ') + std::string(9, '\b');
    device.on_key = [&](char c) {
        if (!paging) {
            return false;
        }
        device.say(wipe);
        if (c == 'q') {
            paging = false;
            device.prompt();
        } else {
            ++pages;
            device.say("interface FastEthernet0/" + std::to_string(pages) + "\r\n --More-- ");
        }
        return true;
    };
    field f(rt, device);
    const auto how = f.configure();
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(device.configured, field::some_configuration());
    EXPECT_LE(pages, 4) << "a page or two until it shows itself, not all of them";
}

// less(1): "lines 1-23", "(END)", q leaves; systemd's programs open it on their own.
TEST(Situation, S07_LeftInLess_IsLeftAndConfigured) {
    virtual_runtime rt;
    host device(rt);
    bool paging = true;
    device.on_key = [&](char c) {
        if (!paging) {
            return false;
        }
        if (c == 'q') {
            paging = false;
            device.say("\r\x1b[K");
            device.prompt();
        } else if (c == '\r' || c == ' ') {
            device.say("\r\x1b[K-- Logs begin at Mon 2024-01-01 --\r\n\x1b[7mlines 1-23\x1b[27m");
        } else {
            device.say("\a");
        }
        return true;
    };
    field_options options;
    options.platform = "linux";
    field f(rt, device, options);
    const auto how = f.configure({"ip link set dev eth0 up"});
    EXPECT_EQ(how.words, "configured");
    EXPECT_THAT(device.ran, ::testing::Contains("ip link set dev eth0 up"));
}

// Cisco IOS Scripting with TCL: tclsh, tclquit, the prompt "+>" of a command that is not complete.
TEST(Situation, S08_LeftInTclShell_IsLeftAndConfigured) {
    virtual_runtime rt;
    router device(rt);
    device.mode = "tcl";
    device.print_prompt = [&](const std::string& usual) { device.say(device.mode == "tcl" ? "+>(tcl)#" : usual); };
    device.commands["tclquit"] = [&] {
        device.mode = "exec";
        device.prompt();
    };
    field f(rt, device);
    const auto how = f.configure();
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(device.configured, field::some_configuration());
}

// Cisco Terminal Services Configuration Guide: a reverse Telnet session is suspended with Ctrl-^ x (0x1E, then x) only;
// the other end is dead and answers nothing.
TEST(Situation, S08_LeftInATelnetSession_IsSuspendedAndConfigured) {
    virtual_runtime rt;
    router device(rt);
    bool in_session = true;
    char before = 0;
    device.on_key = [&](char c) {
        if (!in_session) {
            return false;
        }
        if (before == '\x1e' && c == 'x') {
            in_session = false;
            device.say("\r\n");
            device.prompt();
        }
        before = c;
        return true;
    };
    field f(rt, device);
    const auto how = f.configure();
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(device.configured, field::some_configuration());
    EXPECT_LT(how.taken, 2min);
}

// POSIX.1-2017, Shell 2.5.3: PS2 is "> "; an interrupt (Ctrl-C) ends the input of an interactive shell.
TEST(Situation, S08_LeftInAnOpenQuote_IsLeftAndConfigured) {
    virtual_runtime rt;
    host device(rt);
    device.open_quote = true;
    field_options options;
    options.platform = "linux";
    field f(rt, device, options);
    const auto how = f.configure({"ip link set dev eth0 up"});
    EXPECT_EQ(how.words, "configured");
    EXPECT_THAT(device.ran, ::testing::Contains("ip link set dev eth0 up"));
}

// vi takes everything for its own: the operator has to be told what stands there.
TEST(Situation, S08_LeftInAnEditor_IsReported) {
    virtual_runtime rt;
    host device(rt);
    device.on_key = [&](char c) {
        device.say(c == '\x03' ? "\x1b[24;1HType  :qa!  and press <Enter> to abandon all changes and exit Vim" : "\a");
        return true;
    };
    field_options options;
    options.platform = "linux";
    field f(rt, device, options);
    const auto how = f.configure({"ip link set dev eth0 up"});
    EXPECT_FALSE(how.configured);
    EXPECT_THAT(how.words, HasSubstr("exit Vim"));
    EXPECT_THAT(how.words, HasSubstr("by hand"));
    EXPECT_LT(how.taken, 2min);
}

/// Says a line again and again, faster than the line carries it.
void flood(router& device, bool& flooding, const std::string& text) {
    if (flooding) {
        device.say(text);
        device.after(40ms, [&device, &flooding, text] { flood(device, flooding, text); });
    }
}

// Cisco Debug Command Reference: output of "debug ip packet" may make a console useless; "undebug all" typed blindly
// ends it.
TEST(Situation, S09_LeftInDebugAll_IsSilencedAndConfigured) {
    virtual_runtime rt;
    router device(rt);
    bool flooding = true;
    device.commands["undebug all"] = [&] {
        flooding = false;
        device.say("All possible debugging has been turned off\r\n");
        device.prompt();
    };
    field f(rt, device);
    flood(device, flooding, "*Mar  1 00:02:11.123: IP: s=10.0.0.1 (local), d=10.0.0.2, len 100\r\n");
    const auto how = f.configure();
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(device.configured, field::some_configuration());
    EXPECT_LT(how.taken, 5min);
}

// Cisco, "Using the Extended ping Command": Ctrl-^ or Ctrl-C aborts a ping; on Linux Ctrl-C.
TEST(Situation, S09_OutputThatNothingStops_IsReported) {
    virtual_runtime rt;
    router device(rt);
    bool flooding = true;
    field f(rt, device);
    flood(device, flooding, "!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!");
    const auto how = f.configure();
    EXPECT_FALSE(how.configured);
    EXPECT_THAT(how.words, HasSubstr("does not stop talking"));
    EXPECT_THAT(how.words, HasSubstr("!!!!!"));
    EXPECT_THAT(how.words, HasSubstr("stop"));
    EXPECT_LT(how.taken, 10min);
}

}  // namespace
}  // namespace rollover::situations
