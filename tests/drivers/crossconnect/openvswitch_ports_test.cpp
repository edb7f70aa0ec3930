#include "drivers/crossconnect/openvswitch_ports.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rollover::crossconnect {
namespace {

using testing::ElementsAre;

// Captured from ovs-vsctl (Open vSwitch) 3.1.0, Debian 12; "sw" is a port of another bridge.
constexpr std::string_view listed =
    "rot-y\nrot2d1f0c9be3a7\ntrunk1\n"
    R"({"data":[["sw",65534,"internal",["map",[]],["map",[]],["set",[]]],)"
    R"(["trunk1",1,"patch",["map",[["peer","up"]]],["map",[]],["set",[]]],)"
    R"(["rot2d1f0c9be3a7",3,"vxlan",["map",[["dst_port","4789"],["key","flow"],["local_ip","fd00::1"],)"
    R"(["remote_ip","fd00::2"]]],["map",[["rollover","tunnel"],["rollover-mtu","1600"]]],["set",[]]],)"
    R"(["rot-y",-1,"vxlan",["map",[["remote_ip","fd00::2"]]],["map",[]],)"
    R"x("could not add network device rot-y to ofproto (File exists)"]],)x"
    R"("headings":["name","ofport","type","options","external_ids","error"]})"
    "\n";

tunnel a_tunnel() {
    tunnel to;
    to.local = "192.0.2.1";
    to.remote = "192.0.2.2";
    to.vni = 5101;
    return to;
}

TEST(OpenvswitchPorts, Words_AreThoseOfTheContract) {
    EXPECT_THAT(read_ports_command("xc", 30),
                ElementsAre("ovs-vsctl", "--timeout=30", "--format=json", "list-ifaces", "xc", "--",
                            "--columns=name,ofport,type,options,external_ids,error", "list", "Interface"));
    auto port = port_for("xc", a_tunnel());
    EXPECT_THAT(make_ports_command("xc", std::vector{port}, 0),
                ElementsAre("ovs-vsctl", "--timeout=1", "--", "--may-exist", "add-port", "xc", port.name, "trunks=4095",
                            "--", "set", "Interface", port.name, "type=vxlan",
                            "options={dst_port=\"4789\",key=\"flow\",local_ip=\"192.0.2.1\",remote_ip=\"192.0.2.2\"}",
                            "external_ids={rollover=\"tunnel\",rollover-mtu=\"1600\"}"));
    port.number = 7;
    EXPECT_EQ(make_ports_command("xc", std::vector{port}, 5).back(), "ofport_request=7");
    const std::vector<std::string> names{"a", "b"};
    EXPECT_THAT(drop_ports_command("xc", names, 5),
                ElementsAre("ovs-vsctl", "--timeout=5", "--", "--if-exists", "del-port", "xc", "a", "--", "--if-exists",
                            "del-port", "xc", "b"));
}

TEST(OpenvswitchPorts, Listed_OnlyThoseOfTheBridge) {
    const auto ports = parse_ports(listed);
    ASSERT_TRUE(ports) << describe(ports.error());
    ASSERT_EQ(ports->size(), 3U);
    EXPECT_EQ((*ports)[0].number, 0U) << "it does not work";
    EXPECT_EQ((*ports)[0].error, "could not add network device rot-y to ofproto (File exists)");
    EXPECT_EQ((*ports)[2].name, "trunk1");
    EXPECT_EQ((*ports)[2].number, 1U);
    EXPECT_FALSE(is_ours((*ports)[0]));
    EXPECT_FALSE(is_ours((*ports)[2]));
    ASSERT_TRUE(is_ours((*ports)[1]));
    const auto to = tunnel_of((*ports)[1]);
    ASSERT_TRUE(to);
    EXPECT_EQ(to->remote, "fd00::2");
    EXPECT_EQ(to->mtu, 1600U);
}

TEST(OpenvswitchPorts, AnswersOfSomethingElse_AreProtocolErrors) {
    const std::string good(listed);
    auto other_headings = good;
    other_headings.replace(other_headings.find("\"ofport\","), 9, "");
    auto short_row = good;
    short_row.replace(short_row.find(",[\"set\",[]]]"), 11, "]");
    for (const auto& text : {std::string(), std::string("trunk1\n"), std::string("trunk1\n{}\n"), other_headings,
                             short_row, good + good, good.substr(0, good.size() - 3)}) {
        const auto ports = parse_ports(text);
        ASSERT_FALSE(ports) << text;
        EXPECT_EQ(ports.error().code, errc::protocol);
    }
}

TEST(OpenvswitchPorts, PortOfATunnel_IsItsOwnAndFitsTheKernel) {
    const auto port = port_for("xc", a_tunnel());
    EXPECT_EQ(port.name.size(), 15U) << "IFNAMSIZ - 1";
    EXPECT_TRUE(is_ours(port));
    EXPECT_EQ(tunnel_of(port)->local, "192.0.2.1");
    auto other = a_tunnel();
    other.vni = 7;
    EXPECT_EQ(port_for("xc", other).name, port.name) << "one port for all VNIs";
    EXPECT_NE(port_for("xc2", a_tunnel()).name, port.name);
    other.port = 4790;
    EXPECT_NE(port_for("xc", other).name, port.name);
}

TEST(OpenvswitchPorts, PortWithoutOurNameOrMark_IsNotOurs) {
    auto port = port_for("xc", a_tunnel());
    auto found = port;
    found.marks["iface-id"] = "a mark of others";
    found.number = 4;
    EXPECT_TRUE(same_settings(found, port));
    found.marks.erase("rollover");
    EXPECT_FALSE(is_ours(found));
    port.name = "vx0";
    EXPECT_FALSE(is_ours(port));
}

TEST(OpenvswitchPorts, Tunnels_AreChecked) {
    auto to = a_tunnel();
    to.local = "2001:DB8:0::1";
    to.remote = "2001:db8::2";
    EXPECT_EQ(checked_tunnel(to)->local, "2001:db8::1");
    const auto bad = [](auto change) {
        auto one = a_tunnel();
        change(one);
        const auto checked = checked_tunnel(one);
        return !checked && checked.error().code == errc::bad_input;
    };
    EXPECT_TRUE(bad([](tunnel& t) { t.local = "host"; }));
    EXPECT_TRUE(bad([](tunnel& t) { t.remote = "::1"; }));
    EXPECT_TRUE(bad([](tunnel& t) { t.remote = "192.0.2.2\",key=\"5"; }));
    EXPECT_TRUE(bad([](tunnel& t) { t.remote = t.local; }));
    EXPECT_TRUE(bad([](tunnel& t) { t.vni = 0; }));
    EXPECT_TRUE(bad([](tunnel& t) { t.vni = 0x1000000; }));
    EXPECT_TRUE(bad([](tunnel& t) { t.port = 0; }));
}

}  // namespace
}  // namespace rollover::crossconnect
