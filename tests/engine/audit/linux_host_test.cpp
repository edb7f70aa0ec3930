// What an audit says of a Linux host with kernel bridges, and that its commands mend it.
#include "engine/audit/linux_host.h"

#include "simulators/lab/linux_host.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace rollover::audit {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct AuditLinuxHost : testing::Test {
    AuditLinuxHost() {
        lab.sites.push_back({"main", {}});
        model::cross_connect xc;
        xc.name = "xc1";
        xc.kind = model::cross_connect_kind::linux_bridge;
        xc.bridge = "rx";
        lab.cross_connects.push_back(xc);
        model::lab_switch sw;
        sw.name = "sw1";
        sw.trunks.push_back({"Gi0/24", {0}, "eth1", {}});
        lab.switches.push_back(sw);
        for (std::uint16_t vlan = 101; vlan <= 104; ++vlan) {
            model::device d;
            d.name = fmt::format("r{}", vlan);
            model::interface port;
            port.name = "eth0";
            port.port = model::switch_port{{0}, fmt::format("Gi0/{}", vlan), vlan};
            d.interfaces.push_back(port);
            lab.devices.push_back(d);
        }
        host.add_device("eth1");
        const crossconnect::join lan{"a1/lan", {{"eth1", 101}, {"eth1", 102}}, {}, {}};
        const auto change = crossconnect::change_to(state(), "rx", {{lan}, {}, {}}, false).value();
        EXPECT_EQ(run("ip", change.links + change.starts), "");
    }

    std::string run(const std::string& program, const std::string& lines) {
        return host.run({program, "-batch", "-"}, lines).errors;
    }
    [[nodiscard]] crossconnect::linux_state state() const {
        crossconnect::linux_state found;
        found.links = crossconnect::parse_links(sim::show_links(host)).value();
        found.disciplines = crossconnect::parse_disciplines(sim::show_disciplines(host)).value();
        return found;
    }
    std::vector<switches::difference> judge(const known_joins& known = {{"a1/lan", true}},
                                            std::string_view settings = {}) {
        cross_connect_findings all(lab, {0});
        judge_linux_host(state(), settings, known, all);
        return all.take();
    }
    /// Carries out what the only difference says.
    void mend_with(const switches::difference& one) {
        for (const auto& command : one.mend) {
            ASSERT_TRUE(command.starts_with("ip "));
            EXPECT_EQ(run("ip", command.substr(3) + "\n"), "") << command;
        }
    }

    model::lab lab;
    sim::linux_host host;
};

TEST_F(AuditLinuxHost, AsTheLabFileSays_Nothing) {
    EXPECT_TRUE(judge().empty());
}

TEST_F(AuditLinuxHost, Faults_AreNamedAndMended) {
    const auto bridge = host.devices.at("eth1.101").master;
    struct fault {
        std::string line;
        std::string port;
        std::string expected;
        std::string found;
    };
    for (const auto& one : std::vector<fault>{
             {"link set dev eth1 down", "eth1", "the trunk of switch sw1 up", "shut down by its configuration"},
             {"link set dev eth1 mtu 1500", "eth1", "an MTU of 9004 at least (jumbo frames)", "1500"},
             {"link set dev eth1.102 type bridge_slave learning on", "", "join a1/lan as it was made",
              "eth1.102 learns addresses"},
             {"link set dev " + bridge + " down", "", "join a1/lan as it was made", bridge + " is down"},
         }) {
        EXPECT_EQ(run("ip", one.line + "\n"), "");
        const auto found = judge();
        ASSERT_EQ(found.size(), 1U) << one.line;
        EXPECT_EQ(found[0].target, "cross-connect xc1");
        EXPECT_EQ(found[0].port, one.port);
        EXPECT_EQ(found[0].expected, one.expected);
        EXPECT_EQ(found[0].found, one.found);
        EXPECT_FALSE(found[0].information);
        mend_with(found[0]);
        EXPECT_TRUE(judge().empty()) << one.line;
    }
}

TEST_F(AuditLinuxHost, JoinThatNobodyKnows_IsTakenAwayByTheCommands) {
    const auto found = judge({{"a2/wan", true}, {"a3/maybe", false}});
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].found, "join a1/lan (VLAN 101 of port eth1, VLAN 102 of port eth1)");
    EXPECT_EQ(found[1].expected, "join a2/wan of an activation that is ready");
    EXPECT_EQ(found[1].found, "no such join");
    mend_with(found[0]);
    EXPECT_EQ(host.devices.size(), 1U);
}

TEST_F(AuditLinuxHost, DeviceInABridgeOfOthers_AndMissingTrunk) {
    EXPECT_EQ(run("ip",
                  "link add name br0 type bridge\nlink add link eth1 name eth1.103 type vlan id 103\n"
                  "link set dev eth1.103 master br0\n"),
              "");
    auto found = judge();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].port, "eth1.103");
    EXPECT_EQ(found[0].found, "in br0");
    mend_with(found[0]);
    EXPECT_TRUE(judge().empty());
    EXPECT_EQ(run("ip", "link del dev eth1\n"), "");
    found = judge();
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].found, "no such network device");
    EXPECT_EQ(found[1].expected, "join a1/lan with 2 members or more");
}

TEST_F(AuditLinuxHost, SettingsThatEatFrames) {
    const auto found = judge({{"a1/lan", true}},
                             "net.ipv6.conf.all.forwarding = 1\nnet.bridge.bridge-nf-call-iptables = 1\n"
                             "net.bridge.bridge-nf-call-ip6tables = 0\nsysctl: nonsense\n");
    ASSERT_EQ(found.size(), 2U);
    EXPECT_TRUE(found[0].information);
    EXPECT_THAT(found[0].found, HasSubstr("routes IPv6"));
    EXPECT_EQ(found[1].expected, "net.bridge.bridge-nf-call-iptables 0");
    EXPECT_THAT(found[1].mend, ElementsAre("sysctl -w net.bridge.bridge-nf-call-iptables=0"));
}

TEST_F(AuditLinuxHost, BridgeOfOurPrefixThatIsNotOurs_IsANote) {
    EXPECT_EQ(run("ip", "link add name rx-mine type bridge\n"), "");
    const auto found = judge();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_TRUE(found[0].information);
    EXPECT_THAT(found[0].found, HasSubstr("rx-mine"));
}

}  // namespace
}  // namespace rollover::audit
