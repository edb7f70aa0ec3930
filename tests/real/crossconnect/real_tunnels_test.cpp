// The driver against two Open vSwitch 3.x with a network between them, in network namespaces. See tunnel_rig.sh.
#include "drivers/crossconnect/crossconnect.h"
#include "drivers/crossconnect/path.h"
#include "engine/runtime/real_runtime.h"

#include <array>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

namespace rollover::crossconnect {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

struct shell_answer {
    int exit_code = 0;
    std::string output;
};

shell_answer shell(const std::string& line) {
    shell_answer answer;
    FILE* pipe = ::popen((line + " 2>&1").c_str(), "r");
    std::array<char, 4096> buffer{};
    while (const auto count = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
        answer.output.append(buffer.data(), count);
    }
    answer.exit_code = WEXITSTATUS(::pclose(pipe));
    return answer;
}

class rig final : public testing::Environment {
public:
    static inline std::filesystem::path folder;
    static inline std::string prefix;

    static std::string script(const std::string& words) {
        const auto cut = words.find(' ');
        return fmt::format("tests/real/crossconnect/tunnel_rig.sh {} {}{}", words.substr(0, cut), folder.string(),
                           cut == std::string::npos ? "" : words.substr(cut));
    }

    void SetUp() override {
        if (::geteuid() != 0) {
            std::puts("left out: root is needed for network namespaces");
            return;
        }
        folder = std::filesystem::temp_directory_path() / fmt::format("rollover-xt-{}", ::getpid());
        const auto started = shell(script("start"));
        if (started.exit_code != 0) {
            folder.clear();
            GTEST_FAIL() << started.output;
        }
        prefix = shell(fmt::format("cat {}", (folder / "prefix").string())).output;
        prefix.erase(prefix.find_last_not_of('\n') + 1);
    }
    void TearDown() override {
        if (!folder.empty()) {
            shell(script("stop"));
        }
    }
};

const auto* const the_rig = testing::AddGlobalTestEnvironment(new rig);

template <class T>
task<void> keep(task<result<T>> work, result<T>& into) {
    auto outcome = co_await std::move(work);
    into = std::move(outcome);
}

/// From cross-connect 1 or 2 to the other one.
tunnel between(int from, std::uint32_t vni) {
    tunnel to;
    to.local = fmt::format("192.0.2.{}", from);
    to.remote = fmt::format("192.0.2.{}", 3 - from);
    to.vni = vni;
    to.mtu = 9200;
    return to;
}

join half(int from, std::string name, const std::vector<std::uint16_t>& vlans, std::uint32_t vni) {
    join one;
    one.name = std::move(name);
    for (const auto vlan : vlans) {
        one.members.push_back({"trunk", vlan});
    }
    one.tunnels = {between(from, vni)};
    return one;
}

struct RealTunnels : testing::Test {
    void SetUp() override {
        if (rig::folder.empty()) {
            GTEST_SKIP() << "left out: no rig";
        }
        for (int n = 1; n <= 2; ++n) {
            address where;
            where.name = fmt::format("xc{}", n);
            where.bridge = "xc";
            where.ovs_run_dir = (rig::folder / fmt::format("ovs{}", n)).string();
            drivers.at(static_cast<std::size_t>(n) - 1) = make_openvswitch(rt, where);
            before.at(static_cast<std::size_t>(n) - 1) = everything(n);
        }
    }
    void TearDown() override {
        for (int n = 1; n <= 2 && drivers[0] != nullptr; ++n) {
            std::vector<std::string> names;
            for (const auto& one : list(n)) {
                names.push_back(one.name);
            }
            EXPECT_TRUE(remove(n, names));
            EXPECT_EQ(everything(n), before.at(static_cast<std::size_t>(n) - 1))
                << "nothing of ours is left, nothing of others is changed";
        }
    }

    crossconnect& driver(int n) { return *drivers.at(static_cast<std::size_t>(n) - 1); }
    result<void> make(int n, std::vector<join> wanted) {
        result<void> outcome = failure();
        rt.run(keep(driver(n).make(std::move(wanted), rt.now() + 20s), outcome));
        return outcome;
    }
    result<void> remove(int n, std::vector<std::string> names) {
        result<void> outcome = failure();
        rt.run(keep(driver(n).remove(std::move(names), rt.now() + 20s), outcome));
        return outcome;
    }
    std::vector<join> list(int n) {
        result<std::vector<join>> outcome = failure();
        rt.run(keep(driver(n).list(rt.now() + 20s), outcome));
        EXPECT_TRUE(outcome) << describe(outcome.error());
        return outcome ? *outcome : std::vector<join>();
    }

    static std::string ovs(int n, const std::string& tool) {
        return fmt::format("OVS_RUNDIR={} {}", (rig::folder / fmt::format("ovs{}", n)).string(), tool);
    }
    /// Rules and ports of the bridge, as Open vSwitch's own tools say.
    static std::string everything(int n) {
        return shell(ovs(n, "ovs-ofctl -O OpenFlow13 --no-stats dump-flows xc")).output +
               shell(ovs(n, "ovs-vsctl list-ports xc")).output;
    }
    static bool pings(int from, int to) {
        return shell(rig::script(fmt::format("exec h{} ping -c 1 -W 1 10.0.0.{}", from, to))).exit_code == 0;
    }
    /// With patience: the first frame into a tunnel waits until the switch knows its neighbour.
    static bool reaches(int from, int to) {
        return shell(rig::script(fmt::format("exec h{} ping -c 1 -w 10 10.0.0.{}", from, to))).exit_code == 0;
    }
    /// Every kind of frame from one host to another, and none at others: frames.py.
    static shell_answer frames(std::initializer_list<int> hosts) {
        std::string line = "python3 tests/real/crossconnect/frames.py";
        for (const int host : hosts) {
            line += fmt::format(" {}-h{}", rig::prefix, host);
        }
        return shell(line);
    }

    real_runtime rt;
    std::array<std::unique_ptr<crossconnect>, 2> drivers;
    std::array<std::string, 2> before;
};

TEST_F(RealTunnels, JoinOverTwoCrossConnects_CarriesFramesThereAndNowhereElse) {
    for (const int n : {1, 2}) {
        const auto made = make(n, {half(n, "a1/lan", {101}, 5101), half(n, "a1/wan", {102}, 5102)});
        ASSERT_TRUE(made) << describe(made.error());
    }
    EXPECT_TRUE(reaches(1, 3));
    EXPECT_TRUE(reaches(4, 2));
    EXPECT_FALSE(pings(1, 4));
    EXPECT_FALSE(pings(2, 3));
    EXPECT_FALSE(pings(1, 2));
    EXPECT_EQ(list(1), (std::vector{half(1, "a1/lan", {101}, 5101), half(1, "a1/wan", {102}, 5102)}));
    EXPECT_EQ(shell(ovs(1, "ovs-vsctl list-ports xc | grep -c ^rot")).output, "1\n") << "one port for both";
    EXPECT_TRUE(remove(1, {"a1/lan"}));
    EXPECT_FALSE(pings(1, 3));
    EXPECT_TRUE(reaches(2, 4));
}

TEST_F(RealTunnels, MembersOnBothSides_AllReachAll) {
    ASSERT_TRUE(make(1, {half(1, "a1/lan", {101, 102}, 5101)}));
    ASSERT_TRUE(make(2, {half(2, "a1/lan", {101, 102}, 5101)}));
    for (const auto [from, to] : {std::pair(1, 2), {1, 3}, {1, 4}, {2, 3}, {2, 4}, {3, 4}, {4, 1}}) {
        EXPECT_TRUE(reaches(from, to)) << from << " to " << to;
    }
    EXPECT_FALSE(pings(5, 1));
    EXPECT_FALSE(pings(6, 3));
}

TEST_F(RealTunnels, OtherVniAtTheOtherEnd_NothingPasses) {
    ASSERT_TRUE(make(1, {half(1, "a1/lan", {101}, 5101)}));
    ASSERT_TRUE(make(2, {half(2, "a1/lan", {101}, 5102)}));
    EXPECT_FALSE(pings(1, 3));
    ASSERT_TRUE(make(2, {half(2, "a1/lan", {101}, 5101)}));
    EXPECT_TRUE(reaches(1, 3));
}

TEST_F(RealTunnels, EveryKindOfFrame_PassesAsItIs) {
    auto local = half(1, "a1/here", {101, 102}, 5101);
    local.tunnels.clear();
    ASSERT_TRUE(make(1, {local}));
    const auto here = frames({1, 2, 5, 3});
    EXPECT_EQ(here.exit_code, 0) << here.output;
    ASSERT_TRUE(remove(1, {"a1/here"}));
    for (const int n : {1, 2}) {
        ASSERT_TRUE(make(n, {half(n, "a1/far", {101}, 5101)}));
    }
    const auto far = frames({1, 3, 2, 4, 5, 6});
    EXPECT_EQ(far.exit_code, 0) << far.output;
    const auto back = frames({3, 1, 2, 4});
    EXPECT_EQ(back.exit_code, 0) << back.output;
}

TEST_F(RealTunnels, RulesDeletedOrChanged_AreFoundAndMended) {
    const auto wanted = half(1, "a1/lan", {101}, 5101);
    ASSERT_TRUE(make(1, {wanted}));
    ASSERT_TRUE(make(2, {half(2, "a1/lan", {101}, 5101)}));
    const auto whole = everything(1);
    const std::array damages{
        "ovs-ofctl -O OpenFlow13 del-flows xc in_port=trunk,dl_vlan=101",
        "ovs-ofctl -O OpenFlow13 del-flows xc tun_id=5101",
        "ovs-ofctl -O OpenFlow13 mod-flows xc in_port=trunk,dl_vlan=101,actions=drop",
        "ovs-ofctl -O OpenFlow13 mod-flows xc tun_id=5101,actions=NORMAL",
        "sh -c 'ovs-vsctl del-port xc $(ovs-vsctl list-ports xc | grep ^rot)'",
        "sh -c 'ovs-vsctl set interface $(ovs-vsctl list-ports xc | grep ^rot) options:remote_ip=192.0.2.77'",
        "sh -c 'ovs-vsctl set interface $(ovs-vsctl list-ports xc | grep ^rot) ofport_request=77'",
    };
    for (const std::string damage : damages) {
        const auto done = shell(ovs(1, damage));
        EXPECT_EQ(done.exit_code, 0) << damage << done.output;
        const auto found = list(1);
        ASSERT_EQ(found.size(), 1U) << damage;
        EXPECT_NE(found[0].damage, "") << damage;
        EXPECT_FALSE(pings(1, 3)) << damage;
        const auto mended = make(1, {wanted});
        ASSERT_TRUE(mended) << damage << describe(mended.error());
        EXPECT_EQ(list(1), std::vector{wanted}) << damage;
        EXPECT_TRUE(reaches(1, 3)) << damage;
    }
}

TEST_F(RealTunnels, SwitchRestarted_LosesAllAndGetsItBack) {
    const auto wanted = half(1, "a1/lan", {101}, 5101);
    ASSERT_TRUE(make(1, {wanted}));
    ASSERT_TRUE(make(2, {half(2, "a1/lan", {101}, 5101)}));
    EXPECT_TRUE(reaches(1, 3));
    ASSERT_EQ(shell(rig::script("restart 1")).exit_code, 0);
    EXPECT_TRUE(list(1).empty());
    const auto mended = make(1, {wanted});
    ASSERT_TRUE(mended) << describe(mended.error());
    EXPECT_TRUE(reaches(1, 3));
    ASSERT_EQ(shell(ovs(1,
                        "ovs-ofctl -O OpenFlow13 add-flow xc "
                        "cookie=0x1234,priority=70,in_port=trunk,dl_vlan=900,actions=drop"))
                  .exit_code,
              0)
        << "the rule of others, which the restart took too";
}

TEST_F(RealTunnels, VniInUse_IsBusyAndNothingIsMade) {
    ASSERT_TRUE(make(1, {half(1, "a1/lan", {101}, 5101)}));
    const auto before_it = everything(1);
    const auto made = make(1, {half(1, "a2/lan", {102}, 5101)});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, errc::busy);
    EXPECT_THAT(made.error().reason, HasSubstr("a1/lan"));
    EXPECT_EQ(everything(1), before_it);
}

TEST_F(RealTunnels, RuleOfOthersInTheWay_PortsAreTakenBackToo) {
    ASSERT_EQ(shell(ovs(1,
                        "ovs-ofctl -O OpenFlow13 add-flow xc "
                        "cookie=5,priority=21103,in_port=trunk,dl_vlan=102,metadata=0/1,actions=drop"))
                  .exit_code,
              0);
    const auto before_it = everything(1);
    const auto made = make(1, {half(1, "a1/lan", {101}, 5101), half(1, "a1/wan", {102}, 5102)});
    ASSERT_FALSE(made);
    EXPECT_THAT(made.error().reason, HasSubstr("not ours"));
    EXPECT_EQ(everything(1), before_it);
    shell(ovs(1, "ovs-ofctl -O OpenFlow13 del-flows xc cookie=5/-1"));
}

TEST_F(RealTunnels, AddressesTakenByAForeignPort_IsSaidAndTakenBack) {
    ASSERT_EQ(shell(ovs(1,
                        "ovs-vsctl add-port xc vx9 -- set interface vx9 type=vxlan options:key=flow "
                        "options:local_ip=192.0.2.1 options:remote_ip=192.0.2.2"))
                  .exit_code,
              0);
    const auto before_it = everything(1);
    const auto made = make(1, {half(1, "a1/lan", {101}, 5101)});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, errc::device_rejected);
    EXPECT_THAT(made.error().device_text, HasSubstr("File exists"));
    EXPECT_EQ(everything(1), before_it);
    shell(ovs(1, "ovs-vsctl del-port xc vx9"));
}

/// In the network namespace of cross-connect 1, where its Open vSwitch runs, for what is done with devices there.
/// Programs that are started while it lives are there too.
struct inside {
    inside() {
        before = ::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
        const int there = ::open(fmt::format("/run/netns/{}-x1", rig::prefix).c_str(), O_RDONLY | O_CLOEXEC);
        EXPECT_EQ(::setns(there, CLONE_NEWNET), 0);
        ::close(there);
    }
    ~inside() {
        EXPECT_EQ(::setns(before, CLONE_NEWNET), 0);
        ::close(before);
    }
    inside(const inside&) = delete;
    inside& operator=(const inside&) = delete;
    int before = -1;
};

/// Devices of ways.
std::string devices() {
    return shell("ip -o link show 2>/dev/null | grep -c ' ros[0-9a-f]'").output;
}

TEST_F(RealTunnels, PathIsMeasured_FromTheHost) {
    const inside x1;
    address where;
    where.name = "xc1";
    auto to = between(1, 1);
    result<void> outcome = failure();
    to.mtu = 9300;
    rt.run(keep(check_path(rt, where, to, rt.now() + 60s), outcome));
    EXPECT_TRUE(outcome) << describe(outcome.error());
    to.mtu = 9400;
    rt.run(keep(check_path(rt, where, to, rt.now() + 60s), outcome));
    ASSERT_FALSE(outcome);
    EXPECT_THAT(outcome.error().reason, HasSubstr("9300"));
    to.remote = "192.0.2.77";
    rt.run(keep(check_path(rt, where, to, rt.now() + 60s), outcome));
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, errc::unreachable);
}

join shaped_here(duration delay, std::uint32_t rate) {
    auto one = half(1, "a1/slow", {101, 102}, 1);
    one.tunnels.clear();
    one.shaped = shape();
    one.shaped->delay = delay;
    one.shaped->rate = rate;
    return one;
}

TEST_F(RealTunnels, RateAlone_IsKeptAndEveryFramePassesAsItIs) {
    const inside x1;
    const auto wanted = shaped_here(0s, 8);
    const auto made = make(1, {wanted});
    ASSERT_TRUE(made) << describe(made.error());
    EXPECT_EQ(list(1), std::vector{wanted});
    EXPECT_TRUE(reaches(1, 2));
    EXPECT_FALSE(pings(1, 5));
    const auto all = frames({1, 2, 5});
    EXPECT_EQ(all.exit_code, 0) << all.output;
    // 9,000 bytes take 9 ms each way at 8 Mbit/s; the bucket is empty after the first two of five at once.
    const auto sent = shell(rig::script("exec h1 ping -q -c 5 -i 0.002 -l 5 -s 8972 -W 5 10.0.0.2"));
    EXPECT_THAT(sent.output, HasSubstr(" 0% packet loss"));
    const auto qdisc = shell("tc -s qdisc show | grep -A2 526f:");
    EXPECT_THAT(qdisc.output, HasSubstr("tbf 526f: dev ros"));
    EXPECT_THAT(qdisc.output, HasSubstr("rate 8Mbit"));
    ASSERT_TRUE(make(1, {half(1, "a2/far", {105}, 5105)}));
    EXPECT_EQ(list(1), (std::vector{wanted, half(1, "a2/far", {105}, 5105)}))
        << "Open vSwitch has got a port meanwhile";
    ASSERT_TRUE(remove(1, {"a2/far"}));
    ASSERT_EQ(shell("tc qdisc del dev $(ip -o link show | grep -o 'ros[0-9a-f]*a' | head -1) root").exit_code, 0);
    EXPECT_THAT(list(1).at(0).damage, HasSubstr("lost its qdisc"));
    EXPECT_TRUE(make(1, {wanted}));
    EXPECT_EQ(list(1), std::vector{wanted});
    EXPECT_TRUE(remove(1, {"a1/slow"}));
    EXPECT_EQ(devices(), "0\n");
}

TEST_F(RealTunnels, DelayWithoutNetem_IsUnsupportedAndNothingIsLeft) {
    const inside x1;
    ASSERT_EQ(shell("ip link add rotry type dummy 2>/dev/null || ip link add rotry type veth").exit_code, 0);
    const bool has_netem = shell("tc qdisc add dev rotry root netem delay 1ms").exit_code == 0;
    shell("ip link del rotry");
    const auto before_it = everything(1);
    const auto made = make(1, {shaped_here(20ms, 0)});
    if (has_netem) {
        EXPECT_TRUE(made) << describe(made.error());
        EXPECT_TRUE(reaches(1, 2));
        EXPECT_TRUE(remove(1, {"a1/slow"}));
    } else {
        ASSERT_FALSE(made);
        EXPECT_EQ(made.error().code, errc::unsupported);
        EXPECT_THAT(made.error().reason, HasSubstr("no netem"));
    }
    EXPECT_EQ(devices(), "0\n");
    EXPECT_EQ(everything(1), before_it);
}

}  // namespace
}  // namespace rollover::crossconnect
