#include "simulators/lab/flow_table.h"

#include "simulators/lab/openvswitch_host.h"

#include <gtest/gtest.h>

namespace rollover::sim {
namespace {

std::vector<flow_request> requests(const std::vector<std::pair<flow_request::verb, std::string>>& lines) {
    std::vector<flow_request> out;
    for (const auto& [verb, text] : lines) {
        auto one = parse_flow(text, verb, [](std::string_view) { return std::nullopt; });
        EXPECT_TRUE(one) << text;
        if (one) {
            out.push_back(std::move(*one));
        }
    }
    return out;
}

using verb = flow_request::verb;
std::size_t refused = 0;

TEST(FlowTable, FrameOfAJoin_LeavesWithTheOthersVlans) {
    flow_table table;
    const auto rules = requests({
        {verb::add,
         "priority=9,in_port=1,dl_vlan=101,actions=note:61,set_field:4198->vlan_vid,in_port,"
         "set_field:4199->vlan_vid,output:2"},
        {verb::add, "priority=1,actions=drop"},
    });
    ASSERT_TRUE(table.apply(rules, true, refused));
    const std::vector<std::uint16_t> ports{1, 2};
    EXPECT_EQ(table.process({1, 101}, ports), (std::vector<tagged_frame>{{1, 102}, {2, 103}}));
    EXPECT_TRUE(table.process({2, 101}, ports).empty()) << "the other port was not joined";
    EXPECT_TRUE(table.process({1, 102}, ports).empty());
}

TEST(FlowTable, OutputToTheIncomingPort_IsDroppedAsOpenFlowSays) {
    flow_table table;
    ASSERT_TRUE(
        table.apply(requests({{verb::add, "in_port=1,dl_vlan=5,actions=mod_vlan_vid:6,output:1"}}), true, refused));
    const std::vector<std::uint16_t> ports{1};
    EXPECT_TRUE(table.process({1, 5}, ports).empty());
}

TEST(FlowTable, RuleThatWantsMetadata_NeverMatches) {
    flow_table table;
    ASSERT_TRUE(table.apply(requests({{verb::add, "metadata=1,in_port=1,actions=2"},
                                      {verb::add, "priority=1,metadata=0/0xff,in_port=1,actions=3"}}),
                            true, refused));
    const std::vector<std::uint16_t> ports{1, 2, 3};
    EXPECT_EQ(table.process({1, 5}, ports), (std::vector<tagged_frame>{{3, 5}}));
}

TEST(FlowTable, RefusedInTheMiddle_AtomicKeepsNothing_PlainKeepsTheFirst) {
    const auto batch = requests({{verb::add, "dl_vlan=1,actions=2"},
                                 {verb::add, "check_overlap,in_port=1,actions=2"},
                                 {verb::add, "dl_vlan=3,actions=2"}});
    flow_table atomic;
    const auto no = atomic.apply(batch, true, refused);
    EXPECT_EQ(no.error().reason, "OFPFMFC_OVERLAP");
    EXPECT_EQ(refused, 1U);
    EXPECT_TRUE(atomic.rules().empty());
    flow_table plain;
    EXPECT_FALSE(plain.apply(batch, false, refused));
    EXPECT_EQ(plain.rules().size(), 1U);
}

TEST(FlowTable, SameMatchAgain_Replaces) {
    flow_table table;
    ASSERT_TRUE(table.apply(
        requests({{verb::add, "cookie=1,dl_vlan=1,actions=2"}, {verb::add, "cookie=2,dl_vlan=1,actions=3"}}), true,
        refused));
    ASSERT_EQ(table.rules().size(), 1U);
    EXPECT_EQ(table.rules()[0].cookie, 2U);
}

TEST(FlowTable, RemoveByCookie_LeavesTheRulesOfOthers) {
    flow_table table;
    ASSERT_TRUE(table.apply(requests({{verb::add, "cookie=0x526f1,dl_vlan=1,actions=2"},
                                      {verb::add, "cookie=7,dl_vlan=2,actions=2"},
                                      {verb::remove, "cookie=0x526f1/-1"}}),
                            true, refused));
    ASSERT_EQ(table.rules().size(), 1U);
    EXPECT_EQ(table.rules()[0].cookie, 7U);
}

TEST(OpenvswitchHost, LineOfAShell_QuotesVariablesAndConditions) {
    openvswitch_host host;
    host.add_bridge("xc", "/run/other place", {"trunk"});
    const auto names = host.run_line("OVS_RUNDIR='/run/other place' ovs-vsctl --timeout=5 list-ifaces \"xc\"", "");
    EXPECT_EQ(names.output, "trunk\n");
    EXPECT_EQ(names.exit_code, 0);
    const auto added =
        host.run_line("env OVS_RUNDIR=/run/other\\ place ovs-ofctl -O OpenFlow13 --bundle add-flows xc - && true",
                      "add in_port=1,dl_vlan=1,actions=in_port\n");
    EXPECT_EQ(added.exit_code, 0) << added.errors;
    EXPECT_EQ(host.bridges_at("/run/other place").at(0)->flows.rules().size(), 1U);
    EXPECT_EQ(host.run_line("false && ovs-vsctl list-br; false || true", "").exit_code, 0);
    EXPECT_EQ(host.run_line("ovs-vsctl list-br", "").exit_code, 1) << "the system has no Open vSwitch";
    EXPECT_EQ(host.run_line("rm -rf x", "").exit_code, 127);
    EXPECT_EQ(host.run_line("echo $(date)", "").exit_code, 2) << "said, not guessed";
    EXPECT_EQ(host.run_line("ovs-vsctl 'list-br", "").exit_code, 2);
    EXPECT_EQ(host.run_line("", "").exit_code, 0);
}

}  // namespace
}  // namespace rollover::sim
