// Answers as iproute2 6.1 prints them, shortened.
#include "tests/drivers/crossconnect/linux_rig.h"

namespace rollover::crossconnect {
namespace {

constexpr std::string_view answer = R"([
{"ifindex":2,"ifname":"rx-5d1c0b7e","flags":["NO-CARRIER","BROADCAST","MULTICAST","UP"],"mtu":1500,"qdisc":"noqueue",
 "operstate":"DOWN","group":"21103","max_mtu":65535,"linkinfo":{"info_kind":"bridge","info_data":{"forward_delay":1500,
 "ageing_time":0,"stp_state":0,"vlan_filtering":0,"group_fwd_mask":"0xfff8","mcast_snooping":0}},
 "inet6_addr_gen_mode":"none","ifalias":"rollover a17/lan"},
{},
{"ifindex":4,"link":"eth1","ifname":"eth1.101","flags":["BROADCAST","MULTICAST","UP","LOWER_UP"],"mtu":9216,
 "qdisc":"tbf","master":"rx-5d1c0b7e","group":"default","max_mtu":65535,"linkinfo":{"info_kind":"vlan","info_data":
 {"protocol":"802.1Q","id":101,"flags":["REORDER_HDR"]},"info_slave_kind":"bridge","info_slave_data":{"state":
 "forwarding","hairpin":false,"learning":false,"flood":true,"mcast_flood":true,"bcast_flood":true,"neigh_suppress":false,
 "group_fwd_mask":"0x4","group_fwd_mask_str":"lacp","isolated":false,"locked":false}},"inet6_addr_gen_mode":"eui64",
 "altnames":["rollover-eth1.101"]},
{"ifindex":5,"ifname":"vx","link":"eth9","link_netnsid":0,"flags":[],"mtu":1400,"linkinfo":{"info_kind":"vxlan",
 "info_data":{"id":5,"remote6":"2001:db8::2","local6":"2001:db8::1","port":4789,"learning":false}}}])";

TEST(LinuxBridgeLinks, BridgeMemberAndTunnel_AreRead) {
    const auto links = parse_links(answer).value();
    ASSERT_EQ(links.size(), 3U);
    const auto& bridge = links.at("rx-5d1c0b7e");
    EXPECT_EQ(bridge.bridge, our_bridge_settings);
    EXPECT_TRUE(bridge.up);
    EXPECT_FALSE(bridge.carrier);
    EXPECT_TRUE(is_our_bridge(bridge, "rx"));
    EXPECT_FALSE(is_our_bridge(bridge, "r"));
    const auto& member = links.at("eth1.101");
    EXPECT_EQ(member.port, our_port_settings);
    EXPECT_EQ(attachment_of(member), (attachment{"eth1", 101}));
    EXPECT_TRUE(is_claimed(member));
    EXPECT_EQ(links.at("vx").parent, "") << "a device of another namespace";
    EXPECT_EQ(links.at("vx").vxlan->remote, "2001:db8::2");
}

TEST(LinuxBridgeLinks, Disciplines_AsShapes) {
    constexpr std::string_view tc = R"([{"kind":"noqueue","handle":"0:","dev":"lo","root":true,"refcnt":2,"options":{}},
{"kind":"tbf","handle":"526f:","dev":"a","root":true,"options":{"rate":1250000,"burst":32767,"lat":50000}},
{"kind":"netem","handle":"526f:","dev":"b","root":true,"options":{"limit":1000,"delay":{"delay":0.05,"jitter":0.005,
"correlation":0},"loss-random":{"loss":0.0125,"correlation":0},"rate":{"rate":1250000},"ecn":false,"gap":0}},
{"kind":"netem","handle":"526f:","dev":"c","root":true,"options":{"limit":1000,"duplicate":{"duplicate":0.1}}},
{"kind":"pfifo_fast","handle":"0:","dev":"d","parent":"1:1","options":{}}])";
    const auto found = parse_disciplines(tc).value();
    ASSERT_EQ(found.size(), 4U);
    EXPECT_EQ(found.at("a").shaped, (shape{{}, {}, 0, 10}));
    EXPECT_EQ(found.at("b").shaped, (shape{std::chrono::milliseconds(50), std::chrono::milliseconds(5), 12'500, 10}));
    EXPECT_FALSE(found.at("c").shaped);
}

TEST(LinuxBridgeLinks, WhatIsNoAnswer_IsSaidSo) {
    EXPECT_TRUE(parse_links("").value().empty());
    EXPECT_TRUE(parse_links("[]\n").value().empty());
    for (const auto* wrong : {"{", "{}", "1: lo: <LOOPBACK>", "[", "nul"}) {
        EXPECT_EQ(parse_links(wrong).error().code, errc::protocol) << wrong;
        EXPECT_EQ(parse_disciplines(wrong).error().code, errc::protocol) << wrong;
    }
    const auto odd = parse_links(R"([1,"x",null,{"ifname":5},{"ifname":"a","flags":"UP","mtu":-1,"altnames":[1]}])");
    ASSERT_TRUE(odd);
    EXPECT_EQ(odd->size(), 1U);
}

}  // namespace
}  // namespace rollover::crossconnect
