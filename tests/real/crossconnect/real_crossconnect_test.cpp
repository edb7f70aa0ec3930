// The Open vSwitch driver against Open vSwitch in userspace, here and through OpenSSH: frames between namespaces. See
// rig.sh.
#include "drivers/crossconnect/crossconnect.h"
#include "engine/runtime/real_runtime.h"

#include <array>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
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

    static std::string script(const std::string& words) {
        return fmt::format("tests/real/crossconnect/rig.sh {} {}", words, folder.string());
    }
    static std::string in_host(int host, const std::string& command) {
        return fmt::format("{} h{} {}", script("exec"), host, command);
    }

    void SetUp() override {
        if (::geteuid() != 0) {
            std::puts("left out: root is needed for network namespaces");
            return;
        }
        folder = std::filesystem::temp_directory_path() / fmt::format("rollover-xc-{}", ::getpid());
        const auto started = shell(script("start") + " 2>&1");
        if (started.exit_code != 0) {
            folder.clear();
            GTEST_FAIL() << started.output;
        }
    }
    void TearDown() override {
        if (!folder.empty()) {
            shell(script("stop"));
        }
    }
};

const auto* const the_rig = testing::AddGlobalTestEnvironment(new rig);

/// A join of sw1's VLANs, all on trunk1.
join on_first(std::string name, const std::vector<std::uint16_t>& vlans) {
    join one;
    one.name = std::move(name);
    for (const auto vlan : vlans) {
        one.members.push_back({"trunk1", vlan});
    }
    return one;
}

template <class T>
task<void> keep(task<result<T>> work, result<T>& into) {
    auto outcome = co_await std::move(work);
    into = std::move(outcome);
}

address here() {
    address where;
    where.name = "xc1";
    where.bridge = "xc";
    where.ovs_run_dir = (rig::folder / "ovs").string();
    return where;
}

address over_ssh() {
    auto where = here();
    where.host = "127.0.0.1";
    std::ifstream(rig::folder / "ssh_port") >> where.port;
    where.user = "root";
    where.key = (rig::folder / "ssh/user_key").string();
    where.known_hosts = (rig::folder / "known_hosts").string();
    return where;
}

/// The same for both ways to the host.
struct RealOpenvswitch : testing::TestWithParam<bool> {
    void SetUp() override {
        if (rig::folder.empty()) {
            GTEST_SKIP() << "left out: no rig";
        }
        driver = make_openvswitch(rt, GetParam() ? over_ssh() : here());
        foreign = shell(rig::script("foreign")).output;
        EXPECT_EQ(std::count(foreign.begin(), foreign.end(), '\n'), 3);
    }
    void TearDown() override {
        if (driver == nullptr) {
            return;
        }
        std::vector<std::string> names;
        for (const auto& one : list()) {
            names.push_back(one.name);
        }
        EXPECT_TRUE(remove(names));
        EXPECT_EQ(rules(), 0) << "nothing of ours is left";
        EXPECT_EQ(shell(rig::script("foreign")).output, foreign) << "rules of others are as they were, byte for byte";
    }

    [[nodiscard]] time_point soon() const { return rt.now() + 20s; }
    result<void> make(std::vector<join> wanted) {
        result<void> outcome = failure();
        rt.run(keep(driver->make(std::move(wanted), soon()), outcome));
        return outcome;
    }
    result<void> remove(std::vector<std::string> names) {
        result<void> outcome = failure();
        rt.run(keep(driver->remove(std::move(names), soon()), outcome));
        return outcome;
    }
    std::vector<join> list() {
        result<std::vector<join>> outcome = failure();
        rt.run(keep(driver->list(soon()), outcome));
        EXPECT_TRUE(outcome) << describe(outcome.error());
        return outcome ? *outcome : std::vector<join>();
    }

    static std::string ovs(const std::string& tool) {
        return fmt::format("OVS_RUNDIR={} {}", (rig::folder / "ovs").string(), tool);
    }
    /// How many rules have our prefix, as Open vSwitch's own tool says.
    static long rules() {
        const auto dump =
            shell(ovs("ovs-ofctl -O OpenFlow13 dump-flows xc cookie=0x526f000000000000/0xffff000000000000"));
        EXPECT_EQ(dump.exit_code, 0);
        long count = 0;
        for (auto at = dump.output.find("cookie="); at != std::string::npos; at = dump.output.find("cookie=", at + 1)) {
            ++count;
        }
        return count;
    }
    static bool pings(int from, int to) {
        return shell(rig::in_host(from, fmt::format("ping -c 1 -W 1 10.0.0.{} 2>&1", to))).exit_code == 0;
    }
    /// With patience, for a machine that is busy: until one of them is answered.
    static bool reaches(int from, int to) {
        return shell(rig::in_host(from, fmt::format("ping -c 1 -w 10 10.0.0.{} 2>&1", to))).exit_code == 0;
    }
    static long received(int host) {
        return std::stol(shell(rig::in_host(host, "cat /sys/class/net/eth0/statistics/rx_packets")).output);
    }

    real_runtime rt;
    std::unique_ptr<crossconnect> driver;
    std::string foreign;
};

INSTANTIATE_TEST_SUITE_P(BothWays, RealOpenvswitch, testing::Bool(),
                         [](const auto& info) { return info.param ? "OverSsh" : "Here"; });

TEST_P(RealOpenvswitch, JoinOfTwo_CarriesFramesThereAndNowhereElse) {
    EXPECT_FALSE(pings(1, 2));
    const auto before = std::array{received(3), received(4), received(5), received(6)};
    const auto made = make({on_first("a1/lan", {101, 102})});
    ASSERT_TRUE(made) << describe(made.error());
    EXPECT_TRUE(reaches(1, 2));
    EXPECT_TRUE(reaches(2, 1));
    EXPECT_FALSE(pings(1, 3));
    EXPECT_FALSE(pings(4, 1));
    EXPECT_FALSE(pings(5, 1)) << "h5 is in VLAN 101 too, but on the other trunk";
    EXPECT_EQ(before, (std::array{received(3), received(4), received(5), received(6)})) << "not one frame";
    EXPECT_TRUE(remove({"a1/lan"}));
    EXPECT_FALSE(pings(1, 2));
}

TEST_P(RealOpenvswitch, JoinOfThreeOnTwoTrunks_AndAnotherBeside) {
    auto wide = on_first("a1/wide", {101, 102});
    wide.members.push_back({"trunk2", 101});
    const auto made = make({wide, on_first("a1/other", {103, 104})});
    ASSERT_TRUE(made) << describe(made.error());
    for (const auto [from, to] : {std::pair(1, 2), {1, 5}, {2, 5}, {5, 1}, {3, 4}}) {
        EXPECT_TRUE(reaches(from, to)) << from << " to " << to;
    }
    for (const auto [from, to] : {std::pair(1, 3), {5, 4}, {6, 5}, {6, 3}}) {
        EXPECT_FALSE(pings(from, to)) << from << " to " << to;
    }
    const auto joins = list();
    EXPECT_THAT(joins, testing::ElementsAre(on_first("a1/other", {103, 104}), wide));
}

TEST_P(RealOpenvswitch, Repeated_RulesAndTheirCountersStay) {
    ASSERT_TRUE(make({on_first("a1/lan", {101, 102})}));
    EXPECT_TRUE(reaches(1, 2));
    const auto count = [] {
        return shell(ovs("ovs-ofctl -O OpenFlow13 dump-flows xc cookie=0x526f000000000000/0xffff000000000000 | "
                         "grep -E 'dl_vlan=10[12] ' | grep -c 'n_packets=[1-9]'"))
            .output;
    };
    // The userspace datapath hands its counters over about once a second.
    for (int i = 0; i < 100 && count() != "2\n"; ++i) {
        shell("sleep 0.1");
    }
    EXPECT_TRUE(make({on_first("a1/lan", {102, 101}), on_first("a1/more", {103, 104})}));
    EXPECT_EQ(count(), "2\n") << "both directions have counted and still do";
    EXPECT_EQ(rules(), 4);
}

TEST_P(RealOpenvswitch, SameNameOtherMembers_IsReplaced) {
    ASSERT_TRUE(make({on_first("a1/lan", {101, 102}), on_first("a1/x", {103, 104})}));
    ASSERT_TRUE(make({on_first("a1/lan", {101, 103}), on_first("a1/x", {102, 104})})) << "two joins swap at once";
    EXPECT_TRUE(reaches(1, 3));
    EXPECT_TRUE(reaches(2, 4));
    EXPECT_FALSE(pings(1, 2));
    EXPECT_EQ(rules(), 4);
}

TEST_P(RealOpenvswitch, AttachmentInUse_IsBusyAndNothingIsMade) {
    ASSERT_TRUE(make({on_first("a1/lan", {101, 102})}));
    const auto made = make({on_first("a2/free", {103, 104}), on_first("a2/taken", {102, 106})});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, errc::busy);
    EXPECT_THAT(made.error().reason, HasSubstr("a1/lan"));
    EXPECT_EQ(rules(), 2) << "not even the one that could have been made";
}

TEST_P(RealOpenvswitch, RuleOfOthersInTheWay_BundleIsTakenBackWhole) {
    // 902 has a rule of our priority that is not ours, see rig.sh.
    const auto made = make({on_first("a1/lan", {101, 102}), on_first("a1/x", {902, 104})});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, errc::device_rejected);
    EXPECT_THAT(made.error().reason, HasSubstr("not ours"));
    EXPECT_EQ(rules(), 0);
}

TEST_P(RealOpenvswitch, PartOfAJoin_IsCompletedOrUndone) {
    ASSERT_TRUE(make({on_first("a1/lan", {101, 102}), on_first("a1/x", {103, 104})}));
    for (const auto* vlan : {"101", "103"}) {
        EXPECT_EQ(
            shell(ovs(fmt::format("ovs-ofctl -O OpenFlow13 del-flows xc in_port=trunk1,dl_vlan={}", vlan))).exit_code,
            0);
    }
    EXPECT_EQ(rules(), 2);
    EXPECT_EQ(list().size(), 2U);
    EXPECT_TRUE(make({on_first("a1/lan", {101, 102})}));
    EXPECT_TRUE(remove({"a1/x"}));
    EXPECT_EQ(rules(), 2);
    EXPECT_TRUE(reaches(1, 2));
}

TEST_P(RealOpenvswitch, TwoEnginesAtOnce_OneGetsIt) {
    const auto rival = make_openvswitch(rt, here());
    for (int round = 0; round < 8; ++round) {
        result<void> first = failure();
        result<void> second = failure();
        auto both = [](real_runtime& r, crossconnect& a, crossconnect& b, result<void>& x,
                       result<void>& y) -> task<void> {
            task_group group(r);
            group.spawn(keep(a.make({on_first("a1/lan", {101, 102})}, r.now() + 20s), x));
            group.spawn(keep(b.make({on_first("a2/lan", {102, 103})}, r.now() + 20s), y));
            co_await group.join();
        };
        rt.run(both(rt, *driver, *rival, first, second));
        EXPECT_NE(first.has_value(), second.has_value());
        const auto loser = first ? second : first;
        EXPECT_EQ(loser.error().code, errc::busy) << describe(loser.error());
        EXPECT_EQ(rules(), 2);
        EXPECT_TRUE(remove({"a1/lan", "a2/lan"}));
    }
}

TEST_P(RealOpenvswitch, EngineKilledInTheMiddle_AllOrNothing) {
    std::vector<join> many;
    for (std::uint16_t i = 0; i < 300; ++i) {
        const auto vlan = static_cast<std::uint16_t>(2000 + 2 * i);
        many.push_back(on_first(fmt::format("a1/link{}", i), {vlan, static_cast<std::uint16_t>(vlan + 1)}));
    }
    for (int round = 0; round < 10; ++round) {
        const auto child = ::fork();
        if (child == 0) {
            real_runtime own;
            const auto same = make_openvswitch(own, GetParam() ? over_ssh() : here());
            result<void> outcome = failure();
            own.run(keep(same->make(many, own.now() + 20s), outcome));
            ::_exit(0);
        }
        ::usleep(static_cast<useconds_t>(15'000 * round));
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        for (int look = 0; look < 5; ++look) {
            EXPECT_THAT(rules(), testing::AnyOf(0, 600));
        }
    }
    EXPECT_TRUE(make(many));
    EXPECT_EQ(rules(), 600);
}

TEST_P(RealOpenvswitch, BridgeOrPortMissing_SaysWhatIsThere) {
    auto where = GetParam() ? over_ssh() : here();
    where.bridge = "nope";
    const auto other = make_openvswitch(rt, where);
    result<void> outcome = failure();
    rt.run(keep(other->make({on_first("a1/lan", {101, 102})}, soon()), outcome));
    EXPECT_EQ(outcome.error().code, errc::device_rejected);
    EXPECT_THAT(outcome.error().device_text, HasSubstr("nope is not a bridge"));
    auto wrong_port = on_first("a1/lan", {101, 102});
    wrong_port.members[0].port = "trunk9";
    const auto made = make({wrong_port});
    EXPECT_EQ(made.error().code, errc::not_found);
    EXPECT_THAT(made.error().hint, HasSubstr("trunk1, trunk2"));
}

}  // namespace
}  // namespace rollover::crossconnect
