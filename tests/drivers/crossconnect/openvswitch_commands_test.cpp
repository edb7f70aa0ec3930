#include "drivers/crossconnect/openvswitch_commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

namespace rollover::crossconnect {
namespace {

using testing::ElementsAre;

TEST(OpenvswitchCommands, Words_AreThoseOfTheContract) {
    EXPECT_THAT(dump_rules_command("xc", 5),
                ElementsAre("ovs-ofctl", "-O", "OpenFlow13", "--no-names", "--timeout=5", "dump-flows", "xc",
                            "cookie=0x526f000000000000/0xffff000000000000"));
    EXPECT_THAT(bundle_command("xc", 5), ElementsAre("ovs-ofctl", "-O", "OpenFlow13", "--no-names", "--bundle",
                                                     "--timeout=5", "add-flows", "xc", "-"));
}

// Captured from ovs-ofctl (Open vSwitch) 3.1.0, Debian 12: two joins and a rule of somebody else.
constexpr std::string_view dumped =
    "OFPST_FLOW reply (OF1.3) (xid=0x2):\n"
    " cookie=0x526f00000000aaaa, duration=0.133s, table=0, n_packets=0, n_bytes=0, check_overlap "
    "priority=21103,metadata=0/0xaaaa,in_port=1,dl_vlan=101 "
    "actions=note:61.31.00.00.00.00,set_field:4200->vlan_vid,IN_PORT\n"
    " cookie=0x526f00000000aaaa, duration=0.133s, table=0, n_packets=0, n_bytes=0, check_overlap "
    "priority=21103,metadata=0/0xaaaa,in_port=1,dl_vlan=104 "
    "actions=note:61.31.00.00.00.00,set_field:4197->vlan_vid,IN_PORT\n"
    " cookie=0x0, duration=0.011s, table=0, n_packets=0, n_bytes=0, priority=5,dl_vlan=999 actions=drop\n";

TEST(OpenvswitchCommands, Dump_OnlyOursAreKept) {
    const auto rules = parse_rules(dumped);
    ASSERT_TRUE(rules);
    ASSERT_EQ(rules->size(), 2U);
    EXPECT_EQ(rules->front().note, "a1");
    EXPECT_TRUE(rules->front().exact);
    EXPECT_TRUE(rules->back().exact);
}

TEST(OpenvswitchCommands, EmptyDump_HasNoRules) {
    EXPECT_TRUE(parse_rules("OFPST_FLOW reply (OF1.3) (xid=0x2):\n")->empty());
    EXPECT_TRUE(parse_rules("")->empty());
}

TEST(OpenvswitchCommands, RuleWhoseCookieCannotBeRead_SaysWhich) {
    const auto rules = parse_rules(" cookie=0x526f00000000aaaazz, table=0, priority=1 actions=drop\n");
    ASSERT_FALSE(rules);
    EXPECT_EQ(rules.error().code, errc::protocol);
    EXPECT_NE(rules.error().device_text.find("0x526f00000000aaaa"), std::string::npos);
}

TEST(OpenvswitchCommands, Numbers_FitIn48BitsAndDiffer) {
    std::set<std::uint64_t> seen;
    for (int activation = 0; activation < 1000; ++activation) {
        for (const auto* link : {"lan", "wan", "a-b", "b-a"}) {
            const auto number = number_of("a" + std::to_string(activation) + "/" + link);
            EXPECT_NE(number, 0U);
            EXPECT_EQ(number & cookie_prefix_mask, 0U);
            EXPECT_TRUE(seen.insert(number).second);
        }
    }
    EXPECT_EQ(number_of("a1/lan"), number_of("a1/lan"));
}

}  // namespace
}  // namespace rollover::crossconnect
