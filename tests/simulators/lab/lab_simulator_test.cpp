#include "simulators/lab/lab_simulator.h"

#include "simulators/lab/lab_fabric.h"
#include "tests/simulators/lab/line_bench.h"
#include "tests/simulators/lab/small_lab.h"

namespace rollover::sim {
namespace {

using namespace std::chrono_literals;

process_request host_command(std::vector<std::string> argv, std::string input = {}) {
    process_request request;
    request.argv = std::move(argv);
    request.input = std::move(input);
    return request;
}

process_request bundle(std::string lines) {
    return host_command({"ovs-ofctl", "-O", "OpenFlow13", "--bundle", "--timeout=5", "add-flows", "br-xc", "-"},
                        std::move(lines));
}

/// Presses RETURN every second, and notes all that is printed with its time.
task<void> press_return(virtual_runtime& rt, std::uint16_t port, int times, std::string& seen) {
    const endpoint at{"127.0.0.1", port};
    auto connected = co_await rt.connect(at, never);
    if (!connected) {
        seen += "refused;";
        co_return;
    }
    const auto stream = std::move(*connected);
    std::array<char, 256> buffer{};
    for (int i = 0; i < times; ++i) {
        const auto sent = stream->try_write("\r");
        const time_point next = rt.now() + 1s;
        for (;;) {
            const auto count = co_await stream->read_some(buffer, next);
            if (!count) {
                seen += sent && count.error().code == errc::timed_out ? "" : "closed;";
                break;
            }
            seen +=
                std::to_string(rt.now().time_since_epoch().count()) + ":" + std::string(buffer.data(), *count) + ";";
        }
    }
}

/// What was noted, without the times.
std::string text_of(std::string_view noted) {
    std::string text;
    while (!noted.empty()) {
        noted.remove_prefix(std::min(noted.size(), noted.find(':') + 1));
        const std::size_t end = std::min(noted.find(';'), noted.size());
        text += noted.substr(0, end);
        noted.remove_prefix(std::min(noted.size(), end + 1));
    }
    return text;
}

struct run_outcome {
    std::vector<std::string> seen;
    std::uint64_t alarms = 0;
    time_point ended;
};

run_outcome run_lab(std::uint32_t devices, simulator_options options) {
    const model::lab lab = small_lab(devices);
    virtual_runtime rt;
    run_outcome out;
    out.seen.resize(devices);
    auto root = [](virtual_runtime& r, const model::lab& l, simulator_options o, run_outcome& result) -> task<void> {
        lab_simulator simulator(r, l, std::move(o), {});
        const auto started = simulator.start();
        EXPECT_TRUE(started);
        task_group clients(r);
        for (std::uint32_t i = 0; i < result.seen.size(); ++i) {
            clients.spawn(press_return(r, static_cast<std::uint16_t>(first_port + i), 5, result.seen[i]));
        }
        co_await clients.join();
        co_await simulator.stop();
    };
    EXPECT_EQ(rt.run(root(rt, lab, std::move(options), out)), virtual_end::finished);
    out.alarms = rt.alarms_fired();
    out.ended = rt.now();
    return out;
}

TEST(LabSimulator, FiftyRouters_EachAsksItsFirstQuestionOnItsOwnLine) {
    const auto out = run_lab(50, {});
    for (const auto& seen : out.seen) {
        EXPECT_NE(text_of(seen).find("dialog?"), std::string::npos)
            << "the question of a router out of the box: " << seen;
    }
}

TEST(LabSimulator, SameSeedWithFaults_SameBytesAtTheSameTimes_OtherSeedOthers) {
    simulator_options options;
    options.seed = 11;
    options.faults = {0.3, 0.3, 0.3, 0.3, 0.3, 0.3};
    const auto once = run_lab(50, options);
    const auto again = run_lab(50, options);
    EXPECT_EQ(once.seen, again.seen);
    EXPECT_EQ(once.alarms, again.alarms);
    options.seed = 12;
    EXPECT_NE(run_lab(50, options).seen, once.seen);
}

TEST(LabSimulator, ThousandIdleDevices_NothingHappens) {
    const model::lab lab = small_lab(1000);
    virtual_runtime rt;
    auto root = [](virtual_runtime& r, const model::lab& l) -> task<void> {
        simulator_options quiet;
        quiet.chatty = false;
        lab_simulator simulator(r, l, std::move(quiet), {});
        EXPECT_TRUE(simulator.start());
        co_await sleep_for(r, 24h);
        co_await simulator.stop();
    };
    EXPECT_EQ(rt.run(root(rt, lab)), virtual_end::finished);
    EXPECT_LE(rt.alarms_fired(), 10U) << "a device that is left alone sets no alarms";
}

TEST(LabSimulator, PlatformWithoutSimulator_IsSaidByStart) {
    const model::lab lab = small_lab(2, model::line_protocol::raw, "frr");
    virtual_runtime rt;
    lab_simulator simulator(rt, lab, {}, {});
    const auto started = simulator.start();
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().code, errc::unsupported);
    EXPECT_NE(started.error().reason.find("frr"), std::string::npos);
    EXPECT_NE(started.error().hint.find("cisco-ios"), std::string::npos);
}

TEST(LabSimulator, AddressInUse_IsSaidByStart_AndNothingIsLeftListening) {
    const model::lab lab = small_lab(2);
    virtual_runtime rt;
    auto taken = rt.listen({"127.0.0.1", first_port + 1});
    ASSERT_TRUE(taken);
    {
        lab_simulator simulator(rt, lab, {}, {});
        const auto started = simulator.start();
        ASSERT_FALSE(started);
        EXPECT_EQ(started.error().code, errc::io);
        EXPECT_NE(started.error().reason.find("127.0.0.1:4002"), std::string::npos);
        EXPECT_TRUE(rt.listen({"127.0.0.1", first_port}));
    }
}

TEST(LabSimulator, JoinedByItsHostsCommands_DevicesReachEachOther_UndoneNoMore) {
    const model::lab lab = small_lab(4);
    virtual_runtime rt;
    lab_simulator simulator(rt, lab, {}, {});
    const fabric::port r0{"r0", "FastEthernet0/0"};
    const fabric::port r1{"r1", "FastEthernet0/0"};
    EXPECT_EQ(simulator.joins(), 0U);
    EXPECT_TRUE(simulator.network().reached(r0).empty());

    const auto made =
        simulator.run_here(bundle(join_rules("000000000001", 101, 102) + join_rules("000000000002", 103, 104)));
    ASSERT_TRUE(made);
    EXPECT_EQ(made->exit_code, 0) << made->errors;
    EXPECT_EQ(simulator.joins(), 2U);
    EXPECT_EQ(simulator.network().reached(r0), std::vector{r1});
    EXPECT_EQ(simulator.network().reached(r1), std::vector{r0});
    EXPECT_NE(simulator.flows({0}).find("dl_vlan=103"), std::string::npos);

    const auto undone = simulator.run_on_host("xc", bundle("delete cookie=0x526f000000000001/-1\n"));
    ASSERT_TRUE(undone);
    EXPECT_EQ(simulator.joins(), 1U);
    EXPECT_TRUE(simulator.network().reached(r0).empty());
    EXPECT_EQ(simulator.run_on_host("nobody", bundle("")).error().code, errc::not_found);
}

TEST(LabSimulator, ProgramsOfTheRuntime_CanBeTheHostsOwn) {
    const model::lab lab = small_lab(1);
    virtual_runtime rt;
    lab_simulator simulator(rt, lab, {}, {});
    rt.on_process([&simulator](const process_request& request) { return simulator.run_here(request); });
    auto root = [](virtual_runtime& r) -> task<void> {
        auto request = host_command({"ovs-vsctl", "--timeout=5", "list-ifaces", "br-xc"});
        const auto ended = co_await r.run(std::move(request));
        EXPECT_EQ(ended.value().output, "eth1\n");
    };
    EXPECT_EQ(rt.run(root(rt)), virtual_end::finished);
}

class fixed_address final : public network_identity {
public:
    bool has_address(std::string_view interface, std::string_view ipv4) const override {
        return interface == "FastEthernet0/0" && ipv4 == "10.0.0.1";
    }
};

TEST(LabFabric, WiresAndSegments_ReachAllTheirEnds) {
    model::lab lab = small_lab(3);
    for (auto& d : lab.devices) {
        model::interface second;
        second.name = "FastEthernet0/1";
        d.interfaces.push_back(second);
    }
    lab.wires.push_back({"w", {{{0}, 1}, {{1}, 1}}, {}});
    lab.segments.push_back({"lan", {{{0}, 0}, {{1}, 0}, {{2}, 0}}, {}});
    lab_fabric fabric(lab, {nullptr});
    const fixed_address identity;
    fabric.set_devices({&identity, nullptr, nullptr});
    EXPECT_EQ(fabric.reached({"r0", "FastEthernet0/1"}), (std::vector<fabric::port>{{"r1", "FastEthernet0/1"}}));
    EXPECT_EQ(fabric.reached({"r2", "FastEthernet0/0"}),
              (std::vector<fabric::port>{{"r0", "FastEthernet0/0"}, {"r1", "FastEthernet0/0"}}));
    EXPECT_TRUE(fabric.reached({"r9", "FastEthernet0/0"}).empty());
    EXPECT_TRUE(fabric.answers({"r0", "FastEthernet0/0"}, "10.0.0.1"));
    EXPECT_FALSE(fabric.answers({"r0", "FastEthernet0/0"}, "10.0.0.2"));
    EXPECT_FALSE(fabric.answers({"r1", "FastEthernet0/0"}, "10.0.0.1"));
}

TEST(LabFabric, JoinAcrossTwoSwitches_OnePortEach) {
    model::lab lab = small_lab(2);
    model::lab_switch other;
    other.name = "sw2";
    other.trunks.push_back({"Gi0/24", {0}, "eth2", {}});
    lab.switches.push_back(other);
    lab.devices[1].interfaces[0].port = model::switch_port{{1}, "Gi0/1", 101};  // the same VLAN number, another switch
    openvswitch_host host;
    auto& bridge = host.add_bridge("br-xc", "", {"eth1", "eth2"});
    lab_fabric fabric(lab, {&bridge});
    EXPECT_TRUE(fabric.reached({"r0", "FastEthernet0/0"}).empty());
    const auto added = host.run({"ovs-ofctl", "add-flows", "br-xc", "-"}, {},
                                "in_port=1,dl_vlan=101,actions=output:2\nin_port=2,dl_vlan=101,actions=output:1\n");
    ASSERT_EQ(added.exit_code, 0) << added.errors;
    EXPECT_EQ(fabric.reached({"r0", "FastEthernet0/0"}), (std::vector<fabric::port>{{"r1", "FastEthernet0/0"}}));
    EXPECT_EQ(fabric.joins(), 1U);
}

TEST(LabFabric, RulesThatLoop_EndAnyway) {
    const model::lab lab = small_lab(3);
    openvswitch_host host;
    auto& bridge = host.add_bridge("br-xc", "", {"eth1"});
    lab_fabric fabric(lab, {&bridge});
    const auto added =
        host.run({"ovs-ofctl", "add-flows", "br-xc", "-"}, {},
                 "dl_vlan=101,actions=mod_vlan_vid:102,in_port\ndl_vlan=102,actions=mod_vlan_vid:103,in_port\n"
                 "dl_vlan=103,actions=mod_vlan_vid:101,in_port\n");
    ASSERT_EQ(added.exit_code, 0) << added.errors;
    EXPECT_EQ(fabric.reached({"r0", "FastEthernet0/0"}), (std::vector<fabric::port>{{"r1", "FastEthernet0/0"}}))
        << "a switch does not send a frame back to the trunk from which it came";
}

}  // namespace
}  // namespace rollover::sim
