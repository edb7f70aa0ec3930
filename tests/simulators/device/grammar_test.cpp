#include "simulators/device/ios/grammar.h"

#include "simulators/device/ios/interfaces.h"

#include <array>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rollover::sim::ios {
namespace {

using testing::ElementsAre;

constexpr std::array<std::string_view, 9> patterns = {
    "show ip interface brief",
    "show interfaces",
    "show interfaces IF",
    "copy running-config startup-config",
    "configure terminal",
    "description LINE",
    "vlan <1-4094>",
    "ip address A.B.C.D A.B.C.D",
    "show version",
};

struct Grammar : testing::Test {
    grammar parser{patterns};
    interface_namer names = full_interface_name;
    parsed parse(std::string_view line, bool partial = false) const { return parser.parse(line, 0, partial, names); }
};

TEST_F(Grammar, Abbreviations_GiveTheFullWords) {
    EXPECT_EQ(parse("sh ip int b").canonical, "show ip interface brief");
    EXPECT_EQ(parse("CONF T").canonical, "configure terminal");
    EXPECT_EQ(parse("  sh   ver ").canonical, "show version");
}

TEST_F(Grammar, SharedBeginning_IsAmbiguous) {
    EXPECT_EQ(parse("co r s").status, parse_status::ambiguous);
    EXPECT_EQ(parse("cop r s").status, parse_status::ok);
}

TEST_F(Grammar, EndTooEarly_IsIncomplete) {
    EXPECT_EQ(parse("show ip").status, parse_status::incomplete);
    EXPECT_EQ(parse("ip address 10.0.0.1").status, parse_status::incomplete);
}

TEST_F(Grammar, WrongWord_IsMarkedAtItsFirstWrongCharacter) {
    const parsed wrong = parse("show vresion");
    EXPECT_EQ(wrong.status, parse_status::invalid);
    EXPECT_EQ(wrong.column, 6U) << "v fits version, r does not";
    EXPECT_EQ(parse("show version now").column, 13U);
    EXPECT_EQ(parse("vlan 5000").column, 5U);
    EXPECT_EQ(parse("ip address 10.0.0.300 255.0.0.0").column, 11U);
}

TEST_F(Grammar, Interface_MayStandInTwoWords) {
    EXPECT_EQ(parse("show int fa0/1").canonical, "show interfaces FastEthernet0/1");
    EXPECT_EQ(parse("show int fa 0/1").canonical, "show interfaces FastEthernet0/1");
    EXPECT_EQ(parse("show int bogus0").status, parse_status::invalid);
}

TEST_F(Grammar, LineArgument_KeepsWhatWasTyped) {
    EXPECT_THAT(parse("desc to  Core, #1 ").arguments, ElementsAre("to  Core, #1"));
}

TEST_F(Grammar, NegatedForm_MayLeaveOutArguments) {
    EXPECT_EQ(parse("ip address", true).status, parse_status::ok);
    EXPECT_EQ(parse("ip", true).status, parse_status::incomplete);
}

TEST_F(Grammar, Help_ListsWhatMayFollow) {
    EXPECT_THAT(parser.help("sh", names).value(), ElementsAre("show"));
    EXPECT_THAT(parser.help("show ", names).value(), ElementsAre("interfaces", "ip", "version"));
    EXPECT_THAT(parser.help("show interfaces ", names).value(), ElementsAre("WORD", "<cr>"));
    EXPECT_FALSE(parser.help("bogus ", names));
}

TEST(InterfaceNames, Shapes_AreJudged) {
    EXPECT_EQ(full_interface_name("f0/0"), "FastEthernet0/0");
    EXPECT_EQ(full_interface_name("GI0/0/1.20"), "GigabitEthernet0/0/1.20");
    EXPECT_EQ(full_interface_name("lo0"), "Loopback0");
    EXPECT_EQ(full_interface_name("t0"), std::nullopt) << "Tunnel or TenGigabitEthernet";
    EXPECT_EQ(full_interface_name("fa"), std::nullopt);
    EXPECT_EQ(full_interface_name("fa0/"), std::nullopt);
    EXPECT_EQ(full_interface_name("fa0.1/2"), std::nullopt);
    EXPECT_EQ(short_interface_name("FastEthernet0/0"), "Fa0/0");
}

}  // namespace
}  // namespace rollover::sim::ios
