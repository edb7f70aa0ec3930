// The driver for kernel bridges against the kernel, here and through OpenSSH: frames of users, byte for byte. The
// program runs in a network namespace of its own, which is one of two Linux hosts. See linux_rig.sh.
#include "drivers/crossconnect/linux_bridge_standing.h"
#include "engine/base/text.h"
#include "engine/runtime/real_runtime.h"
#include "simulators/lab/linux_host.h"
#include "tests/real/crossconnect/frames.h"

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

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
    FILE* pipe = ::popen(line.c_str(), "r");
    std::array<char, 4096> buffer{};
    while (const auto count = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
        answer.output.append(buffer.data(), count);
    }
    answer.exit_code = WEXITSTATUS(::pclose(pipe));
    return answer;
}

/// The rig, for all tests of this program.
class rig final : public testing::Environment {
public:
    static inline std::filesystem::path folder;
    static inline std::string space;  ///< name of the second host's namespace

    static std::string script(const std::string& words) {
        return fmt::format("tests/real/crossconnect/linux_rig.sh {} {}", words, folder.string());
    }
    void SetUp() override {
        if (::geteuid() != 0 || ::unshare(CLONE_NEWNET) != 0) {
            std::puts("left out: root is needed for network namespaces");
            return;
        }
        folder = std::filesystem::temp_directory_path() / fmt::format("rollover-lb-{}", ::getpid());
        const auto started = shell(script("start") + " 2>&1");
        if (started.exit_code != 0) {
            folder.clear();
            GTEST_FAIL() << started.output;
        }
        std::ifstream(folder / "prefix") >> space;
        space += "-b1";
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

join a_join(std::string name, const std::vector<std::uint16_t>& vlans) {
    join one;
    one.name = std::move(name);
    for (const auto vlan : vlans) {
        one.members.push_back({"eth1", vlan});
    }
    return one;
}

address host_at(bool over_ssh) {
    address where;
    where.name = over_ssh ? "xc2" : "xc1";
    where.what = kind::linux_bridge;
    where.bridge = "rx";
    if (over_ssh) {
        where.host = "192.0.2.2";
        where.port = 2222;
        where.user = "root";
        where.key = (rig::folder / "ssh/user_key").string();
        where.known_hosts = (rig::folder / "known_hosts").string();
    }
    return where;
}

/// One of the two hosts, with users at its cables.
struct linux_machine {
    linux_machine(runtime& rt, bool over_ssh) : far(over_ssh), driver(make_crossconnect(rt, host_at(over_ssh))) {
        for (int vlan = 101; vlan <= 104; ++vlan) {
            users[vlan] =
                std::make_unique<cable_end>(over_ssh ? "/run/netns/" + rig::space : "", fmt::format("u{}", vlan));
            EXPECT_TRUE(users[vlan]->good());
        }
    }
    std::string run(const std::string& command) const {
        return shell((far ? fmt::format("ip netns exec {} ", rig::space) : "") + command).output;
    }
    /// All devices, as the driver reads them, and the disciplines of their queues.
    [[nodiscard]] linux_state state() const {
        linux_state found;
        found.links = parse_links(run("ip -j -d link show")).value();
        found.disciplines = parse_disciplines(run("tc -j qdisc show")).value();
        for (auto& [name, one] : found.links) {
            one.carrier = false;
            // The users' ends have none while nobody holds the other.
        }
        return found;
    }

    bool far;
    std::unique_ptr<crossconnect> driver;
    std::map<int, std::unique_ptr<cable_end>> users;
};

/// The same for both hosts.
struct RealLinuxBridge : testing::TestWithParam<bool> {
    void SetUp() override {
        if (rig::folder.empty()) {
            GTEST_SKIP() << "left out: no rig";
        }
        at = std::make_unique<linux_machine>(rt, GetParam());
        before = at->state().links;
        for (auto& [name, one] : before) {
            one.discipline.clear();
        }
    }
    void TearDown() override {
        if (at == nullptr) {
            return;
        }
        for (auto* one : {at.get(), other.get()}) {
            std::vector<std::string> names;
            if (one != nullptr) {
                for (const auto& standing : list(*one)) {
                    names.push_back(standing.name);
                }
                EXPECT_TRUE(remove(names, *one));
            }
        }
        auto after = at->state().links;
        for (auto& [name, one] : after) {
            one.discipline.clear();
            EXPECT_TRUE(before.contains(name) && one == before.at(name)) << name << " is not as it was";
        }
        EXPECT_EQ(after.size(), before.size());
        EXPECT_THAT(at->run("tc qdisc show dev f0"), HasSubstr("rate 100Mbit"));
    }

    [[nodiscard]] time_point soon() const { return rt.now() + 20s; }
    result<void> make(std::vector<join> wanted, linux_machine& on) {
        result<void> outcome = failure();
        rt.run(keep(on.driver->make(std::move(wanted), soon()), outcome));
        return outcome;
    }
    result<void> make(std::vector<join> wanted) { return make(std::move(wanted), *at); }
    result<void> remove(std::vector<std::string> names, linux_machine& on) {
        result<void> outcome = failure();
        rt.run(keep(on.driver->remove(std::move(names), soon()), outcome));
        return outcome;
    }
    std::vector<join> list(linux_machine& on) {
        result<std::vector<join>> outcome = failure();
        rt.run(keep(on.driver->list(soon()), outcome));
        EXPECT_TRUE(outcome) << describe(outcome.error());
        return outcome ? *outcome : std::vector<join>();
    }

    /// What the kernel itself said before, when others changed its bridges, does not count.
    static bool passes(const cable_end& from, const cable_end& to) {
        const auto probe = a_frame("ffffffffffff 020000000009 88b5", 60);
        EXPECT_TRUE(from.send(probe));
        for (auto heard = to.hear(300ms); heard; heard = to.hear(300ms)) {
            if (*heard == probe) {
                return true;
            }
        }
        return false;
    }
    static void expect_all_frames(const cable_end& from, const cable_end& to) {
        for (const auto& one : all_frames()) {
            EXPECT_TRUE(from.send(one.bytes)) << one.name;
            const auto heard = to.hear(1s);
            EXPECT_TRUE(heard && *heard == one.bytes)
                << one.name << ": " << (heard ? fmt::format("{} bytes that differ", heard->size()) : "lost");
        }
    }
    static std::size_t received_in_a_second(const cable_end& from, const cable_end& to) {
        const auto load = a_frame("020000000002 020000000001 88b5", 1000);
        std::size_t received = 0;
        const auto begun = std::chrono::steady_clock::now();
        while (std::chrono::steady_clock::now() - begun < 1s) {
            from.send(load);
            while (const auto heard = to.hear(0ms)) {
                received += heard->size();
            }
        }
        while (to.hear(200ms)) {
        }
        return received;
    }
    [[nodiscard]] const cable_end& user(int vlan) const { return *at->users.at(vlan); }
    [[nodiscard]] std::string bridge_of(const std::string& device) const { return at->state().links.at(device).master; }

    real_runtime rt;
    std::unique_ptr<linux_machine> at;
    std::unique_ptr<linux_machine> other;
    links_by_name before;
};

INSTANTIATE_TEST_SUITE_P(BothHosts, RealLinuxBridge, testing::Bool(),
                         [](const auto& info) { return info.param ? "OverSsh" : "Here"; });

TEST_P(RealLinuxBridge, JoinOfTwo_EveryFrameByteForByteAndNowhereElse) {
    const auto made = make({a_join("a1/lan", {101, 102}), a_join("a1/other", {103, 104})});
    ASSERT_TRUE(made) << describe(made.error());
    expect_all_frames(user(101), user(102));
    expect_all_frames(user(102), user(101));
    EXPECT_FALSE(user(103).hear(0ms)) << "not one frame in another join, and not one of the host's own";
    EXPECT_FALSE(user(104).hear(500ms));
    EXPECT_FALSE(user(101).hear(500ms)) << "the host is silent";
}

TEST_P(RealLinuxBridge, JoinOfThree_EveryFrameToAllOthers) {
    ASSERT_TRUE(make({a_join("a1/lan", {101, 102, 104})}));
    for (const auto& one : all_frames()) {
        EXPECT_TRUE(user(102).send(one.bytes));
        for (const int vlan : {101, 104}) {
            const auto heard = user(vlan).hear(1s);
            EXPECT_TRUE(heard && *heard == one.bytes) << one.name;
        }
    }
    EXPECT_FALSE(user(103).hear(100ms));
    EXPECT_FALSE(user(102).hear(0ms));
}

TEST_P(RealLinuxBridge, AddressThatMoved_IsReachedAtOnce) {
    ASSERT_TRUE(make({a_join("a1/lan", {101, 102})}));
    const auto hello = a_frame("ffffffffffff 0200000000aa 88b5", 60);
    const auto to_it = a_frame("0200000000aa 0200000000bb 88b5", 60);
    EXPECT_TRUE(user(102).send(hello));
    EXPECT_TRUE(user(101).hear(1s));
    EXPECT_TRUE(user(101).send(hello)) << "now it is at the other end, as after a loop of the users";
    EXPECT_TRUE(user(102).hear(1s));
    EXPECT_TRUE(user(101).send(to_it));
    EXPECT_EQ(user(102).hear(1s), to_it) << "a bridge that learns would keep it";
    EXPECT_EQ(at->run(fmt::format("bridge fdb show br {} dynamic", bridge_of("eth1.101"))), "");
}

TEST_P(RealLinuxBridge, MakeAgain_NothingChangesAndNothingIsLost) {
    ASSERT_TRUE(make({a_join("a1/lan", {101, 102})}));
    const auto was = at->state().links;
    ASSERT_TRUE(make({a_join("a1/lan", {102, 101}), a_join("a1/more", {103, 104})}));
    EXPECT_EQ(at->state().links.at("eth1.101"), was.at("eth1.101"));
    EXPECT_TRUE(passes(user(101), user(102)));
    EXPECT_THAT(list(*at), testing::ElementsAre(a_join("a1/lan", {101, 102}), a_join("a1/more", {103, 104})));
}

TEST_P(RealLinuxBridge, SameNameOtherMembers_SwapAtOnce) {
    ASSERT_TRUE(make({a_join("a1/lan", {101, 102}), a_join("a1/x", {103, 104})}));
    ASSERT_TRUE(make({a_join("a1/lan", {101, 103}), a_join("a1/x", {102, 104})}));
    EXPECT_TRUE(passes(user(101), user(103)));
    EXPECT_TRUE(passes(user(102), user(104)));
    EXPECT_FALSE(user(102).hear(100ms));
}

TEST_P(RealLinuxBridge, InUse_IsBusyAndNothingIsMade) {
    ASSERT_TRUE(make({a_join("a1/lan", {101, 102})}));
    const auto was = at->state().links;
    auto made = make({a_join("a2/free", {103, 104}), a_join("a2/taken", {102, 104})});
    EXPECT_EQ(made.error().code, errc::bad_input) << "104 twice";
    made = make({a_join("a2/taken", {102, 104})});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, errc::busy);
    EXPECT_THAT(made.error().reason, HasSubstr("a1/lan"));
    at->run("ip link set eth1.103 master br0");
    made = make({a_join("a2/x", {103, 104})});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, errc::busy);
    EXPECT_THAT(made.error().reason, HasSubstr("in br0, which is not of the engine"));
    at->run("ip link set eth1.103 nomaster");
    EXPECT_EQ(at->state().links, was);
}

TEST_P(RealLinuxBridge, AllBridgesDeleted_MakeMends) {
    const std::vector<join> wanted{a_join("a1/lan", {101, 102}), a_join("a1/more", {103, 104})};
    ASSERT_TRUE(make(wanted));
    for (const auto* device : {"eth1.101", "eth1.103"}) {
        at->run("ip link del " + bridge_of(device));
    }
    EXPECT_TRUE(list(*at).empty());
    EXPECT_FALSE(passes(user(101), user(102)));
    const auto made = make(wanted);
    ASSERT_TRUE(made) << describe(made.error());
    EXPECT_TRUE(passes(user(101), user(102)));
    EXPECT_TRUE(passes(user(104), user(103)));
}

TEST_P(RealLinuxBridge, Drift_IsMended) {
    ASSERT_TRUE(make({a_join("a1/lan", {101, 102})}));
    const auto bridge = bridge_of("eth1.101");
    for (const std::string drift :
         {"link set eth1.101 nomaster", "link set eth1.102 down", "link set eth1.102 type bridge_slave learning on",
          "link set eth1.102 type bridge_slave isolated on flood off", "link set eth1.101 mtu 1500",
          "link set BRIDGE type bridge mcast_snooping 1 ageing_time 30000 group_fwd_mask 0", "link set BRIDGE down",
          "link set eth1.101 alias x", "link property del dev eth1.101 altname rollover-eth1.101",
          "link set eth1.103 master BRIDGE", "link set BRIDGE type bridge stp_state 1"}) {
        auto command = drift;
        if (const auto place = command.find("BRIDGE"); place != std::string::npos) {
            command.replace(place, 6, bridge);
        }
        at->run("ip " + command);
        const auto standing = standing_bridges(at->state(), "rx");
        ASSERT_EQ(standing.size(), 1U);
        EXPECT_TRUE(!standing.front().faults.empty() || standing.front().what != a_join("a1/lan", {101, 102})) << drift;
        const auto made = make({a_join("a1/lan", {101, 102})});
        ASSERT_TRUE(made) << drift << ": " << describe(made.error());
        EXPECT_TRUE(standing_bridges(at->state(), "rx").front().faults.empty()) << drift;
        EXPECT_TRUE(passes(user(101), user(102))) << drift;
        if (drift == "link set eth1.101 alias x") {
            at->run("ip link set eth1.101 mtu 1500 alias 'rollover " + bridge + " found 1500 eui64 down'");
            ASSERT_TRUE(make({a_join("a1/lan", {101, 102})})) << "what it was like before is lost with its alias";
        }
    }
}

TEST_P(RealLinuxBridge, TwoEnginesAtOnce_OneGetsIt) {
    const auto rival = make_crossconnect(rt, host_at(GetParam()));
    for (int round = 0; round < 4; ++round) {
        result<void> first = failure();
        result<void> second = failure();
        auto both = [](real_runtime& r, crossconnect& a, crossconnect& b, result<void>& x,
                       result<void>& y) -> task<void> {
            task_group group(r);
            group.spawn(keep(a.make({a_join("a1/lan", {101, 102})}, r.now() + 20s), x));
            group.spawn(keep(b.make({a_join("a2/lan", {103, 102})}, r.now() + 20s), y));
            co_await group.join();
        };
        rt.run(both(rt, *at->driver, *rival, first, second));
        EXPECT_LE(first.has_value() + second.has_value(), 1);
        EXPECT_EQ(list(*at).size(), first || second ? 1U : 0U);
        for (const auto& one : {first, second}) {
            EXPECT_TRUE(one || one.error().code == errc::busy) << describe(one.error());
        }
        EXPECT_TRUE(first || second) << "both gave way";
        EXPECT_TRUE(remove({"a1/lan", "a2/lan"}, *at));
    }
}

TEST_P(RealLinuxBridge, Shapes_RateByTbf_DelayNeedsNetem) {
    auto narrow = a_join("a1/lan", {101, 102});
    narrow.shaped = shape{{}, {}, 0, 10};
    const auto made = make({narrow});
    ASSERT_TRUE(made) << describe(made.error());
    EXPECT_EQ(list(*at), std::vector{narrow});
    // The queue holds its sender back, so what is sent says nothing.
    const auto limited = received_in_a_second(user(101), user(102));
    EXPECT_GT(limited, 900'000U) << "10 Mbit/s are 1,250,000 bytes in a second";
    EXPECT_LT(limited, 1'500'000U);
    ASSERT_TRUE(make({a_join("a1/lan", {101, 102})}));
    EXPECT_GT(received_in_a_second(user(101), user(102)), 3'000'000U) << "the limit was the shape's";
    ASSERT_TRUE(make({narrow}));
    narrow.shaped->delay = 50ms;
    const auto was = at->state();
    const auto slow = make({narrow});
    if (at->run("tc qdisc add dev lo root netem 2>&1").empty()) {
        at->run("tc qdisc del dev lo root");
        EXPECT_TRUE(slow);
        return;
    }
    ASSERT_FALSE(slow);
    EXPECT_EQ(slow.error().code, errc::unsupported) << describe(slow.error());
    EXPECT_THAT(slow.error().hint, HasSubstr("sch_netem"));
    EXPECT_EQ(at->state().links, was.links) << "the rate is still there";
    EXPECT_TRUE(passes(user(102), user(101)));
}

TEST_P(RealLinuxBridge, VlanDevices_AreMadeWhereTheKernelCan) {
    const auto made = make({a_join("a1/lan", {101, 111})});
    ASSERT_FALSE(made) << "there is no eth1";
    EXPECT_EQ(made.error().code, errc::not_found);
    const bool can = at->run("ip link add link f1 name f1.5 type vlan id 5 2>&1").empty();
    at->run("ip link del f1.5 2>/dev/null");
    at->run("ip link set f1 up");
    join one = a_join("a1/lan", {101});
    one.members.push_back({"f1", 7});
    const auto other_way = make({one});
    EXPECT_EQ(other_way.has_value(), can) << "this rig's kernel decides";
    if (!can) {
        EXPECT_EQ(other_way.error().code, errc::unsupported);
        EXPECT_THAT(other_way.error().hint, HasSubstr("8021q"));
        EXPECT_FALSE(list(*at).size());
    }
    EXPECT_TRUE(remove({"a1/lan"}, *at));
    at->run("ip link set f1 down");
}

TEST_P(RealLinuxBridge, SimulatedHost_ShowsWhatTheKernelShows) {
    sim::linux_host simulated;
    for (const auto* name : {"eth1.101", "eth1.102"}) {
        auto& device = simulated.devices[name];
        device.kind = "veth";
    }
    auto wanted = a_join("a1/lan", {101, 102});
    wanted.tunnels.push_back({"192.0.2.7", "192.0.2.8", 77, 4790, 1600});
    wanted.shaped = shape{{}, {}, 0, 10};
    ASSERT_TRUE(make({wanted}));
    linux_state state;
    state.links = parse_links(sim::show_links(simulated)).value();
    const auto change = change_to(state, "rx", {{wanted}, {}, {}}, false).value();
    EXPECT_EQ(simulated.run({"ip", "-batch", "-"}, change.links).errors, "");
    EXPECT_EQ(simulated.run({"tc", "-batch", "-"}, change.shapes).errors, "");
    EXPECT_EQ(simulated.run({"ip", "-batch", "-"}, change.starts).errors, "");
    auto links = parse_links(sim::show_links(simulated)).value();
    const auto real = at->state();
    for (auto& [name, one] : links) {
        auto kernels = real.links.at(name);
        one.carrier = false;
        // A veth names its other end, and a bridge takes the MTU of the least port: neither plays a part.
        kernels.parent = one.parent;
        kernels.mtu = one.kind == "bridge" ? one.mtu : kernels.mtu;
        EXPECT_TRUE(one == kernels) << name;
    }
    state.links = links;
    state.disciplines = parse_disciplines(sim::show_disciplines(simulated)).value();
    EXPECT_EQ(standing_bridges(state, "rx").front().what, standing_bridges(real, "rx").front().what);
    EXPECT_TRUE(standing_bridges(real, "rx").front().faults.empty());
}

/// Over both hosts.
struct RealLinuxTunnel : RealLinuxBridge {};
INSTANTIATE_TEST_SUITE_P(BothHosts, RealLinuxTunnel, testing::Values(false),
                         [](const auto& /*info*/) { return "FromHereToTheOtherBySsh"; });

TEST_P(RealLinuxTunnel, FramesAcrossVxlan_ByteForByteAndNowhereElse) {
    other = std::make_unique<linux_machine>(rt, true);
    auto here = a_join("a1/far", {101});
    here.tunnels.push_back({"192.0.2.1", "192.0.2.2", 5101, 4789, 9200});
    auto there = a_join("a1/far", {102});
    there.tunnels.push_back({"192.0.2.2", "192.0.2.1", 5101, 4789, 9200});
    auto second_here = a_join("a1/far2", {103});
    second_here.tunnels.push_back({"192.0.2.1", "192.0.2.2", 5103, 4789, 9100});
    auto second_there = a_join("a1/far2", {101, 104});
    second_there.tunnels.push_back({"192.0.2.2", "192.0.2.1", 5103, 4789, 9100});
    auto made = make({here, second_here});
    ASSERT_TRUE(made) << describe(made.error());
    made = make({there, second_there}, *other);
    ASSERT_TRUE(made) << describe(made.error());
    EXPECT_EQ(list(*other), (std::vector{there, second_there}));
    expect_all_frames(user(101), *other->users.at(102));
    expect_all_frames(*other->users.at(102), user(101));
    EXPECT_FALSE(user(103).hear(0ms)) << "the other tunnel has heard nothing";
    EXPECT_FALSE(other->users.at(104)->hear(300ms));
    const auto probe = a_frame("ffffffffffff 020000000009 88b5", 60);
    EXPECT_TRUE(user(103).send(probe));
    EXPECT_EQ(other->users.at(104)->hear(1s), probe);
    EXPECT_EQ(other->users.at(101)->hear(1s), probe);
    EXPECT_FALSE(user(101).hear(300ms));
    // The largest that an outer packet of 9,100 bytes has room for, and one more.
    const std::size_t most = 9100 - 58 + 18 - 14;
    const auto largest = a_frame("020000000002 020000000001 88b5", most);
    EXPECT_TRUE(user(103).send(largest));
    EXPECT_EQ(other->users.at(104)->hear(1s), largest);
    EXPECT_TRUE(user(103).send(a_frame("020000000002 020000000001 88b5", most + 1)));
    EXPECT_EQ(other->users.at(101)->hear(300ms), largest) << "it was in the queue";
    EXPECT_FALSE(other->users.at(104)->hear(300ms));
}

TEST_P(RealLinuxTunnel, EngineKilledInTheMiddle_MadeOrRemovedByTheNext) {
    std::vector<join> many;
    for (std::uint16_t vlan = 301; vlan < 360; vlan = static_cast<std::uint16_t>(vlan + 2)) {
        many.push_back(a_join(fmt::format("a1/{}", vlan), {vlan, static_cast<std::uint16_t>(vlan + 1)}));
    }
    std::vector<std::string> names;
    for (const auto& one : many) {
        names.push_back(one.name);
    }
    for (int round = 0; round < 10; ++round) {
        const auto child = ::fork();
        if (child == 0) {
            real_runtime own;
            const auto same = make_crossconnect(own, host_at(false));
            result<void> outcome = failure();
            own.run(keep(same->make(many, own.now() + 20s), outcome));
            ::_exit(0);
        }
        ::usleep(static_cast<useconds_t>(8'000 * round));
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        ::usleep(300'000);  // a batch that was under way ends
        if (round % 2 == 0) {
            const auto made = make(many);
            ASSERT_TRUE(made) << describe(made.error());
            EXPECT_EQ(list(*at), many);
        }
        ASSERT_TRUE(remove(names, *at));
        EXPECT_EQ(at->state().links.size(), before.size()) << round;
    }
}

}  // namespace
}  // namespace rollover::crossconnect
