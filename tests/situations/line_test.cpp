// Situations 26 to 33: the line between the converter and the device.
#include "tests/situations/field.h"
#include "tests/situations/host.h"
#include "tests/situations/reload.h"
#include "tests/situations/router.h"

namespace rollover::situations {
namespace {

using ::testing::AnyOf;
using ::testing::Each;

// kernelci-core issue 366 ("ttyS0: 1 input overrun(s)" in the middle of a command), labgrid issue 1749 ("dmesg" arrives
// as "mesg"): characters get lost, and what is entered then is another command.
TEST(Situation, S26_LostCharacters_AreSeenBeforeEnterAndTypedAgain) {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
        virtual_runtime rt;
        router device(rt);
        field f(rt, device);
        f.port().lose(0.02, seed);
        const auto how = f.configure();
        EXPECT_EQ(how.words, "configured");
        EXPECT_EQ(device.configured, field::some_configuration());
        EXPECT_THAT(device.executed, Each(AnyOf("terminal length 0", "terminal width 511", "configure terminal")))
            << "a damaged command was entered";
        EXPECT_GE(f.gaps().repairs, 1U);
    }
}

// labgrid issue 1749 once more: it is the first character of a line that gets lost, while the device still prints.
TEST(Situation, S26_FirstCharacterOfALineIsLost_IsTypedAgain) {
    virtual_runtime rt;
    router device(rt);
    std::size_t lines = 0;
    device.on_key = [&](char) {
        if (device.half_typed().empty() && device.taken.size() > lines) {
            lines = device.taken.size();
            return true;
        }
        return false;
    };
    field f(rt, device);
    const auto how = f.configure();
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(device.configured, field::some_configuration());
    EXPECT_THAT(device.executed, Each(AnyOf("terminal length 0", "terminal width 511", "configure terminal")));
    EXPECT_GE(f.gaps().repairs, 4U);
}

// The same with a processor that needs longer for each character than the line: a FIFO of one overruns all the time.
TEST(Situation, S26_DeviceIsSlowerThanTheLine_IsTypedAtItsPace) {
    virtual_runtime rt;
    router device(rt);
    field_options options;
    options.uart.fifo = 1;
    options.uart.service_time = 18ms;
    field f(rt, device, options);
    const auto how = f.configure();
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(device.configured, field::some_configuration());
    EXPECT_GE(f.gaps().repairs, 1U);
    EXPECT_GT(f.gaps().learned, 0ms) << "the next visit begins slower";
}

TEST(Situation, S26_CharactersAreLostWhateverIsDone_IsReportedAndNothingWrongIsEntered) {
    virtual_runtime rt;
    router device(rt);
    device.on_key = [&](char c) { return c == 'p' && device.configuring(); };
    field f(rt, device);
    const auto how = f.configure();
    EXPECT_FALSE(how.configured);
    EXPECT_EQ(how.code, errc::device_differs);
    EXPECT_THAT(how.words, HasSubstr("topology.xml:12:7"));
    EXPECT_THAT(how.words, HasSubstr("Enter was not pressed"));
    EXPECT_THAT(how.words, HasSubstr("char-delay"));
    EXPECT_THAT(device.configured, ElementsAre("hostname R1", "interface FastEthernet0/0"));
}

// labgrid issue 27: agetty prints its prompt and then flushes what has been typed ("root" arrives as "orot"); login(1)
// flushes before it reads the password (tcflush in util-linux' login.c).
TEST(Situation, S27_TypeAheadIsFlushedAtAModeChange_NothingIsTypedBeforeTheQuestion) {
    virtual_runtime rt;
    host device(rt);
    device.logged_in = false;
    time_point asked = never;
    duration earliest = 1h;
    bool question = false;
    device.on_key = [&](char c) {
        if (question && c >= ' ') {
            question = false;
            earliest = std::min(earliest, rt.now() - asked);
        }
        return rt.now() < asked + 250ms && asked != never;  // flushed
    };
    const auto flush = [&] {
        asked = rt.now();
        question = true;
    };
    std::vector<std::string> names;
    std::vector<std::string> passwords;
    std::function<void()> ask_name = [&] {
        flush();
        device.ask("h1 login: ", [&](const std::string& name) {
            if (name.empty()) {
                ask_name();
                return;
            }
            names.push_back(name);
            // What is typed before the question is lost too.
            asked = rt.now();
            device.after(400ms, [&] {
                flush();
                device.ask(
                    "Password: ",
                    [&](const std::string& password) {
                        passwords.push_back(password);
                        device.logged_in = true;
                        device.prompt();
                    },
                    false);
            });
        });
    };
    device.after(1ms, ask_name);
    field_options options;
    options.platform = "linux";
    field f(rt, device, options);
    const auto how = f.configure({"ip link set dev eth0 up"});
    EXPECT_EQ(how.words, "configured");
    EXPECT_THAT(device.ran, ::testing::Contains("ip link set dev eth0 up"));
    EXPECT_THAT(names, ElementsAre("lab"));
    EXPECT_THAT(passwords, ElementsAre("lab-password"));
    EXPECT_GE(earliest, 250ms);
}

// Cisco, "Configuring the console line speed" (rommon's confreg, the command "speed"): a device at another speed than
// its line. The converter is asked through RFC 2217, SET-BAUDRATE, for the usual speeds.
TEST(Situation, S28_WrongLineSpeed_IsFoundThroughRfc2217AndSaid) {
    for (const std::uint32_t baud : {115200U, 38400U, 19200U, 57600U, 1200U}) {
        virtual_runtime rt;
        router device(rt);
        field_options options;
        options.spoken = transport::protocol::rfc2217;
        options.served = model::line_protocol::rfc2217;
        options.uart.baud = baud;
        field f(rt, device, options);
        const auto how = f.configure();
        EXPECT_EQ(how.words, "configured") << baud;
        EXPECT_EQ(device.configured, field::some_configuration()) << baud;
        EXPECT_EQ(f.line().baud(), baud);
        EXPECT_THAT(f.log(), ::testing::Contains(HasSubstr("talks at " + std::to_string(baud) + " baud")));
        EXPECT_THAT(device.executed, Each(AnyOf("terminal length 0", "terminal width 511", "configure terminal")));
        EXPECT_LT(how.taken, 3min);
    }
}

// RFC 2217, NOTIFY-LINESTATE bit 3: the converter itself says that characters do not fit.
TEST(Situation, S28_FramingErrorsAreNotified_IsSaidAndNoKeyIsWastedAtThatSpeed) {
    virtual_runtime rt;
    router device(rt);
    field_options options;
    options.spoken = transport::protocol::rfc2217;
    options.served = model::line_protocol::rfc2217;
    options.uart.baud = 19200;
    field f(rt, device, options);
    device.say_after(1s, "\r\nR1#");
    const auto how = f.configure();
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(device.configured, field::some_configuration());
    EXPECT_THAT(f.log(), ::testing::Contains(HasSubstr("framing error")));
    EXPECT_LT(how.taken, 45s);
}

TEST(Situation, S28_WrongLineSpeedThatNothingCanChange_IsReportedWithTheSpeedsToTry) {
    virtual_runtime rt;
    router device(rt);
    field_options options;
    options.uart.baud = 19200;
    field f(rt, device, options);
    std::function<void()> talk = [&] {
        device.say("*Mar  1 00:02:11.123: %LINK-3-UPDOWN: Interface FastEthernet0/0, changed state to up\r\n");
        device.after(5s, talk);
    };
    device.after(1s, talk);
    const auto how = f.configure();
    EXPECT_FALSE(how.configured);
    EXPECT_THAT(how.words, HasSubstr("is no text"));
    EXPECT_THAT(how.words, HasSubstr("115200"));
    EXPECT_THAT(device.executed, ElementsAre());
    EXPECT_THAT(device.configured, ElementsAre());
    EXPECT_LT(how.taken, 2min);
}

// Cisco, "Standard Break Key Sequence Combinations During Password Recovery" (document 12818): BREAK in the first 60
// seconds leads to rommon; RFC 2217 SET-CONTROL 5 and 6, or Telnet's IAC BRK.
class monitor {
public:
    explicit monitor(router& d) : device_(d) {
        d.on_break = [this] {
            device_.say("\r\n*** System received an abort due to Break Key ***\r\n\r\n");
            device_.mode = "rommon";
            prompt();
        };
        d.print_prompt = [this](const std::string& usual) { device_.say(device_.mode == "rommon" ? "" : usual); };
        d.commands[""] = [this] { device_.mode == "rommon" ? prompt() : device_.prompt(); };
        d.commands["boot"] = [this] {
            ++boots;
            if (has_image) {
                device_.say("program load complete, entry point: 0x8000f000, size: 0xcb80\r\n");
                device_.after(60s, [this] {
                    device_.mode = "user";
                    device_.say("\r\n\r\nPress RETURN to get started!\r\n\r\n");
                });
            } else {
                device_.say("boot: cannot determine first file name on device \"flash:\"\r\n");
                prompt();
            }
        };
    }
    bool has_image = true;
    unsigned boots = 0;

private:
    void prompt() { device_.say("rommon " + std::to_string(++line_) + " >"); }
    router& device_;
    int line_ = 0;
};

TEST(Situation, S29_BreakDuringTheBoot_LeadsToTheBootMonitorWhichIsLeft) {
    for (const auto spoken : {transport::protocol::rfc2217, transport::protocol::telnet}) {
        virtual_runtime rt;
        router device(rt);
        const monitor rommon(device);
        field_options options;
        options.spoken = spoken;
        options.served =
            spoken == transport::protocol::telnet ? model::line_protocol::telnet : model::line_protocol::rfc2217;
        field f(rt, device, options);
        const auto how = f.send_break();
        EXPECT_EQ(how.words, "configured");
        EXPECT_EQ(f.port().counters().breaks, 1U);
        EXPECT_EQ(rommon.boots, 1U);
    }
}

TEST(Situation, S29_BootMonitorWithoutAnImage_SaysWhatToDo) {
    virtual_runtime rt;
    router device(rt);
    monitor rommon(device);
    rommon.has_image = false;
    field_options options;
    options.spoken = transport::protocol::telnet;
    options.served = model::line_protocol::telnet;
    field f(rt, device, options);
    const auto how = f.send_break();
    EXPECT_FALSE(how.configured);
    EXPECT_THAT(how.words, HasSubstr("state rommon"));
    EXPECT_THAT(how.words, HasSubstr("cannot determine first file name"));
    EXPECT_THAT(how.words, HasSubstr("look at flash:"));
    EXPECT_LT(how.taken, 2min);
}

TEST(Situation, S29_BreakOnARawLine_IsRefusedWithTheProtocolsThatCan) {
    virtual_runtime rt;
    router device(rt);
    field f(rt, device);
    const auto how = f.send_break();
    EXPECT_FALSE(how.configured);
    EXPECT_EQ(how.code, errc::unsupported);
    EXPECT_THAT(how.words, HasSubstr("rfc2217://"));
    EXPECT_EQ(device.keys, "");
}

// Cisco Nexus and Arista guides, U-Boot's common/autoboot.c: a key in the window stops the boot, and the window may be
// silent. During the reload of an erase, as in any boot, none is pressed.
TEST(Situation, S29_WindowsOfTheBoot_AreLetPass) {
    virtual_runtime rt;
    router device(rt);
    reload_script reload(device);
    reload.boot = [&] {
        device.say_after(1s, "\r\nSystem Bootstrap, Version 12.4(13r)T, RELEASE SOFTWARE (fc1)\r\n\r\n");
        device.say_after(2s, "Preparing to autoboot. [Press Ctrl-C to interrupt]  5");
        for (int left = 4; left >= 0; --left) {
            device.say_after(2s + 1s * (5 - left), "\b" + std::to_string(left));
        }
        device.say_after(8s, "\r\nHit [Enter] to boot immediately, or space bar for command prompt.");
        device.say_after(28s, "\r\nSelf decompressing the image : #####");
        device.say_after(50s, "##### [OK]\r\n");
        device.after(70s, [&] { reload.booted(); });
    };
    field f(rt, device);
    const auto how = f.erase();
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(reload.keys_while_booting, "");
}

/// XON and XOFF at a device: what it prints waits, as in a UART driver with software flow control (termios(3), IXON).
struct flow_control {
    flow_control(router& d, field& f) {
        const auto print = f.port().printer();
        d.wire([this, print](std::string_view text) {
            if (frozen) {
                held += text;
            } else {
                print(text);
            }
        });
        d.on_key = [this, print](char c) {
            if (c == '\x13') {
                frozen = true;
            } else if (c == '\x11') {
                frozen = false;
                print(std::exchange(held, {}));
            }
            return c == '\x13' || c == '\x11';
        };
    }
    bool frozen = false;
    std::string held;
};

// onie issue 387, unicon.plugins/iosxr (its wake keys hold 0x11): a stray XOFF freezes a console for ever.
TEST(Situation, S30_ConsoleWasFrozenByXoff_IsReleasedAndConfigured) {
    virtual_runtime rt;
    router device(rt);
    field f(rt, device);
    flow_control flow(device, f);
    flow.frozen = true;
    const auto how = f.configure();
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(device.configured, field::some_configuration());
    EXPECT_LT(how.taken, 1min);
}

// The same in the middle of a line, and behind an Enter.
TEST(Situation, S30_ConsoleIsFrozenInTheMiddle_IsReleasedAndConfigured) {
    for (const std::string at : {"in", "interface FastEthernet0/", "interface FastEthernet0/0"}) {
        virtual_runtime rt;
        router device(rt);
        field f(rt, device);
        flow_control flow(device, f);
        bool once = true;
        device.after_echo = [&](const std::string& line) {
            if (line == at && std::exchange(once, false)) {
                flow.frozen = true;
            }
        };
        device.on_configured = [&](const std::string& line) {
            if (line == "no shutdown") {
                flow.frozen = true;
            }
        };
        const auto how = f.configure();
        EXPECT_EQ(how.words, "configured") << at;
        EXPECT_EQ(device.configured, field::some_configuration()) << at;
    }
}

TEST(Situation, S30_ConfigurationWithFlowControlCharacters_IsRefused) {
    const auto how = shipped_platform("cisco-ios");
    EXPECT_THAT(platform::check_line(*how, "description a\x11").value_or("taken"), HasSubstr("{^Q}"));
    EXPECT_THAT(platform::check_line(*how, "description a\x13").value_or("taken"), HasSubstr("{^S}"));
}

// ser2net issue 71's neighbour 85 and RFC 854: a Telnet server opens with IAC WILL ECHO (FF FB 01 FF FB 03 FF FD 18).
TEST(Situation, S31_TelnetServerOnALineThatTheLabCallsRaw_IsReported) {
    virtual_runtime rt;
    router device(rt);
    field_options options;
    options.served = model::line_protocol::telnet;
    field f(rt, device, options);
    const auto how = f.configure();
    EXPECT_FALSE(how.configured);
    EXPECT_EQ(how.at, "open");
    EXPECT_THAT(how.words, HasSubstr("the converter speaks Telnet on this port"));
    EXPECT_THAT(how.words, HasSubstr("telnet"));
    EXPECT_EQ(device.keys, "") << "nothing is typed";
}

// py-junos-netconify issue 44: our negotiation reaches the device as characters, and its echo looks like an answer.
TEST(Situation, S31_RawPortThatTheLabCallsTelnet_IsReported) {
    for (const auto spoken : {transport::protocol::telnet, transport::protocol::rfc2217}) {
        virtual_runtime rt;
        router device(rt);
        field_options options;
        options.spoken = spoken;
        field f(rt, device, options);
        const auto how = f.configure();
        EXPECT_FALSE(how.configured);
        EXPECT_EQ(how.at, "open");
        EXPECT_THAT(how.words, HasSubstr("raw"));
        EXPECT_THAT(device.executed, Each(Not(::testing::ContainsRegex("[a-z]")))) << "more than the negotiation";
        EXPECT_THAT(device.configured, ElementsAre());
    }
}

// RFC 2217, section 2: a server that refuses COM-PORT-OPTION cannot change the speed of the line.
TEST(Situation, S31_TelnetPortThatTheLabCallsRfc2217_IsReported) {
    virtual_runtime rt;
    router device(rt);
    field_options options;
    options.spoken = transport::protocol::rfc2217;
    options.served = model::line_protocol::telnet;
    field f(rt, device, options);
    const auto how = f.configure();
    EXPECT_FALSE(how.configured);
    EXPECT_THAT(how.words, HasSubstr("refuses RFC 2217"));
    EXPECT_THAT(how.words, HasSubstr("telnet://"));
    EXPECT_EQ(device.keys, "");
}

/// Somebody else's connection to the line.
struct other_client final : sim::serial_client {
    void print(std::string_view) override {}
    void hang_up() override {}
};

// ser2net 4.3 ("Port already in use"), Cisco's "% Connection refused by remote host": the line is waited for.
TEST(Situation, S32_LineIsBusyForAWhile_IsWaitedForAndConfigured) {
    virtual_runtime rt;
    router device(rt);
    field f(rt, device);
    other_client somebody;
    EXPECT_TRUE(f.line().attach(somebody));
    device.after(12s, [&] { f.line().detach(somebody); });
    const auto how = f.configure();
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(device.configured, field::some_configuration());
    EXPECT_LT(how.taken, 1min);
}

TEST(Situation, S32_LineStaysBusy_IsReportedAfterTheLimit) {
    virtual_runtime rt;
    router device(rt);
    field f(rt, device);
    other_client somebody;
    EXPECT_TRUE(f.line().attach(somebody));
    const auto how = f.configure();
    EXPECT_FALSE(how.configured);
    EXPECT_EQ(how.code, errc::busy);
    EXPECT_THAT(how.words, HasSubstr("somebody else holds the port"));
    EXPECT_THAT(how.words, HasSubstr("Port already in use"));
    EXPECT_THAT(how.words, HasSubstr("tried for 20s"));
    EXPECT_THAT(how.words, HasSubstr("end the other session"));
    EXPECT_EQ(device.keys, "");
    EXPECT_LT(how.taken, 40s);
    f.line().detach(somebody);
}

/// Old output that a converter plays back when somebody connects.
std::string old_output(const std::string& last) {
    std::string text;
    for (int i = 0; i < 20; ++i) {
        text += "R1#show clock\r\n*00:0" + std::to_string(i % 10) + ":01.123 UTC Fri Mar 1 2002\r\n";
    }
    return text + last;
}

// ser2net issue 133: what was printed while nobody was connected comes first, old prompts and old questions with it.
TEST(Situation, S33_StaleBuffer_IsNotBelieved) {
    for (const std::string last :
         {"R9#", "R1(config-if)#", "Password: ", "Username: ", "Proceed with reload? [confirm]",
          "Save? [yes/no]: ", " --More-- ", "rommon 1 >", "R1(config)#"}) {
        virtual_runtime rt;
        router device(rt);
        field f(rt, device);
        device.say_after(1ms, old_output(last));
        const auto how = f.configure();
        EXPECT_EQ(how.words, "configured") << last;
        EXPECT_EQ(device.configured, field::some_configuration()) << last;
        EXPECT_THAT(device.executed, Each(AnyOf("terminal length 0", "terminal width 511", "configure terminal")))
            << last;
        EXPECT_THAT(device.taken, Not(::testing::Contains(HasSubstr("password")))) << last;
    }
}

}  // namespace
}  // namespace rollover::situations
