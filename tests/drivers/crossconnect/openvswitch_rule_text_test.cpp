#include "drivers/crossconnect/openvswitch_rule_text.h"

#include <gtest/gtest.h>

namespace rollover::crossconnect {
namespace {

// Printed by ovs-ofctl (Open vSwitch) 3.1.0, Debian 12, for a rule that add_line wrote.
constexpr std::string_view captured =
    "cookie=0x526f00000000aaaa, duration=0.021s, table=0, n_packets=7, n_bytes=610, check_overlap "
    "priority=21103,metadata=0/0xaaaa,in_port=1,dl_vlan=101 "
    "actions=note:61.31.2f.6c.61.6e,set_field:4198->vlan_vid,IN_PORT,set_field:4199->vlan_vid,output:2";

flow_rule expected() {
    flow_rule rule;
    rule.cookie = 0x526f00000000aaaaU;
    rule.note = "a1/lan";
    rule.from = {1, 101, 0};
    rule.targets = {{1, 102, 0}, {2, 103, 0}};
    return rule;
}

std::string with(std::string_view from, std::string_view to) {
    std::string text(captured);
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

TEST(RuleText, LineOfOurs_IsReadWhole) {
    const auto rule = parse_rule(captured);
    ASSERT_TRUE(rule);
    EXPECT_EQ(rule->cookie, expected().cookie);
    EXPECT_EQ(rule->note, "a1/lan");
    EXPECT_EQ(rule->from, expected().from);
    EXPECT_EQ(rule->targets, expected().targets);
    EXPECT_TRUE(rule->exact);
}

TEST(RuleText, NotePaddedWithZeros_NameIsWithout) {
    EXPECT_EQ(parse_rule(with("61.31.2f.6c.61.6e", "61.31.00.00.00.00"))->note, "a1");
}

TEST(RuleText, AddLine_IsWhatTheContractSays) {
    EXPECT_EQ(add_line(expected()),
              "add check_overlap,cookie=0x526f00000000aaaa,priority=21103,metadata=0/0xaaaa,in_port=1,dl_vlan=101,"
              "actions=note:61.31.2f.6c.61.6e,set_field:4198->vlan_vid,in_port,set_field:4199->vlan_vid,output:2\n");
    EXPECT_EQ(delete_line(0x526f00000000aaaaU), "delete cookie=0x526f00000000aaaa/-1\n");
}

TEST(RuleText, AnythingThatWeDoNotWrite_IsNotExact) {
    const std::pair<std::string_view, std::string_view> changes[] = {
        {"check_overlap ", ""},
        {"priority=21103", "priority=5"},
        {"priority=21103", "idle_timeout=5, priority=21103"},
        {"metadata=0/0xaaaa", "metadata=0/0xaaab"},
        {"metadata=0/0xaaaa", "metadata=1/0xaaaa"},
        {"metadata=0/0xaaaa,", ""},
        {"table=0", "table=3"},
        {"dl_vlan=101", "dl_vlan=101,dl_src=00:00:00:00:00:01"},
        {"output:2", "output:2,output:3,drop"},
        {"output:2", "NORMAL"},
        {"set_field:4199->vlan_vid", "set_field:103->vlan_vid"},
        {"set_field:4199->vlan_vid", "set_field:99999999->vlan_vid"},
        {"note:61.31.2f.6c.61.6e,", ""},
        {"note:61.31.2f.6c.61.6e", "note:6131"},
        {"note:61.31.2f.6c.61.6e", "note:00.00"},
        {" actions=", " acts="},
    };
    for (const auto& [from, to] : changes) {
        const auto rule = parse_rule(with(from, to));
        ASSERT_TRUE(rule) << from << " -> " << to;
        EXPECT_FALSE(rule->exact) << from << " -> " << to;
    }
}

TEST(RuleText, OursWithoutItsPlace_IsNotExact) {
    const std::pair<std::string_view, std::string_view> changes[] = {{"in_port=1,", ""},
                                                                     {"dl_vlan=101", "dl_vlan=x"},
                                                                     {"dl_vlan=101", "dl_vlan=0"},
                                                                     {"dl_vlan=101", "dl_vlan=70000"},
                                                                     {"dl_vlan=101", "dl_vlan=101,tun_id=0x5"}};
    for (const auto& [from, to] : changes) {
        const auto rule = parse_rule(with(from, to));
        ASSERT_TRUE(rule) << to;
        EXPECT_FALSE(rule->exact) << to;
        EXPECT_EQ(rule->from, flow_rule::place()) << to;
    }
    EXPECT_FALSE(parse_rule(with("cookie=0x526f00000000aaaa", "cookie=0x526f00000000aaaaff")));
}

// Printed by ovs-ofctl 3.1.0 for the rules of a join of two members and two tunnels.
constexpr std::string_view captured_member =
    "cookie=0x526f00000000aaaa, duration=0.231s, table=0, n_packets=0, n_bytes=0, check_overlap "
    "priority=21103,metadata=0/0xaaaa,in_port=1,dl_vlan=101 actions=note:61.31.2f.6c.61.6e,set_field:4198->vlan_vid,"
    "IN_PORT,pop_vlan,set_field:0x1234->tun_id,output:2,set_field:0x5->tun_id,output:3";
constexpr std::string_view captured_tunnel =
    "cookie=0x526f00000000aaaa, duration=0.231s, table=0, n_packets=0, n_bytes=0, check_overlap "
    "priority=21103,tun_id=0x1234,metadata=0/0xaaaa,in_port=2 actions=note:61.31.2f.6c.61.6e,set_field:0x5->tun_id,"
    "output:3,push_vlan:0x8100,set_field:4197->vlan_vid,output:1,set_field:4198->vlan_vid,output:1";

TEST(RuleText, Tunnels_AreReadAndWritten) {
    const auto member = parse_rule(captured_member);
    ASSERT_TRUE(member);
    EXPECT_TRUE(member->exact);
    EXPECT_EQ(member->from, (flow_rule::place{1, 101, 0}));
    EXPECT_EQ(member->targets, (std::vector<flow_rule::place>{{1, 102, 0}, {2, 0, 0x1234}, {3, 0, 5}}));
    EXPECT_EQ(add_line(*member),
              "add check_overlap,cookie=0x526f00000000aaaa,priority=21103,metadata=0/0xaaaa,in_port=1,dl_vlan=101,"
              "actions=note:61.31.2f.6c.61.6e,set_field:4198->vlan_vid,in_port,pop_vlan,set_field:4660->tun_id,"
              "output:2,set_field:5->tun_id,output:3\n");
    const auto tunnel = parse_rule(captured_tunnel);
    ASSERT_TRUE(tunnel);
    EXPECT_TRUE(tunnel->exact);
    EXPECT_EQ(tunnel->from, (flow_rule::place{2, 0, 0x1234}));
    EXPECT_EQ(tunnel->targets, (std::vector<flow_rule::place>{{1, 101, 0}, {1, 102, 0}, {3, 0, 5}}));
    EXPECT_EQ(add_line(*tunnel),
              "add check_overlap,cookie=0x526f00000000aaaa,priority=21103,metadata=0/0xaaaa,in_port=2,tun_id=4660,"
              "actions=note:61.31.2f.6c.61.6e,set_field:5->tun_id,output:3,push_vlan:0x8100,"
              "set_field:4197->vlan_vid,output:1,set_field:4198->vlan_vid,output:1\n");
}

TEST(RuleText, TagsTheWrongWayRound_AreNotExact) {
    const std::pair<std::string_view, std::string_view> changes[] = {
        {"push_vlan:0x8100,", ""},
        {"push_vlan:0x8100,", "pop_vlan,"},
        {"push_vlan:0x8100", "push_vlan:0x88a8"},
        {"push_vlan:0x8100,", "push_vlan:0x8100,push_vlan:0x8100,"},
        {"set_field:0x5->tun_id,", ""},
        {"set_field:0x5->tun_id", "set_field:0->tun_id"},
        {"tun_id=0x1234", "tun_id=0x1234/0xffff"},
    };
    for (const auto& [from, to] : changes) {
        std::string text(captured_tunnel);
        text.replace(text.find(from), from.size(), to);
        EXPECT_FALSE(parse_rule(text)->exact) << from << " -> " << to;
    }
}

TEST(RuleText, RuleOfOthers_NeedsNoPlace) {
    const auto rule = parse_rule("cookie=0x0, duration=4s, table=0, n_packets=0, n_bytes=0, priority=0 actions=NORMAL");
    ASSERT_TRUE(rule);
    EXPECT_EQ(rule->cookie, 0U);
    EXPECT_FALSE(rule->exact);
}

TEST(RuleText, CutAnywhere_NeverReadAsExact) {
    // Up to the first output: what is cut there is a shorter rule, which the join's table finds incomplete.
    const auto first_output = captured.find("IN_PORT");
    for (std::size_t length = 0; length < first_output; ++length) {
        const auto rule = parse_rule(captured.substr(0, length));
        EXPECT_FALSE(rule && rule->exact && !rule->targets.empty()) << length;
    }
}

}  // namespace
}  // namespace rollover::crossconnect
