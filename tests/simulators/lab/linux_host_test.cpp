// Cross-connects of kernel bridges in a simulated lab: frames go where the devices of the kernel say.
#include "simulators/lab/linux_host.h"

#include "engine/runtime/virtual_runtime.h"
#include "simulators/lab/lab_simulator.h"
#include "tests/simulators/lab/small_lab.h"

#include <gtest/gtest.h>

namespace rollover::sim {
namespace {

constexpr auto bridge_of = R"(link add name B group 21103 type bridge ageing_time 0
link set dev B up
)";

process_request batch(const std::string& lines) {
    process_request request;
    request.argv = {"ip", "-batch", "-"};
    request.input = lines;
    return request;
}

std::string member(const std::string& name, int vlan) {
    const auto number = std::to_string(vlan);
    return "link add link " + name + " name " + name + "." + number + " type vlan id " + number + "\nlink set dev " +
           name + "." + number + " master B\nlink set dev " + name + "." + number + " up\n";
}

std::string tunnel_to(const std::string& local, const std::string& remote) {
    return "link add name v mtu 1500 type vxlan id 7 local " + local + " remote " + remote +
           " dstport 4789 nolearning\nlink set dev v master B\nlink set dev v up\n";
}

TEST(LinuxHost, OneBridge_ItsMembersReachEachOther) {
    auto lab = small_lab(3);
    lab.cross_connects[0].kind = model::cross_connect_kind::linux_bridge;
    virtual_runtime rt;
    lab_simulator simulator(rt, lab, {}, {});
    const fabric::port r0{"r0", "FastEthernet0/0"};
    const fabric::port r1{"r1", "FastEthernet0/0"};
    const auto made = simulator.run_here(batch(bridge_of + member("eth1", 101) + member("eth1", 102)));
    ASSERT_TRUE(made);
    EXPECT_EQ(made->errors, "");
    EXPECT_EQ(simulator.joins(), 1U);
    EXPECT_EQ(simulator.network().reached(r0), std::vector{r1});
    EXPECT_EQ(simulator.flows({0}), "");
    ASSERT_NE(simulator.kernel({0}), nullptr);
    EXPECT_TRUE(simulator.kernel({0})->devices.contains("eth1.101"));
    EXPECT_EQ(simulator.run_here(batch("link set dev eth1.102 down\n"))->exit_code, 0);
    EXPECT_TRUE(simulator.network().reached(r0).empty());
    EXPECT_EQ(simulator.run_here(batch("link del dev B\n"))->exit_code, 0);
    EXPECT_EQ(simulator.joins(), 0U);
}

TEST(LinuxHost, TunnelBetweenTwo_BothSidesAreReached) {
    auto lab = small_lab(3);
    lab.cross_connects[0].kind = model::cross_connect_kind::linux_bridge;
    auto other = lab.cross_connects[0];
    other.name = "xc2";
    other.host = "192.0.2.2";
    lab.cross_connects.push_back(other);
    model::lab_switch second;
    second.name = "sw2";
    second.trunks.push_back({"Gi0/24", {1}, "eth1", {}});
    lab.switches.push_back(second);
    lab.devices[1].interfaces[0].port = model::switch_port{{1}, "Gi0/1", 101};
    lab.devices[2].interfaces[0].port = model::switch_port{{1}, "Gi0/2", 102};
    virtual_runtime rt;
    lab_simulator simulator(rt, lab, {}, {});
    const fabric::port r0{"r0", "FastEthernet0/0"};
    const fabric::port r1{"r1", "FastEthernet0/0"};
    const auto here = bridge_of + member("eth1", 101) + tunnel_to("192.0.2.1", "192.0.2.2");
    const auto there = bridge_of + member("eth1", 101) + tunnel_to("192.0.2.2", "192.0.2.1");
    EXPECT_EQ(simulator.run_on_host(lab.cross_connects[0].name, batch(here))->errors, "");
    EXPECT_TRUE(simulator.network().reached(r0).empty()) << "the other end is not there yet";
    EXPECT_EQ(simulator.run_on_host("xc2", batch(there))->errors, "");
    EXPECT_EQ(simulator.network().reached(r0), std::vector{r1});
    EXPECT_EQ(simulator.network().reached(r1), std::vector{r0});
}

TEST(LinuxHost, TunnelToOpenVswitch_BothSidesAreReached) {
    auto lab = small_lab(2);
    auto other = lab.cross_connects[0];
    other.name = "xc2";
    other.host = "192.0.2.2";
    other.kind = model::cross_connect_kind::linux_bridge;
    lab.cross_connects.push_back(other);
    model::lab_switch second;
    second.name = "sw2";
    second.trunks.push_back({"Gi0/24", {1}, "eth1", {}});
    lab.switches.push_back(second);
    lab.devices[1].interfaces[0].port = model::switch_port{{1}, "Gi0/1", 101};
    virtual_runtime rt;
    lab_simulator simulator(rt, lab, {}, {});
    const auto here = [&simulator](std::vector<std::string> words, const std::string& input) {
        process_request request;
        request.argv = std::move(words);
        request.input = input;
        return simulator.run_here(request)->errors;
    };
    EXPECT_EQ(here({"ovs-vsctl", "add-port", "br-xc", "t", "--", "set", "Interface", "t", "type=vxlan",
                    "options={local_ip=\"192.0.2.1\",remote_ip=\"192.0.2.2\",key=flow}"},
                   ""),
              "");
    EXPECT_EQ(here({"ovs-ofctl", "-O", "OpenFlow13", "add-flows", "br-xc", "-"},
                   "in_port=1,dl_vlan=101,actions=pop_vlan,set_field:7->tun_id,output:2\n"
                   "in_port=2,tun_id=7,actions=push_vlan:0x8100,set_field:4197->vlan_vid,output:1\n"),
              "");
    const auto there = bridge_of + member("eth1", 101) + tunnel_to("192.0.2.2", "192.0.2.1");
    EXPECT_EQ(simulator.run_on_host("xc2", batch(there))->errors, "");
    const fabric::port r0{"r0", "FastEthernet0/0"};
    const fabric::port r1{"r1", "FastEthernet0/0"};
    EXPECT_EQ(simulator.network().reached(r0), std::vector{r1});
    EXPECT_EQ(simulator.network().reached(r1), std::vector{r0});
}

TEST(LinuxHost, WhatTheKernelRefuses_InItsWords) {
    linux_host host;
    host.add_device("eth1");
    const auto says = [&host](const std::string& line) { return host.run({"ip", "-batch", "-"}, line + "\n").errors; };
    EXPECT_EQ(says("link add name B type bridge"), "");
    EXPECT_EQ(says("link add name B type bridge"), "RTNETLINK answers: File exists\nCommand failed -:1\n");
    EXPECT_EQ(says("link set dev nope up"), "Cannot find device \"nope\"\nCommand failed -:1\n");
    EXPECT_EQ(says("link set dev B type bridge group_fwd_mask 4"),
              "RTNETLINK answers: Invalid argument\nCommand failed -:1\n");
    EXPECT_EQ(says("link add link eth1 name eth1.5 type vlan id 5"), "");
    EXPECT_EQ(says("link set dev eth1.5 mtu 9217"),
              "RTNETLINK answers: Numerical result out of range\nCommand failed -:1\n");
    EXPECT_EQ(says("link property add dev eth1.5 altname x"), "");
    EXPECT_EQ(says("# a comment\nlink property add dev eth1 altname x"),
              "RTNETLINK answers: File exists\nCommand failed -:2\n");
    EXPECT_EQ(says("link del dev eth1"), "");
    EXPECT_FALSE(host.devices.contains("eth1.5")) << "goes with its parent";
    EXPECT_EQ(host.run({"ip", "address"}, "").exit_code, 255);
}

// The words are those of iproute2 6.1 and Linux 6.1.
TEST(LinuxHost, VethsAndTheirDisciplines) {
    linux_host host;
    const auto links = [&host](const std::string& lines) { return host.run({"ip", "-batch", "-"}, lines).errors; };
    const auto shapes = [&host](const std::string& lines) { return host.run({"tc", "-batch", "-"}, lines).errors; };
    EXPECT_EQ(links("link add a mtu 9216 type veth peer name b mtu 9216\nlink set a up\nlink set b up\n"), "");
    EXPECT_EQ(host.devices.at("b").peer, "a");
    EXPECT_EQ(host.devices.at("b").mtu, 9216U);
    EXPECT_NE(show_links(host).find(R"("link":"b","ifname":"a")"), std::string::npos) << show_links(host);
    EXPECT_EQ(links("link add c type veth peer name a"), "RTNETLINK answers: File exists\nCommand failed -:1\n");
    EXPECT_FALSE(host.devices.contains("c"));
    const std::string tbf = " dev a root handle 526f: tbf rate 10mbit burst 20000 latency 50ms\n";
    EXPECT_EQ(shapes("qdisc replace" + tbf + "qdisc replace" + tbf), "");
    EXPECT_EQ(shapes("qdisc add" + tbf), "Error: Exclusivity flag on, cannot modify.\nCommand failed -:1\n");
    EXPECT_EQ(shapes("qdisc replace dev a root handle 526f: netem limit 1000 delay 20000us\n"),
              "Error: Invalid qdisc name: must match existing qdisc.\nCommand failed -:1\n");
    EXPECT_EQ(shapes("qdisc replace dev a root handle 5270: netem limit 1000 delay 20000us\n"), "");
    EXPECT_EQ(host.devices.at("a").discipline_values,
              (std::map<std::string, double>{{"limit", 1000}, {"delay", 0.02}}));
    const auto gone = host.run({"ip", "-force", "-batch", "-"}, "link del nope\nlink del b\nlink del nope\n");
    EXPECT_EQ(gone.errors,
              "Cannot find device \"nope\"\nCommand failed -:1\nCannot find device \"nope\"\nCommand failed -:3\n");
    EXPECT_EQ(gone.exit_code, 1);
    EXPECT_TRUE(host.devices.empty()) << "both ends go";
}

}  // namespace
}  // namespace rollover::sim
