#include "console_bench.h"

#include <gtest/gtest.h>

namespace rollover::sim {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

class configuring_router : public enabled_router {
public:
    explicit configuring_router(device_options options = quiet()) : enabled_router(std::move(options)) {
        type("configure terminal\r");
        seen.clear();
    }
};

TEST(RouterConfig, Modes_HaveTheirPrompts) {
    enabled_router r(quiet());
    EXPECT_EQ(r.command("conf t"),
              "conf t\r\nEnter configuration commands, one per line.  End with CNTL/Z.\r\nRouter(config)#");
    EXPECT_EQ(r.command("int fa0/0"), "int fa0/0\r\nRouter(config-if)#");
    EXPECT_THAT(r.command("router ospf 1"), EndsWith("Router(config-router)#"));
    EXPECT_THAT(r.command("line vty 0 4"), EndsWith("Router(config-line)#"));
    EXPECT_THAT(r.command("ip dhcp pool LAN"), EndsWith("Router(dhcp-config)#"));
    EXPECT_THAT(r.command("ip access-list extended WEB"), EndsWith("Router(config-ext-nacl)#"));
    EXPECT_THAT(r.command("int fa0/0.10"), EndsWith("Router(config-subif)#"));
    EXPECT_THAT(r.command("exit"), EndsWith("Router(config)#"));
    EXPECT_THAT(r.command("end"), EndsWith("Router#"));
}

TEST(RouterConfig, Hostname_ChangesThePromptAtOnceAndIsCut) {
    configuring_router r;
    EXPECT_EQ(r.command("hostname Core"), "hostname Core\r\nCore(config)#");
    r.command("hostname THIS.IS.A.PARTICULARLY.LONG");
    EXPECT_THAT(r.seen, EndsWith("\r\nTHIS.IS.A.PARTICULAR(config)#"));
    EXPECT_THAT(r.command("end"), EndsWith("\r\nTHIS.IS.A.PARTICULARLY.LONG#"));
}

TEST(RouterConfig, Speed_TakesEffectBehindTheEchoOfEnter) {
    configuring_router r;
    r.command("line console 0");
    r.command("speed 115200");
    EXPECT_THAT(r.seen, testing::StartsWith("speed 115200\r\n"));
    EXPECT_THAT(r.seen, Not(HasSubstr("config-line"))) << "the prompt comes at the other speed";
    r.port.set_baud(115200);
    EXPECT_THAT(r.command(""), EndsWith("Router(config-line)#"));
    EXPECT_THAT(r.dev().running_configuration(), HasSubstr("line con 0\n speed 115200"));
    r.command("speed 9600");
    r.port.set_baud(9600);
    EXPECT_THAT(r.command(""), EndsWith("Router(config-line)#"));
    EXPECT_THAT(r.dev().running_configuration(), Not(HasSubstr("line con 0\n speed"))) << "the default is not shown";
}

TEST(RouterConfig, Speed_ThatWasSavedComesBackAfterAReload) {
    configuring_router r;
    r.command("line console 0");
    r.command("speed 38400");
    r.port.set_baud(38400);
    r.command("end");
    r.command("write memory", 20s);
    r.command("configure terminal");
    r.command("line console 0");
    r.command("speed 115200");
    r.port.set_baud(115200);
    r.command("end");
    r.command("reload");
    r.type("no\r");
    r.type("\r", 10ms, 10min);
    EXPECT_EQ(r.port.device_baud(), 38400U);
}

TEST(RouterConfig, LongMode_IsCutToThirtyCharacters) {
    configuring_router r;
    r.command("hostname Basement-rtr2");
    EXPECT_THAT(r.command("key chain K"), EndsWith("\r\nBasement-rtr2(config-keychai)#"));
    EXPECT_THAT(r.command("key 1"), EndsWith("\r\nBasement-rtr2(config-keychai)#")) << "config-keychain-key is cut too";
}

TEST(RouterConfig, Lines_LandInTheirSectionInFullWords) {
    configuring_router r;
    r.type(
        "int fa0/0\rdesc to the #core\rip add 10.1.0.1 255.255.255.0\rno shut\rrouter ospf 7\rrouter-id 1.1.1.1\r"
        "network 10.1.0.0 0.0.0.255 area 0\rip route 0.0.0.0 0.0.0.0 10.1.0.254\raccess-list 5 permit any\r"
        "username bob secret pw\rend\r");
    const std::string text = r.dev().running_configuration();
    EXPECT_THAT(text,
                HasSubstr("interface FastEthernet0/0\n description to the #core\n ip address 10.1.0.1 255.255.255.0\n"
                          " duplex auto\n speed auto\n!\n"));
    EXPECT_THAT(text, HasSubstr("router ospf 7\n router-id 1.1.1.1\n network 10.1.0.0 0.0.0.255 area 0\n!\n"));
    EXPECT_THAT(text, HasSubstr("\nip route 0.0.0.0 0.0.0.0 10.1.0.254\n"));
    EXPECT_THAT(text, HasSubstr("\naccess-list 5 permit any\n"));
    EXPECT_THAT(text, HasSubstr("\nusername bob secret 5 $1$"));
    EXPECT_THAT(text, Not(HasSubstr("pw")));
    EXPECT_FALSE(r.dev().is_clean());
}

TEST(RouterConfig, SingleSettings_AreReplacedAndOthersStandSideBySide) {
    configuring_router r;
    r.type(
        "int fa0/0\rip address 10.0.0.1 255.0.0.0\rip address 10.0.0.2 255.0.0.0\r"
        "ip address 11.0.0.1 255.0.0.0 secondary\rip route 1.0.0.0 255.0.0.0 10.0.0.9\r"
        "ip route 2.0.0.0 255.0.0.0 10.0.0.9\r");
    const std::string text = r.dev().running_configuration();
    EXPECT_THAT(text, Not(HasSubstr("10.0.0.1 ")));
    EXPECT_THAT(text, HasSubstr(" ip address 10.0.0.2 255.0.0.0\n ip address 11.0.0.1 255.0.0.0 secondary\n"));
    EXPECT_THAT(text, HasSubstr("ip route 1.0.0.0 255.0.0.0 10.0.0.9\nip route 2.0.0.0"));
}

TEST(RouterConfig, NoForms_TakeLinesAndSectionsAway) {
    configuring_router r;
    r.type(
        "hostname X\rint fa0/0\rip address 10.0.0.1 255.0.0.0\rno ip address\rdescription d\rno description\r"
        "int lo0\rno int lo0\rrouter rip\rno router rip\rip route 1.0.0.0 255.0.0.0 10.0.0.9\r"
        "no ip route 1.0.0.0 255.0.0.0 10.0.0.9\rno hostname\r");
    EXPECT_TRUE(r.dev().is_clean()) << r.dev().running_configuration();
    EXPECT_THAT(r.command("no int fa0/0"), HasSubstr("% Removal of physical interfaces is not permitted\r\n"));
}

TEST(RouterConfig, SettingsThatAreOnByDefault_ShowOnlyTheirNo) {
    configuring_router r;
    r.type("no ip domain-lookup\r");
    EXPECT_THAT(r.dev().running_configuration(), HasSubstr("\nno ip domain lookup\n"));
    r.type("ip domain lookup\r");
    EXPECT_TRUE(r.dev().is_clean());
}

TEST(RouterConfig, MistakesInASection_AreMarkedAndChangeNothing) {
    configuring_router r;
    r.type("interface FastEthernet0/0\r");
    EXPECT_EQ(r.command("ip adress 10.0.0.1 255.0.0.0"),
              "ip adress 10.0.0.1 255.0.0.0\r\n" + std::string(18 + 5, ' ') +
                  "^\r\n% Invalid input detected at '^' marker.\r\n\r\nRouter(config-if)#");
    EXPECT_THAT(r.command("ip address 10.0.0.1"), HasSubstr("% Incomplete command."));
    EXPECT_THAT(r.command("ip address 10.0.0.1 255.0.255.0"), HasSubstr("Bad mask 0xFF00FF00 for address 10.0.0.1"));
    EXPECT_THAT(r.command("ip address 10.0.0.0 255.0.0.0"), HasSubstr("Bad mask /8 for address 10.0.0.0"));
    EXPECT_THAT(r.command("interface FastEthernet7/0"), HasSubstr("% Invalid input detected"));
    EXPECT_TRUE(r.dev().is_clean());
}

TEST(RouterConfig, OverlappingAddress_IsRefused) {
    configuring_router r;
    r.type("int fa0/0\rip address 10.0.0.1 255.0.0.0\rno shut\rint fa0/1\rno shut\r");
    EXPECT_THAT(r.command("ip address 10.9.0.1 255.255.0.0"), HasSubstr("% 10.9.0.0 overlaps with FastEthernet0/0"));
}

TEST(RouterConfig, GlobalCommandInASection_LeavesIt) {
    configuring_router r;
    r.type("int fa0/0\r");
    EXPECT_THAT(r.command("hostname Z"), EndsWith("\r\nZ(config)#"));
}

TEST(RouterConfig, ControlZ_ExecutesWhatIsTypedAndControlCDoesNot) {
    configuring_router r;
    r.seen.clear();
    r.type("hostname A\x1a");
    EXPECT_EQ(r.seen, "hostname A^Z\r\nA#");
    r.type("conf t\r");
    r.seen.clear();
    r.type("hostname B\x03");
    EXPECT_EQ(r.seen, "hostname B^C\r\nA#");
}

TEST(RouterConfig, Do_RunsAnExecCommand) {
    configuring_router r;
    EXPECT_THAT(r.command("do show clock"), EndsWith("2002\r\nRouter(config)#"));
    EXPECT_EQ(r.command("show clock"), "show clock\r\n" + std::string(15 + 1, ' ') +
                                           "^\r\n% Invalid input detected at '^' marker.\r\n\r\nRouter(config)#");
}

TEST(RouterConfig, Banner_TakesLinesUntilTheDelimiter) {
    configuring_router r;
    EXPECT_THAT(r.command("banner motd #"), HasSubstr("Enter TEXT message.  End with the character '#'.\r\n"));
    r.command("Keep out");
    EXPECT_THAT(r.command("  of here#"), EndsWith("Router(config)#"));
    EXPECT_THAT(r.dev().running_configuration(), HasSubstr("banner motd ^C\nKeep out\n  of here^C\n"));
    r.command("banner motd @short@");
    EXPECT_THAT(r.dev().running_configuration(), HasSubstr("banner motd ^Cshort^C\n"));
}

TEST(RouterConfig, ExecTimeout_EndsAnIdleSession) {
    configuring_router r;
    r.type("line con 0\rexec-timeout 0 30\r", 10ms, 25s);
    r.type("x");
    r.pass(20s);
    EXPECT_THAT(r.seen, EndsWith("Router(config-line)#x"));
    r.pass(20s);
    EXPECT_THAT(r.seen, HasSubstr("Router con0 is now available\r\n"));
    EXPECT_THAT(r.command(""), EndsWith("\r\nRouter>"));
}

TEST(RouterConfig, RsaKeys_AskForALength) {
    configuring_router r;
    EXPECT_THAT(r.command("crypto key generate rsa"), HasSubstr("% Please define a hostname other than Router."));
    r.type("hostname R1\rip domain-name example.org\r");
    EXPECT_THAT(r.command("crypto key generate rsa"), EndsWith("How many bits in the modulus [512]: "));
    EXPECT_THAT(r.command("1024", 6s), EndsWith("R1(config)#"));
}

TEST(RouterConfig, LogMessage_BreaksIntoTheTypedLine) {
    configuring_router r(device_options{});
    r.pass(10s);
    r.type("int fa0/0\rno shut\r", 10ms, 1s);
    r.seen.clear();
    r.type("description to the core", 10ms, 5s);
    EXPECT_THAT(r.seen,
                testing::MatchesRegex("description to the core\r\n\\*Mar  1 00:0.*: %LINK-3-UPDOWN: Interface "
                                      "FastEthernet0/0, changed state to up\r\n\r\n\\*Mar  1 00:0.*: "
                                      "%LINEPROTO-5-UPDOWN: Line protocol on Interface FastEthernet0/0, changed "
                                      "state to up\r\n"));
    r.type("\r");
    EXPECT_THAT(r.dev().running_configuration(), HasSubstr(" description to the core\n")) << "the line itself is whole";
}

TEST(RouterConfig, LoggingSynchronous_ShowsTheTypedLineAgain) {
    configuring_router r(device_options{});
    r.type("line con 0\rlogging synchronous\rexit\rint fa0/0\rno shut\r", 10ms, 1s);
    r.seen.clear();
    r.type("desc", 10ms, 5s);
    EXPECT_THAT(r.seen, EndsWith("changed state to up\r\nRouter(config-if)#desc"));
}

TEST(RouterConfig, LeavingConfiguration_IsLoggedUnlessSwitchedOff) {
    configuring_router r(device_options{});
    r.type("end\r", 10ms, 2s);
    EXPECT_THAT(r.seen, HasSubstr("%SYS-5-CONFIG_I: Configured from console by console"));
    r.type("conf t\rno logging console\r");
    r.seen.clear();
    r.type("end\r", 10ms, 2s);
    EXPECT_THAT(r.seen, Not(HasSubstr("%SYS-5")));
}

TEST(RouterConfig, Has_Address_OnlyWhileTheInterfaceIsUp) {
    configuring_router r;
    r.type("int fa0/0\rip address 10.0.0.1 255.0.0.0\r");
    EXPECT_FALSE(r.dev().has_address("FastEthernet0/0", "10.0.0.1"));
    r.type("no shut\r");
    EXPECT_TRUE(r.dev().has_address("FastEthernet0/0", "10.0.0.1"));
    EXPECT_TRUE(r.dev().has_address("fa0/0", "10.0.0.1"));
    EXPECT_FALSE(r.dev().has_address("FastEthernet0/1", "10.0.0.1"));
    r.type("shut\r");
    EXPECT_FALSE(r.dev().has_address("FastEthernet0/0", "10.0.0.1"));
}

}  // namespace
}  // namespace rollover::sim
