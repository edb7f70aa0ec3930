// The whole driver against a simulated Linux host: what is there after it, failed at every step and stopped at every
// step.
#include "tests/drivers/crossconnect/linux_rig.h"

namespace rollover::crossconnect {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(LinuxBridge, MakeListRemove_TheWholeWay) {
    const auto before = host.devices;
    auto made = make({lan});
    ASSERT_TRUE(made) << describe(made.error());
    EXPECT_THAT(host.reached("eth1.101"), ElementsAre("eth1.102"));
    EXPECT_EQ(list(), std::vector{lan});
    EXPECT_EQ(batches, 1);
    EXPECT_TRUE(make({lan}));
    EXPECT_EQ(batches, 1) << "a repeated make changes nothing";
    EXPECT_TRUE(remove({"a1/lan"}));
    EXPECT_TRUE(remove({"a1/lan"}));
    EXPECT_EQ(batches, 2);
    EXPECT_EQ(host.devices, before);
    EXPECT_TRUE(list().empty());
}

TEST_F(LinuxBridge, MadeAsACable_NothingIsLearnedAndNothingHeldBack) {
    ASSERT_TRUE(make({lan}));
    const auto& bridge = host.devices.at(bridge_of("eth1.101"));
    EXPECT_EQ(bridge.alias, "rollover a1/lan");
    EXPECT_EQ(bridge.bridge.at("ageing_time"), 0U);
    EXPECT_EQ(bridge.bridge.at("stp_state"), 0U);
    EXPECT_EQ(bridge.bridge.at("mcast_snooping"), 0U);
    EXPECT_EQ(bridge.bridge.at("group_fwd_mask"), 0xfff8U);
    EXPECT_FALSE(bridge.arp);
    const auto& member = host.devices.at("eth1.101");
    EXPECT_EQ(member.port.at("learning"), 0U);
    EXPECT_EQ(member.port.at("group_fwd_mask"), 4U);
    EXPECT_EQ(member.addresses, "none");
    EXPECT_EQ(member.mtu, 9216U) << "as the trunk";
}

TEST_F(LinuxBridge, DeviceThatWasThere_IsLeftAsItWas) {
    auto& found = host.devices["eth1.101"];
    found.kind = "veth";
    found.alias = "port 7 of the patch panel, red";
    found.mtu = 1500;
    const auto before = host.devices;
    ASSERT_TRUE(make({lan}));
    EXPECT_EQ(host.devices.at("eth1.101").mtu, 9100U);
    EXPECT_TRUE(host.devices.at("eth1.101").up);
    EXPECT_EQ(list(), std::vector{lan});
    ASSERT_TRUE(remove({"a1/lan"}));
    EXPECT_EQ(host.devices, before) << "MTU, alias, down, and how it gets addresses";
}

TEST_F(LinuxBridge, LongNames_FoundByVlanAndNotByName) {
    host.add_device("enp129s0f1np1");
    const auto before = host.devices;
    const auto wide = a_join("a1/wide", {{"enp129s0f1np1", 1101}, {"enp129s0f1np1", 1102}});
    ASSERT_TRUE(make({wide}));
    EXPECT_EQ(list(), std::vector{wide});
    EXPECT_TRUE(make({wide}));
    EXPECT_EQ(batches, 1);
    ASSERT_TRUE(remove({"a1/wide"}));
    EXPECT_EQ(host.devices, before);
}

TEST_F(LinuxBridge, Tunnel_IsAVxlanDeviceThatKnowsOneAddress) {
    auto part = a_join("a1/far", {{"eth1", 101}});
    part.tunnels = {a_tunnel(5101)};
    const auto before = host.devices;
    ASSERT_TRUE(make({part}));
    EXPECT_EQ(list(), std::vector{part});
    const auto& far = host.devices.at(host.reached("eth1.101").at(0));
    EXPECT_EQ(far.kind, "vxlan");
    EXPECT_EQ(far.mtu, 9200U - 58);
    part.tunnels[0].remote = "192.0.2.3";
    ASSERT_TRUE(make({part}));
    EXPECT_EQ(list(), std::vector{part});
    EXPECT_EQ(host.joins(), 1U);
    const auto taken = make({a_join("a2/x", {{"eth1", 103}, {"eth1", 104}}), [&] {
                                 auto one = a_join("a2/far", {{"eth1", 105}});
                                 one.tunnels = {a_tunnel(5101)};
                                 return one;
                             }()});
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().code, errc::busy);
    EXPECT_THAT(taken.error().reason, HasSubstr("number 5101"));
    ASSERT_TRUE(remove({"a1/far"}));
    EXPECT_EQ(host.devices, before);
}

TEST_F(LinuxBridge, Attachment_InAnotherJoinOrInABridgeOfOthers_IsBusy) {
    ASSERT_TRUE(make({lan}));
    auto& foreign = host.devices["br0"];
    foreign.kind = "bridge";
    auto& member = host.devices["eth2.7"];
    member.kind = "veth";
    member.master = "br0";
    const auto before = host.devices;
    auto made = make({a_join("a2/free", {{"eth2", 1}, {"eth2", 2}}), a_join("a2/taken", {{"eth2", 3}, {"eth1", 102}})});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, errc::busy);
    EXPECT_THAT(made.error().reason, HasSubstr("already in join a1/lan"));
    EXPECT_THAT(made.error().where, HasSubstr("xc1"));
    made = make({a_join("a2/x", {{"eth2", 7}, {"eth2", 8}})});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, errc::busy);
    EXPECT_THAT(made.error().reason, HasSubstr("in br0, which is not of the engine"));
    EXPECT_EQ(host.devices, before) << "nothing is made";
}

TEST_F(LinuxBridge, SameNameOtherMembers_TwoJoinsSwapAtOnce) {
    ASSERT_TRUE(make({lan, a_join("a1/x", {{"eth1", 103}, {"eth1", 104}})}));
    ASSERT_TRUE(make({a_join("a1/lan", {{"eth1", 101}, {"eth1", 103}}), a_join("a1/x", {{"eth1", 102}, {"eth2", 9}})}));
    EXPECT_THAT(host.reached("eth1.101"), ElementsAre("eth1.103"));
    EXPECT_THAT(host.reached("eth1.102"), ElementsAre("eth2.9"));
    EXPECT_FALSE(host.devices.contains("eth1.104")) << "made by the driver, in no join any more";
}

TEST_F(LinuxBridge, Drift_IsMended) {
    ASSERT_TRUE(make({lan}));
    const auto whole = host.devices;
    const auto bridge = bridge_of("eth1.101");
    const std::vector<std::function<void()>> drifts{
        [&] { host.devices.at(bridge).up = false; },
        [&] { host.devices.at(bridge).arp = true; },
        [&] { host.devices.at(bridge).bridge["mcast_snooping"] = 1; },
        [&] { host.devices.at(bridge).bridge["vlan_filtering"] = 1; },
        [&] { host.devices.at(bridge).bridge["ageing_time"] = 30000; },
        [&] { host.devices.at("eth1.101").up = false; },
        [&] { host.devices.at("eth1.101").port["group_fwd_mask"] = 0; },
        [&] { host.devices.at("eth1.101").port["flood"] = 0; },
        [&] { host.devices.at("eth1.101").port["isolated"] = 1; },
        [&] { host.devices.at("eth1.101").addresses = "eui64"; },
        [&] { host.devices.at("eth1.101").mtu = 1500; },
        [&] { host.devices.at("eth1.101").other_names.clear(); },
        [&] { host.devices.at("eth1.101").alias.clear(); },
        [&] { host.devices.at("eth1.101").master.clear(); },
        [&] { static_cast<void>(sim::change_link(host, {"link", "del", "dev", "eth1.102"})); },
        [&] { static_cast<void>(sim::change_link(host, {"link", "del", "dev", bridge})); },
        [&] { host.devices["tap0"].master = bridge; },
    };
    for (std::size_t i = 0; i < drifts.size(); ++i) {
        drifts[i]();
        const auto standing = standing_bridges(state(), "rx");
        EXPECT_TRUE(standing.empty() || !standing.front().faults.empty() || standing.front().what != lan) << i;
        const auto made = make({lan});
        EXPECT_TRUE(made) << i << ": " << describe(made.error());
        host.devices.erase("tap0");
        EXPECT_EQ(host.joins(), 1U) << i;
        for (auto& [name, device] : host.devices) {
            device.port.erase("locked");
            EXPECT_TRUE(whole.contains(name)) << i << ": " << name;
        }
        EXPECT_EQ(standing_bridges(state(), "rx").front().faults, std::vector<std::string>()) << i;
    }
}

/// What is wanted in the tests that fail at every step: new, changed, taken and made devices, a tunnel, a shape.
struct LinuxBridgeSteps : LinuxBridge {
    LinuxBridgeSteps() {
        auto& found = host.devices["eth1.103"];
        found.kind = "veth";
        found.alias = "mine";
        EXPECT_TRUE(make({lan, a_join("a1/other", {{"eth2", 5}, {"eth2", 6}})}));
        before = host.devices;
        auto far = a_join("a1/far", {{"eth1", 104}});
        far.tunnels = {a_tunnel(5104)};
        auto slow = a_join("a1/slow", {{"eth2", 7}, {"eth2", 8}});
        slow.shaped.emplace();
        slow.shaped->delay = 20ms;
        wanted = {a_join("a1/lan", {{"eth1", 101}, {"eth1", 103}}), far, slow};
    }
    std::map<std::string, sim::linux_device> before;
    std::vector<join> wanted;
};

TEST_F(LinuxBridgeSteps, RefusedAtEveryLine_NothingIsHalfMade) {
    int steps = 0;
    for (int last = 1;; ++last) {
        int line = 0;
        host.refuse = [&](const std::string& /*any*/) -> std::string {
            return ++line == last ? "RTNETLINK answers: No space left on device" : "";
        };
        const auto made = make(wanted);
        if (made) {
            steps = last;
            break;
        }
        EXPECT_EQ(made.error().code, errc::device_rejected);
        EXPECT_THAT(made.error().device_text, HasSubstr("No space left"));
        ASSERT_EQ(host.devices, before) << "refused at line " << last << ": " << describe(made.error());
    }
    EXPECT_GT(steps, 40);
    EXPECT_EQ(list().size(), 4U);
}

TEST_F(LinuxBridgeSteps, StoppedAtEveryLine_NothingIsHalfMade) {
    int steps = 0;
    for (int last = 1;; ++last) {
        // The batch ends after this many lines, as a program that is killed does, and the caller is stopped then.
        int line = 0;
        bool killed = false;
        task_group* caller = nullptr;
        host.refuse = [&](const std::string& /*any*/) -> std::string {
            if (!killed && ++line == last) {
                killed = true;
                caller->cancel();
                return "killed";
            }
            return "";
        };
        result<void> outcome = failure();
        auto root = [](runtime& r, crossconnect& on, std::vector<join> joins, task_group*& told,
                       result<void>& into) -> task<void> {
            task_group group(r);
            told = &group;
            group.spawn(making(on, std::move(joins), into));
            co_await group.join();
        };
        EXPECT_EQ(rt.run(root(rt, *driver, wanted, caller, outcome)), virtual_end::finished);
        if (!killed) {
            EXPECT_TRUE(outcome);
            steps = last;
            break;
        }
        ASSERT_FALSE(outcome);
        ASSERT_EQ(host.devices, before) << "stopped at line " << last << ": " << describe(outcome.error());
    }
    EXPECT_GT(steps, 40);
}

TEST_F(LinuxBridgeSteps, EngineDiedAtEveryLine_TheNextOneMendsOrRemoves) {
    int steps = 0;
    for (int last = 1;; ++last) {
        host.devices = before;
        int line = 0;
        bool dead = false;
        host.refuse = [&](const std::string& /*any*/) -> std::string {
            dead = dead || ++line == last;
            return dead ? "dead" : "";  // its undoing fails too
        };
        const auto made = make(wanted);
        host.refuse = {};
        if (made) {
            steps = last;
            break;
        }
        if (last % 2 == 0) {
            const auto again = make(wanted);
            ASSERT_TRUE(again) << last << ": " << describe(again.error());
            ASSERT_EQ(list().size(), 4U) << last;
        }
        const auto gone = remove({"a1/lan", "a1/far", "a1/slow"});
        ASSERT_TRUE(gone) << last;
        ASSERT_EQ(list().size(), 1U) << last;
        // Whoever wants these devices next gets them, whatever marks were left.
        const auto next = make({a_join("a9/next", {{"eth1", 101}, {"eth1", 103}, {"eth1", 104}})});
        ASSERT_TRUE(next) << last << ": " << describe(next.error());
        ASSERT_TRUE(remove({"a9/next", "a1/other"}));
        ASSERT_EQ(host.devices.at("eth1.103").alias, "mine") << last;
    }
    EXPECT_GT(steps, 40);
}

TEST_F(LinuxBridge, TwoEnginesAtOnce_OneGetsIt) {
    const auto rival = make_crossconnect(rt, where);
    result<void> theirs = failure();
    bool asked = false;
    // Exactly between our reading and our claim on eth1.102 they take it.
    host.refuse = [&](const std::string& line) -> std::string {
        if (!asked && line.starts_with("link add name rx-")) {
            asked = true;
            const linux_goal goal{{a_join("a2/lan", {{"eth1", 102}, {"eth1", 103}})}, {}, {}};
            const auto change = change_to(state(), "rx", goal, false).value();
            EXPECT_EQ(host.run({"ip", "-batch", "-"}, change.links + change.starts).exit_code, 0);
        }
        return "";
    };
    const auto ours = make({lan});
    ASSERT_FALSE(ours);
    EXPECT_EQ(ours.error().code, errc::busy) << describe(ours.error());
    EXPECT_THAT(ours.error().reason, HasSubstr("a2/lan"));
    EXPECT_THAT(host.reached("eth1.102"), ElementsAre("eth1.103"));
    EXPECT_EQ(host.joins(), 1U);
    EXPECT_FALSE(host.devices.contains("eth1.101"));
}

TEST_F(LinuxBridge, Shapes_NetemForDelayAndLoss_TbfForARateAlone) {
    auto slow = lan;
    slow.shaped = shape{50ms, 5ms, 12'500, 10};
    auto narrow = a_join("a1/narrow", {{"eth2", 1}, {"eth2", 2}});
    narrow.shaped = shape{0ms, 0ms, 0, 34};
    const auto before = host.devices;
    ASSERT_TRUE(make({slow, narrow}));
    EXPECT_EQ(host.devices.at("eth1.101").discipline, "netem");
    EXPECT_EQ(host.devices.at("eth2.2").discipline, "tbf");
    EXPECT_THAT(list(), ElementsAre(slow, narrow));
    batches = 0;
    EXPECT_TRUE(make({slow, narrow}));
    EXPECT_EQ(batches, 0);
    slow.shaped->loss_per_million = 0;
    narrow.shaped = std::nullopt;
    ASSERT_TRUE(make({slow, narrow}));
    EXPECT_THAT(list(), ElementsAre(slow, narrow));
    EXPECT_EQ(host.devices.at("eth2.2").discipline, "");
    ASSERT_TRUE(remove({"a1/lan", "a1/narrow"}));
    EXPECT_EQ(host.devices, before);
}

TEST_F(LinuxBridge, HostWithoutNetem_IsUnsupportedAndNothingIsMade) {
    host.has_netem = false;
    const auto before = host.devices;
    auto slow = lan;
    slow.shaped = shape{50ms, 0ms, 0, 0};
    const auto made = make({slow});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, errc::unsupported);
    EXPECT_THAT(made.error().hint, HasSubstr("sch_netem"));
    EXPECT_THAT(made.error().command, HasSubstr("tc qdisc add dev eth1.101 root handle 526f: netem"));
    EXPECT_EQ(host.devices, before);
}

TEST_F(LinuxBridge, DisciplineOfOthers_IsNotTouched) {
    auto& found = host.devices["eth1.101"];
    found.kind = "veth";
    found.discipline = "tbf";
    found.discipline_handle = "1:";
    const auto before = host.devices;
    auto slow = lan;
    slow.shaped = shape{50ms, 0ms, 0, 0};
    const auto made = make({slow});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, errc::busy);
    ASSERT_TRUE(make({lan})) << "without a shape of ours it may stay";
    ASSERT_TRUE(remove({"a1/lan"}));
    EXPECT_EQ(host.devices, before);
}

TEST_F(LinuxBridge, HostSaysNo_ItsWordsAndAdvice) {
    host.has_vlan_devices = false;
    auto made = make({lan});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, errc::unsupported);
    EXPECT_THAT(made.error().hint, HasSubstr("8021q"));
    EXPECT_THAT(made.error().command, HasSubstr("ip link add link eth1 name eth1.101"));
    host.has_vlan_devices = true;
    host.devices.at("eth1").up = false;
    made = make({lan});
    EXPECT_EQ(made.error().code, errc::device_state);
    made = make({a_join("a1/lan", {{"eth9", 101}, {"eth1", 102}})});
    EXPECT_EQ(made.error().code, errc::not_found);
    EXPECT_THAT(made.error().hint, HasSubstr("eth1, eth2"));
    process_result without_ip;
    without_ip.exit_code = 127;
    without_ip.errors = "sh: 1: ip: not found\n";
    instead = without_ip;
    EXPECT_EQ(make({lan}).error().code, errc::device_rejected);
    EXPECT_FALSE(remove({"a1/lan"}));
}

TEST_F(LinuxBridge, SettingThatTheHostForgets_IsSaidSo) {
    bool once = false;
    host.refuse = [&](const std::string& line) -> std::string {
        // Somebody else manages the devices, and turns snooping on again.
        if (line.starts_with("link set dev rx-") && line.ends_with(" up")) {
            for (auto& [name, device] : host.devices) {
                if (device.kind == "bridge") {
                    device.bridge["mcast_snooping"] = 1;
                    once = true;
                }
            }
        }
        return "";
    };
    const auto made = make({lan});
    EXPECT_TRUE(once);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, errc::unsupported);
    EXPECT_THAT(made.error().hint, HasSubstr("NetworkManager"));
    EXPECT_EQ(host.devices.size(), 3U);
}

TEST_F(LinuxBridge, ThousandJoins_TwoBatches) {
    std::vector<join> many;
    for (std::uint16_t i = 0; i < 1000; ++i) {
        many.push_back(a_join(fmt::format("a1/{:04}", i), {{"eth1", static_cast<std::uint16_t>(2 * i + 1)},
                                                           {"eth2", static_cast<std::uint16_t>(2 * i + 2)}}));
    }
    ASSERT_TRUE(make(many));
    EXPECT_EQ(batches, 1);
    EXPECT_EQ(list(), many);
}

}  // namespace
}  // namespace rollover::crossconnect
