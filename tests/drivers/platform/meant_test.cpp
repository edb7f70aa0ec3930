#include "drivers/platform/meant.h"

#include "drivers/platform/configuration.h"
#include "tests/drivers/platform/support.h"

#include <gmock/gmock.h>

namespace rollover::platform {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// As a 2811 shows it: shortened from a "show running-config" of the IOS configuration fundamentals guide.
const char* const running =
    "Building configuration...\r\n\r\nCurrent configuration : 1427 bytes\r\n!\r\nversion 12.4\r\n"
    "service timestamps debug datetime msec\r\n!\r\nhostname A\r\n!\r\nenable secret 5 "
    "$1$mERr$hx5rVt7rPNoS4wqbXKX7m0\r\n!\r\n"
    "no ip domain lookup\r\n!\r\nusername eva privilege 15 password 7 094F471A1A0A\r\n!\r\n"
    "interface FastEthernet0/0\r\n description to the other one\r\n ip address 10.1.12.1 255.255.255.0\r\n"
    " duplex auto\r\n speed auto\r\n!\r\ninterface FastEthernet0/1\r\n no ip address\r\n shutdown\r\n!\r\n"
    "router ospf 1\r\n log-adjacency-changes\r\n network 10.0.0.0 0.255.255.255 area 0\r\n!\r\nend\r\n";

/// The deviations of these lines, as "line|shown".
std::vector<std::string> wrong(const std::vector<std::string>& meant, const std::string& shown = running,
                               const std::string& platform = "cisco-ios") {
    const auto d = shipped(platform);
    std::vector<typed_line> lines;
    for (std::size_t i = 0; i < meant.size(); ++i) {
        lines.push_back({meant[i], {"t.xml", static_cast<std::uint32_t>(i + 1), 1}});
    }
    std::vector<std::string> out;
    for (const auto& one : deviations(*d, lines, normalized(*d, shown))) {
        out.push_back(one.line.text + "|" + one.shown);
    }
    return out;
}

TEST(Meant, WhatIsShown_IsRight) {
    EXPECT_THAT(wrong({"hostname A", "interface FastEthernet0/0", " description to the other one",
                       " ip address 10.1.12.1 255.255.255.0", " no shutdown", "router ospf 1",
                       " network 10.0.0.0 0.255.255.255 area 0"}),
                IsEmpty());
}

TEST(Meant, OrderAndIndentation_DoNotCount) {
    EXPECT_THAT(wrong({"router ospf 1", "network 10.0.0.0 0.255.255.255 area 0", "exit", "interface FastEthernet0/0",
                       "ip address 10.1.12.1 255.255.255.0", "hostname A"}),
                IsEmpty());
}

TEST(Meant, Abbreviations_AreUnderstood) {
    EXPECT_THAT(wrong({"int fa0/0", "ip addr 10.1.12.1 255.255.255.0", "desc to the other one", "router os 1",
                       "netw 10.0.0.0 0.255.255.255 area 0"}),
                IsEmpty());
}

TEST(Meant, LostCharacter_IsSeen) {
    EXPECT_THAT(wrong({"interface FastEthernet0/0", "ip address 10.11.12.1 255.255.255.0"}),
                ElementsAre("ip address 10.11.12.1 255.255.255.0|ip address 10.1.12.1 255.255.255.0"));
    EXPECT_THAT(wrong({"hostname AB"}), ElementsAre("hostname AB|hostname A"));
}

TEST(Meant, LineInTheWrongBlock_IsMissing) {
    EXPECT_THAT(wrong({"interface FastEthernet0/1", "ip address 10.1.12.1 255.255.255.0"}),
                ElementsAre("ip address 10.1.12.1 255.255.255.0|"));
}

TEST(Meant, Negation_MustNotBeShown) {
    EXPECT_THAT(wrong({"interface FastEthernet0/1", "no shutdown"}), ElementsAre("no shutdown|shutdown"));
    EXPECT_THAT(wrong({"no ip domain lookup", "no router rip"}), IsEmpty());
}

TEST(Meant, MaskedSecrets_CountByWhatIsShown) {
    EXPECT_THAT(wrong({"enable secret topsecret", "username eva privilege 15 secret topsecret"}), IsEmpty());
    EXPECT_THAT(wrong({"username tom secret topsecret"}).size(), 1U);
}

TEST(Meant, LineThatALaterOneReplacesOrTakesBack_IsNotMissed) {
    EXPECT_THAT(wrong({"hostname X", "hostname A"}), IsEmpty());
    EXPECT_THAT(wrong({"router rip", "no router rip"}), IsEmpty());
    EXPECT_THAT(wrong({"interface FastEthernet0/1", "no shutdown", "shutdown"}), IsEmpty());
}

TEST(Meant, BlockThatNobodyConfigured_IsNotShown) {
    EXPECT_THAT(wrong({"interface Serial0/0", "no shutdown"}), IsEmpty());
    EXPECT_THAT(wrong({"interface Serial0/0", "bandwidth 64"}), ElementsAre("bandwidth 64|"));
}

TEST(Meant, Frr_BlocksEndByExit) {
    const std::string shown =
        "Building configuration...\r\n\r\nCurrent configuration:\r\n!\r\nfrr version 8.4.4\r\nhostname R1\r\n!\r\n"
        "interface eth0\r\n ip address 10.0.12.1/30\r\n ip ospf hello-interval 1\r\nexit\r\n!\r\n"
        "router ospf\r\n ospf router-id 10.0.0.1\r\n network 10.0.0.0/16 area 0\r\nexit\r\n!\r\nend\r\n";
    EXPECT_THAT(wrong({"interface eth0", " ip address 10.0.12.1/30", " ip ospf hello-interval 1", "router ospf",
                       " ospf router-id 10.0.0.1", " network 10.0.0.0/16 area 0"},
                      shown, "frr"),
                IsEmpty());
    EXPECT_THAT(wrong({"router ospf", " network 10.1.0.0/16 area 0"}, shown, "frr"),
                ElementsAre(" network 10.1.0.0/16 area 0|network 10.0.0.0/16 area 0"));
}

TEST(Meant, Description_IsLikeADiff) {
    EXPECT_EQ(
        describe({{{" ip address 10.1.1.1", {"t.xml", 7, 3}}, "ip address 10.1.1.2"}, {{"exit", {"t.xml", 8, 3}}, ""}}),
        "- ip address 10.1.1.1  (t.xml:7:3)\n+ ip address 10.1.1.2\n- exit  (t.xml:8:3)");
}

}  // namespace
}  // namespace rollover::platform
