// The decisions alone: which lines a goal needs on a host as it is.
#include "tests/drivers/crossconnect/linux_rig.h"

namespace rollover::crossconnect {
namespace {

using testing::HasSubstr;

struct LinuxBridgePlan : LinuxBridge {
    linux_change plan(const linux_goal& goal, bool settled = false) {
        auto change = change_to(state(), "rx", goal, settled);
        EXPECT_TRUE(change) << describe(change.error());
        return change ? *change : linux_change();
    }
    errc error_of(const join& wanted) {
        const auto change = change_to(state(), "rx", {{wanted}, {}, {}}, true);
        return change ? errc::internal : change.error().code;
    }
};

TEST_F(LinuxBridgePlan, OneJoin_WordByWord) {
    host.devices["eth2.7"].kind = "veth";
    const auto change = plan({{a_join("a1/lan", {{"eth1", 101}, {"eth2", 7}})}, {}, {}});
    const auto bridge = derived_name("rx", '-', "a1/lan", 0);
    const auto expected = fmt::format(
        "link add name {0} group 21103 type bridge stp_state 0 mcast_snooping 0 group_fwd_mask 65528 ageing_time 0\n"
        "link set dev {0} alias \"rollover a1/lan\" arp off\n"
        "link set dev {0} addrgenmode none\n"
        "link add link eth1 name eth1.101 group 21103 type vlan id 101\n"
        "link property add dev eth1.101 altname rollover-eth1.101\n"
        "link set dev eth1.101 alias \"rollover {0}\"\n"
        "link set dev eth1.101 master {0}\n"
        "link set dev eth1.101 addrgenmode none\n"
        "link set dev eth1.101 {1}\n"
        "link set dev eth1.101 up\n"
        "link property add dev eth2.7 altname rollover-eth2.7\n"
        "link set dev eth2.7 alias \"rollover {0} found 1500 eui64 down\"\n"
        "link set dev eth2.7 master {0}\n"
        "link set dev eth2.7 addrgenmode none\n"
        "link set dev eth2.7 mtu 9100\n"
        "link set dev eth2.7 {1}\n"
        "link set dev eth2.7 up\n",
        bridge,
        "type bridge_slave learning off flood on mcast_flood on bcast_flood on hairpin off isolated off neigh_suppress "
        "off group_fwd_mask 4");
    EXPECT_EQ(change.links, expected);
    EXPECT_EQ(change.starts, fmt::format("link set dev {} up\n", bridge));
    EXPECT_EQ(change.shapes, "");
}

TEST_F(LinuxBridgePlan, NameOfTheBridgeIsTaken_TheNextOne) {
    host.devices[derived_name("rx", '-', "a1/lan", 0)].kind = "bridge";  // somebody's
    ASSERT_TRUE(make({lan}));
    EXPECT_EQ(bridge_of("eth1.101"), derived_name("rx", '-', "a1/lan", 1));
    ASSERT_TRUE(make({lan}));
    EXPECT_EQ(batches, 1);
    ASSERT_TRUE(remove({"a1/lan"}));
    EXPECT_TRUE(host.devices.contains(derived_name("rx", '-', "a1/lan", 0)));
}

TEST_F(LinuxBridgePlan, WantedThatCannotBe_IsSaidSo) {
    EXPECT_EQ(error_of(a_join("", {{"eth1", 1}, {"eth1", 2}})), errc::bad_input);
    EXPECT_EQ(error_of(a_join(std::string(250, 'x'), {{"eth1", 1}, {"eth1", 2}})), errc::bad_input);
    EXPECT_EQ(error_of(a_join("a", {{"eth1", 1}})), errc::bad_input);
    EXPECT_EQ(error_of(a_join("a", {{"eth1", 1}, {"eth1", 1}})), errc::bad_input);
    EXPECT_EQ(error_of(a_join("a", {{"eth1", 0}, {"eth1", 1}})), errc::bad_input);
    EXPECT_EQ(error_of(a_join("a", {{"eth1", 4095}, {"eth1", 1}})), errc::bad_input);
    EXPECT_EQ(error_of(a_join("a", {{"", 5}, {"eth1", 1}})), errc::bad_input);
    EXPECT_EQ(error_of(a_join("a", {{"eth1; reboot", 5}, {"eth1", 1}})), errc::bad_input);
    for (const auto& [local, remote, vni, mtu] :
         std::vector<std::tuple<std::string, std::string, std::uint32_t, std::uint32_t>>{
             {"192.0.2.1", "2001:db8::1", 5, 1600},
             {"x", "192.0.2.2", 5, 1600},
             {"192.0.2.1", "192.0.2.2", 0, 1600},
             {"192.0.2.1", "192.0.2.2", 1U << 24U, 1600},
             {"192.0.2.1", "192.0.2.2", 5, 100}}) {
        auto far = a_join("a", {{"eth1", 1}});
        far.tunnels.push_back({local, remote, vni, 4789, mtu});
        EXPECT_EQ(error_of(far), errc::bad_input) << remote << " " << vni << " " << mtu;
    }
    EXPECT_EQ(error_of(a_join("a", {{"eth1", 1}, {"eth1", 2}})), errc::internal) << "nothing is wrong with it";
}

TEST_F(LinuxBridgePlan, ClaimedByNobodyWeKnow_WaitedForAndThenTaken) {
    auto& device = host.devices["eth1.101"];
    device.kind = "veth";
    device.other_names = {"rollover-eth1.101"};
    const linux_goal goal{{lan}, {}, {}};
    EXPECT_EQ(plan(goal).unclear, std::vector<std::string>{"eth1.101"});
    EXPECT_TRUE(plan(goal, true).unclear.empty());
    const auto begun = rt.now();
    EXPECT_TRUE(make({lan}));
    EXPECT_GE(rt.now() - begun, std::chrono::seconds(1));
}

TEST_F(LinuxBridgePlan, VlanDeviceOfAnotherName_IsTheMember) {
    auto& device = host.devices["blue"];
    device.kind = "vlan";
    device.parent = "eth1";
    device.id = 101;
    ASSERT_TRUE(make({lan}));
    EXPECT_EQ(list(), std::vector{lan});
    EXPECT_FALSE(host.devices.contains("eth1.101"));
    auto& wrong = host.devices["eth1.105"];
    wrong.kind = "vlan";
    wrong.parent = "eth2";
    wrong.id = 7;
    EXPECT_EQ(error_of(a_join("a", {{"eth1", 105}, {"eth1", 106}})), errc::device_state);
}

TEST_F(LinuxBridgePlan, BridgeOfAnotherPrefix_IsNotOurs) {
    ASSERT_TRUE(make({lan}));
    EXPECT_TRUE(standing_bridges(state(), "ry").empty());
    const auto change = change_to(state(), "ry", {{lan}, {}, {}}, true);
    ASSERT_FALSE(change);
    EXPECT_EQ(change.error().code, errc::busy);
    EXPECT_THAT(change.error().reason, HasSubstr("a1/lan"));
    EXPECT_TRUE(change_to(state(), "ry", {{}, {"a1/lan"}, {}}, true)->empty());
}

}  // namespace
}  // namespace rollover::crossconnect
