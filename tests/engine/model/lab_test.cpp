#include "engine/model/reader.h"
#include "tests/engine/model/support.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rollover::model::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

lab good_lab(std::string_view xml, const std::string& file = "labs/x.xml") {
    const auto read = read_lab(xml, file);
    EXPECT_TRUE(read.value) << lines_of(read.mistakes);
    return read.value.value_or(lab());
}

// Everything is used before it is defined.
constexpr std::string_view full_lab = R"(<lab name="ostrava">
  <site name="main">
    <wire name="w1"><end device="r1" interface="Gi0/2"/><end device="r2" interface="Gi0/2"/></wire>
    <segment name="s1"><end device="r1" interface="Gi0/3"/><end device="r2" interface="Gi0/3"/></segment>
    <device name="r1" platform="cisco-ios" model="2811">
      <feature name="ospf"/><feature name="ipsec"/>
      <interface name="Gi0/1"><switch-port switch="sw1" port="1/1" vlan="4094"/></interface>
      <interface name="Gi0/2"/><interface name="Gi0/3"/>
      <interface name="Se0" type="serial"><line converter="cs2" number="7"/></interface>
      <console line="cs1/0/1" baud="115200" data-bits="7" parity="even" stop-bits="2" char-delay="5ms" line-delay="100ms"
               pacing="echoed" login="admin"/>
    </device>
    <device name="r2" platform="frr"><console line="cs2/1" char-delay="80ms"/>
      <interface name="Gi0/2"/><interface name="Gi0/3"/></device>
    <switch name="sw1" platform="dell"><trunk port="24" cross-connect="xc1" cross-connect-port="eth1"/></switch>
    <cross-connect name="xc1" kind="openvswitch" host="xc.example" port="2222" bridge="br0" login="admin"
                   known-hosts="../keys/known_hosts" ovs-run-dir="/run/ovs"/>
    <converter name="cs1" protocol="ssh" host="192.0.2.1" login="admin" known-hosts="/etc/known_hosts">
      <line number="0/1" user="port1"/></converter>
    <converter name="cs2" protocol="tty"><line number="1" path="/dev/ttyS1"/><line number="7" path="/dev/ttyS7"/></converter>
  </site>
  <hook when="before-deactivation" limit="2m"><argument>/opt/tell</argument><argument> the users &amp; me</argument></hook>
  <credentials name="admin" user="root" password="file:secrets/pw" enable="env:EN" key="id_ed25519"/>
</lab>)";

TEST(LabReader, DevicesConsolesInterfaces_AsWritten) {
    const lab l = good_lab(full_lab);
    ASSERT_EQ(l.devices.size(), 2U);
    const device& r1 = l.devices[0];
    EXPECT_EQ(r1.platform, "cisco-ios");
    EXPECT_EQ(r1.model, "2811");
    EXPECT_THAT(r1.features, ElementsAre("ipsec", "ospf"));
    EXPECT_EQ(name_of(l, r1.console.line), "cs1/0/1");
    EXPECT_EQ(r1.console.baud, 115200U);
    EXPECT_EQ(r1.console.data_bits, 7);
    EXPECT_EQ(r1.console.parity, 'e');
    EXPECT_EQ(r1.console.stop_bits, 2);
    EXPECT_EQ(r1.console.char_delay, 5ms);
    EXPECT_EQ(r1.console.line_delay, 100ms);
    EXPECT_EQ(r1.console.pacing, pacing_mode::echoed);
    ASSERT_TRUE(r1.console.login);
    EXPECT_EQ(l.at(*r1.console.login).user, "root");
    ASSERT_EQ(r1.interfaces.size(), 4U);
    ASSERT_TRUE(r1.interfaces[0].port);
    EXPECT_EQ(r1.interfaces[0].port->vlan, 4094);
    EXPECT_EQ(l.at(r1.interfaces[0].port->where).name, "sw1");
    EXPECT_EQ(r1.interfaces[3].type, interface_type::serial);
    ASSERT_TRUE(r1.interfaces[3].line);
    EXPECT_EQ(name_of(l, r1.interfaces[3].line->line), "cs2/7");
}

TEST(LabReader, ConsoleDefaults_LineDelayIsNeverShorterThanCharDelay) {
    const lab l = good_lab(full_lab);
    const console& c = l.devices[1].console;
    EXPECT_EQ(c.baud, 9600U);
    EXPECT_EQ(c.data_bits, 8);
    EXPECT_EQ(c.parity, 'n');
    EXPECT_EQ(c.stop_bits, 1);
    EXPECT_EQ(c.pacing, pacing_mode::timed);
    EXPECT_FALSE(c.login);
    EXPECT_EQ(c.char_delay, 80ms);
    EXPECT_EQ(c.line_delay, 80ms);
}

TEST(LabReader, HostsAndTrunks_AsWritten) {
    const lab l = good_lab(full_lab);
    EXPECT_EQ(l.converters[0].protocol, line_protocol::ssh);
    EXPECT_EQ(l.converters[0].lines[0].port, 22);
    EXPECT_EQ(l.converters[0].lines[0].user, "port1");
    EXPECT_EQ(l.converters[1].lines[1].path, "/dev/ttyS7");
    const trunk& t = l.switches.at(0).trunks.at(0);
    EXPECT_EQ(t.port, "24");
    EXPECT_EQ(t.cross_connect_port, "eth1");
    const cross_connect& x = l.at(t.cross_connect);
    EXPECT_EQ(x.host, "xc.example");
    EXPECT_EQ(x.port, 2222);
    EXPECT_EQ(x.bridge, "br0");
    EXPECT_EQ(x.ovs_run_dir, "/run/ovs");
}

TEST(LabReader, RelativePaths_StartAtTheFolderOfTheLabFile) {
    const lab l = good_lab(full_lab, "labs/x.xml");
    EXPECT_EQ(l.credentials[0].password, "file:labs/secrets/pw");
    EXPECT_EQ(l.credentials[0].enable, "env:EN");
    EXPECT_EQ(l.credentials[0].key, "labs/id_ed25519");
    EXPECT_EQ(l.cross_connects[0].known_hosts, "keys/known_hosts");
    EXPECT_EQ(l.converters[0].known_hosts, "/etc/known_hosts");
    EXPECT_EQ(good_lab(full_lab, "/etc/rollover/x.xml").credentials[0].key, "/etc/rollover/id_ed25519");
    EXPECT_EQ(good_lab(full_lab, "x.xml").credentials[0].key, "id_ed25519");
}

TEST(LabReader, WiresAndSegments_NameTheirInterfaces) {
    const lab l = good_lab(full_lab);
    ASSERT_EQ(l.wires.size(), 1U);
    EXPECT_EQ(l.wires[0].name, "w1");
    EXPECT_EQ(name_of(l, l.wires[0].ends[1]), "r2 Gi0/2");
    ASSERT_EQ(l.segments.size(), 1U);
    EXPECT_EQ(name_of(l, l.segments[0].ends[0]), "r1 Gi0/3");
}

TEST(LabReader, Hooks_KeepTheirArgumentsExactly) {
    const lab l = good_lab(full_lab);
    ASSERT_EQ(l.hooks.size(), 1U);
    EXPECT_EQ(l.hooks[0].when, hook::moment::before_deactivation);
    EXPECT_EQ(l.hooks[0].limit, 2min);
    EXPECT_THAT(l.hooks[0].command, ElementsAre("/opt/tell", " the users & me"));
}

TEST(LabReader, Places_PointAtTheElement) {
    const lab l = good_lab(full_lab);
    EXPECT_EQ(to_string(l.devices[1].place), "labs/x.xml:13:5");
    EXPECT_EQ(to_string(l.devices[1].console.place), "labs/x.xml:13:38");
    EXPECT_EQ(l.file, "labs/x.xml");
}

TEST(LabReader, DeviceInTheSecondSite_KnowsItsSite) {
    const lab l = good_lab(R"(<lab name="a"><site name="s1"/><site name="s2">
        <converter name="c" protocol="raw" host="h"><line number="1" port="7"/></converter>
        <device name="d" platform="p"><console line="c/1"/></device></site></lab>)");
    EXPECT_EQ(l.at(l.devices.at(0).site).name, "s2");
    EXPECT_EQ(find_device(l, "d"), device_index{0});
    EXPECT_EQ(find_device(l, "e"), std::nullopt);
}

TEST(LabReader, ATopology_IsNotALab) {
    const auto read = read_lab("<topology name=\"t\"><node name=\"A\"/></topology>", "t.xml");
    EXPECT_EQ(lines_of(read.mistakes), "1:1: this is a topology; a lab is wanted here\n");
}

TEST(LabReader, ManyMistakes_ComeInTheOrderOfTheFile) {
    const auto read = read_lab("<lab>\n<site name=\"s\">\n<device name=\"d\"/>\n<router/>\n</site>\n</lab>\n", "t.xml");
    EXPECT_EQ(
        lines_of(read.mistakes),
        "1:1: <lab> has no attribute \"name\"; add name=\"...\"\n"
        "3:1: <device> has no attribute \"platform\"; add platform=\"...\"\n"
        "3:1: <device> has no <console>; add <console line=\"CONVERTER/NUMBER\"/>\n"
        "4:1: <router> is not allowed in <site>; allowed: converter, cross-connect, switch, device, wire, segment\n");
}

TEST(LabReader, SerialNumberOfTwoDevices_IsRefusedWithBothPlaces) {
    const auto with = [](const std::string& second) {
        return lines_of(read_lab(R"(<lab name="l"><site name="s"><converter name="c" protocol="raw" host="h">
<line number="1" port="1"/><line number="2" port="2"/></converter>
<device name="a" platform="p" serial-number="FTX1a"><console line="c/1"/></device>
<device name="b" platform="p" serial-number=")" +
                                     second + R"("><console line="c/2"/></device></site></lab>)",
                                 "lab.xml")
                            .mistakes);
    };
    EXPECT_EQ(with("FTX1A"), "4:46: serial number FTX1A is already used; see line 3\n")
        << "devices are compared so too";
    EXPECT_EQ(with("FTX2A"), "");
}

}  // namespace
}  // namespace rollover::model::test
