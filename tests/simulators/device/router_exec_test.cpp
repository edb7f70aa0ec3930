#include "console_bench.h"

#include <gtest/gtest.h>

namespace rollover::sim {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(RouterExec, Abbreviation_DoesWhatTheFullWordsDo) {
    enabled_router r(quiet());
    EXPECT_THAT(r.command("sh ip int b"), HasSubstr("FastEthernet0/0            unassigned      YES unset  "
                                                    "administratively down down    \r\n"));
    EXPECT_EQ(r.command("sh start"), "sh start\r\nstartup-config is not present\r\nRouter#");
}

TEST(RouterExec, WrongWord_HasTheCaretUnderItsFirstWrongCharacter) {
    enabled_router r(quiet());
    EXPECT_EQ(r.command("show vresion"),
              "show vresion\r\n             ^\r\n% Invalid input detected at '^' marker.\r\n\r\nRouter#");
}

TEST(RouterExec, ErrorsOfTheParser_AreTold) {
    enabled_router r(quiet());
    EXPECT_EQ(r.command("show ip"), "show ip\r\n% Incomplete command.\r\n\r\nRouter#");
    EXPECT_EQ(r.command("co r s"), "co r s\r\n% Ambiguous command:  \"co r s\"\r\nRouter#");
}

TEST(RouterExec, PrivilegedCommand_IsUnknownToAUser) {
    enabled_router r(quiet());
    r.type("disable\r");
    EXPECT_EQ(r.command("conf t"), "conf t\r\n          ^\r\n% Invalid input detected at '^' marker.\r\n\r\nRouter>");
}

TEST(RouterExec, UnknownSingleWord_IsLookedUpAsAHost) {
    enabled_router r(quiet());
    EXPECT_EQ(r.command("conft"), "conft\r\nTranslating \"conft\"...domain server (255.255.255.255)");
    r.pass(20s);
    EXPECT_THAT(r.seen, EndsWith("% Unknown command or computer name, or unable to find computer address\r\nRouter#"));
    r.command("conft", 1s);
    r.type("\x1e", 10ms, 100ms);
    EXPECT_THAT(r.seen, EndsWith("\r\nRouter#")) << "^^ ends it";
    r.type("conf t\rno ip domain-lookup\rend\r", 10ms, 1s);
    EXPECT_THAT(r.command("conft", 300ms), EndsWith("unable to find computer address\r\nRouter#"));
}

TEST(RouterExec, TypedAheadWhileBusy_IsKept) {
    enabled_router r(quiet());
    r.type("conft\rshow clock\r", 10ms, 25s);
    EXPECT_THAT(r.seen, HasSubstr("Router#show clock\r\n*00:"));
}

TEST(RouterExec, LongOutput_IsPaged) {
    enabled_router r(quiet());
    r.type("terminal length 10\r");
    const std::string first = r.command("show running-config");
    EXPECT_THAT(first, EndsWith(" --More-- "));
    EXPECT_EQ(std::count(first.begin(), first.end(), '\n'), 11) << "echo, header, nine lines";
    r.seen.clear();
    r.type("\r");
    EXPECT_THAT(r.seen, StartsWith("\b\b\b\b\b\b\b\b\b        \b\b\b\b\b\b\b\b\b"));
    EXPECT_EQ(std::count(r.seen.begin(), r.seen.end(), '\n'), 1);
    r.seen.clear();
    r.type(" ");
    EXPECT_EQ(std::count(r.seen.begin(), r.seen.end(), '\n'), 9);
    r.seen.clear();
    r.type("q");
    EXPECT_EQ(r.seen, "\b\b\b\b\b\b\b\b\b        \b\b\b\b\b\b\b\b\bRouter#");
    r.type("terminal length 0\r");
    EXPECT_THAT(r.command("show run"), EndsWith("end\r\n\r\nRouter#"));
}

TEST(RouterExec, Running_HasHeaderAndOrderedSections) {
    enabled_router r(quiet());
    const std::string text = r.command("show running-config", 5s);
    EXPECT_THAT(text, StartsWith("show running-config\r\nBuilding configuration...\r\n\r\nCurrent configuration : "));
    EXPECT_THAT(text, HasSubstr(" bytes\r\n!\r\nversion 12.4\r\nservice timestamps"));
    EXPECT_THAT(
        text,
        HasSubstr(
            "!\r\ninterface FastEthernet0/0\r\n no ip address\r\n shutdown\r\n duplex auto\r\n speed auto\r\n!\r\n"));
    EXPECT_LT(text.find("hostname Router"), text.find("interface FastEthernet0/0"));
    EXPECT_LT(text.find("interface FastEthernet0/1"), text.find("line con 0"));
}

TEST(RouterExec, Filter_KeepsTheLinesThatFit) {
    enabled_router r(quiet());
    EXPECT_EQ(r.command("show run | include ^interface"),
              "show run | include ^interface\r\nBuilding configuration...\r\n"
              "interface FastEthernet0/0\r\ninterface FastEthernet0/1\r\nRouter#");
    EXPECT_THAT(r.command("show run | section line vty"), HasSubstr("line vty 0 4\r\n login\r\nRouter#"));
}

TEST(RouterExec, QuestionMark_HelpsAtOnceAndKeepsTheLine) {
    enabled_router r(quiet());
    r.type("show run?");
    EXPECT_EQ(r.seen, "show run?\r\nrunning-config  \r\nRouter#show run");
    r.seen.clear();
    r.type("\r", 10ms, 3s);
    EXPECT_THAT(r.seen, HasSubstr("Current configuration"));
}

TEST(RouterExec, Tab_CompletesTheWordOnANewLine) {
    enabled_router r(quiet());
    r.type("sh\t");
    EXPECT_EQ(r.seen, "sh\r\nRouter#show ");
}

TEST(RouterExec, ControlC_DropsTheLine) {
    enabled_router r(quiet());
    r.type("reload\x03");
    EXPECT_EQ(r.seen, "reload\r\nRouter#");
}

TEST(RouterExec, CopyRunningToStartup_AsksForTheName) {
    enabled_router r(quiet());
    EXPECT_THAT(r.command("copy run start"), EndsWith("Destination filename [startup-config]? "));
    EXPECT_EQ(r.command("", 5s), "\r\nBuilding configuration...\r\n[OK]\r\nRouter#");
    EXPECT_THAT(r.command("show startup-config"), HasSubstr("hostname Router"));
}

TEST(RouterExec, Logout_FreesTheConsole) {
    enabled_router r(quiet());
    EXPECT_THAT(r.command("exit"), HasSubstr("Router con0 is now available\r\n"));
    EXPECT_THAT(r.command(""), EndsWith("Router>"));
}

TEST(RouterExec, Ping_AsksTheOtherEnd) {
    enabled_router r(quiet());
    device_options other = quiet();
    other.name = "r2";
    other.interfaces = {"fa0/0"};
    const auto r2 = make_device(r.rt, "cisco-ios", other, [](std::string_view) {}, r.net);
    r.net.devices["r2"] = r2.get();
    r.net.wires[{"r1", "FastEthernet0/0"}] = {{"r2", "fa0/0"}};
    r.type("conf t\rint f0/0\rip address 192.0.2.1 255.255.255.0\rno shut\rend\r", 10ms, 1s);
    const std::string silence = r.command("ping 192.0.2.2", 11s);
    EXPECT_THAT(silence, HasSubstr("Sending 5, 100-byte ICMP Echos to 192.0.2.2, timeout is 2 seconds:\r\n.....\r\n"
                                   "Success rate is 0 percent (0/5)\r\n"));
    for (const char c : std::string_view("no\r\r\r")) {
        r2->input(c);
    }
    r.pass(10s);
    for (const char c : std::string_view("\renable\rconf t\rint f0/0\rip address 192.0.2.2 255.255.255.0\rno shut\r")) {
        r2->input(c);
        r.pass(50ms);
    }
    EXPECT_THAT(r.command("ping 192.0.2.2", 1s), HasSubstr("!!!!!\r\nSuccess rate is 100 percent (5/5)"));
    EXPECT_THAT(r.command("ping 192.0.2.1", 1s), HasSubstr("!!!!!"));
    EXPECT_THAT(r.command("ping 198.51.100.1 repeat 2", 5s), HasSubstr("\r\n..\r\nSuccess rate is 0 percent (0/2)"));
    r.net.wires.clear();
    r.command("ping 192.0.2.2", 3s);
    r.type("\x1e");
    EXPECT_THAT(r.seen, EndsWith("\r\n.\r\nSuccess rate is 0 percent (0/1)\r\nRouter#"));
}

TEST(RouterExec, NoGapAt9600_LosesCharactersAndTenMillisecondsNone) {
    const std::string text =
        "configure terminal\rinterface f0/0\rdescription one two three four five six seven\rend\r"
        "show clock\r";
    const auto lost = [&text](duration gap) {
        enabled_router r(quiet());
        const std::uint64_t before = r.port.counters().received;
        r.type(text, gap, 5s);
        EXPECT_EQ(r.port.counters().received - before, text.size());
        return r.port.counters().lost;
    };
    EXPECT_GT(lost(1ms), 0U);
    EXPECT_EQ(lost(10ms), 0U);
}

TEST(RouterExec, SlowServiceWithoutGap_LosesCharacters) {
    uart_options slow;
    slow.service_time = 2ms;
    enabled_router r(quiet(), slow);
    r.port.send("!" + std::string(100, 'x'));
    r.pass(2s);
    EXPECT_GT(r.port.counters().lost, 20U);
    EXPECT_EQ(r.seen.size() + r.port.counters().lost, 101U) << "what was not lost was echoed";
}

TEST(RouterExec, CdpNeighbors_AreThoseThatAreCabledAndUp) {
    device_options options = quiet();
    options.name = "r1";
    enabled_router left(options);
    options.name = "r2";
    enabled_router right(options);
    left.net.wires[{"r1", "FastEthernet0/0"}] = {{"r2", "FastEthernet0/1"}};
    left.net.devices["r2"] = &right.dev();
    for (const char* line : {"configure terminal", "interface FastEthernet0/0", "no shutdown", "end"}) {
        left.command(line);
    }
    EXPECT_THAT(left.command("show cdp neighbors"), testing::Not(HasSubstr("Fas 0/0")));
    for (const char* line : {"configure terminal", "hostname far", "interface FastEthernet0/1", "no shutdown", "end"}) {
        right.command(line);
    }
    EXPECT_THAT(left.command("show cdp neighbors"),
                HasSubstr("far              Fas 0/0            150          R S I     2811      Fas 0/1\r\n"));
    for (const char* line : {"configure terminal", "no cdp run", "end"}) {
        right.command(line);
    }
    EXPECT_THAT(left.command("show cdp neighbors"), testing::Not(HasSubstr("Fas 0/1")));
    left.dev().hear("FastEthernet0/0", {"rollover-7", "Rollover"});
    EXPECT_THAT(left.command("show cdp neighbors FastEthernet0/0 detail"), HasSubstr("Device ID: rollover-7\r\n"));
    EXPECT_THAT(left.command("show cdp neighbors FastEthernet0/1 detail"), testing::Not(HasSubstr("Device ID")));
}

}  // namespace
}  // namespace rollover::sim
