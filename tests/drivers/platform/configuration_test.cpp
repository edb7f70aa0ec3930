#include "drivers/platform/configuration.h"

#include "tests/drivers/platform/support.h"

namespace rollover::platform {
namespace {

using lines = std::vector<std::string>;

const description& frr() {
    return *shipped("frr");
}

TEST(Configuration, Reading_CountsOnlyWhatIsConfigured) {
    const auto counted =
        normalized(frr(),
                   "Building configuration...\r\n\r\nCurrent configuration:\r\n!\r\nfrr version 8.4.4\r\n"
                   "frr defaults traditional\r\nhostname R1\r\n!\r\ninterface eth0\r\nexit\r\n!\r\n"
                   "interface lo\r\n ip address 10.0.0.1/32\r\nexit\r\n!\r\nend\r\n");
    EXPECT_EQ(counted, (configuration{"hostname R1", "interface lo", " ip address 10.0.0.1/32", "exit"}));
}

TEST(Restore, SameConfigurations_NeedNothing) {
    const configuration same{"hostname R1", "interface lo", " ip address 10.0.0.1/32", "exit"};
    EXPECT_EQ(lines_to_restore(frr(), same, same), lines{});
}

TEST(Restore, NewBlock_IsTakenBackByItsHeader) {
    EXPECT_EQ(
        lines_to_restore(frr(), {"hostname R1", "router ospf", " network 10.0.0.0/8 area 0", "exit"}, {"hostname R1"}),
        lines{"no router ospf"});
}

TEST(Restore, PermanentBlock_LosesItsLinesOnly) {
    EXPECT_EQ(
        lines_to_restore(frr(), {"interface eth0", " ip address 10.1.0.1/24", " no ipv6 nd suppress-ra", "exit"}, {}),
        (lines{"interface eth0", "ipv6 nd suppress-ra", "no ip address 10.1.0.1/24", "exit"}));
}

TEST(Restore, ChangedLineInABlock_IsReplacedThere) {
    EXPECT_EQ(lines_to_restore(frr(), {"interface lo", " ip address 10.0.0.2/32", "exit"},
                               {"interface lo", " ip address 10.0.0.1/32", "exit"}),
              (lines{"interface lo", "no ip address 10.0.0.2/32", "ip address 10.0.0.1/32", "exit"}));
}

TEST(Restore, NestedBlocks_AreLeftByTheirOwnEnds) {
    const configuration now{"router bgp 65000", " address-family ipv4 unicast", "  network 10.0.0.0/8",
                            " exit-address-family", "exit"};
    const configuration wanted{"router bgp 65000", " address-family ipv4 unicast", "  network 192.0.2.0/24",
                               " exit-address-family", "exit"};
    EXPECT_EQ(lines_to_restore(frr(), now, wanted),
              (lines{"router bgp 65000", "address-family ipv4 unicast", "no network 10.0.0.0/8", "network 192.0.2.0/24",
                     "exit-address-family", "exit"}));
}

TEST(Restore, MissingBlock_IsTypedWhole) {
    EXPECT_EQ(lines_to_restore(frr(), {}, {"router ospf", " network 10.0.0.0/8 area 0", "exit"}),
              (lines{"router ospf", "network 10.0.0.0/8 area 0", "exit"}));
}

// Seen on FRR 8.4.4: after "no hostname A" vtysh calls itself (null); and a reading can hold the old name and the new
// one.
TEST(Restore, LineWithOneValue_IsSetAgainInsteadOfTakenBack) {
    EXPECT_EQ(lines_to_restore(frr(), {"hostname R1", "hostname A"}, {"hostname R1"}), lines{"hostname R1"});
}

TEST(Restore, LaterBlocks_GoFirst) {
    EXPECT_EQ(lines_to_restore(frr(), {"ip route 192.0.2.0/24 Null0", "router ospf", "exit"}, {}),
              (lines{"no router ospf", "no ip route 192.0.2.0/24 Null0"}));
}

TEST(Restore, DeepNesting_DoesNotRunAway) {
    configuration deep;
    for (std::size_t i = 0; i < 5000; ++i) {
        deep.push_back(std::string(i, ' ') + "x" + std::to_string(i));
    }
    EXPECT_FALSE(lines_to_restore(frr(), deep, {}).empty());
}

TEST(Difference, BothDirections_AreNamed) {
    EXPECT_EQ(difference({"a", "c"}, {"a", "b"}), "- b\n+ c");
    EXPECT_EQ(difference({"a", "b"}, {"b", "a"}), "the same lines in another order");
}

}  // namespace
}  // namespace rollover::platform
