// The driver on a simulated host: joins with delay, loss and rate.
#include "drivers/crossconnect/crossconnect.h"
#include "engine/runtime/virtual_runtime.h"
#include "simulators/lab/openvswitch_host.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rollover::crossconnect {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

join shaped(std::string name, const std::vector<std::uint16_t>& vlans, duration delay) {
    join one;
    one.name = std::move(name);
    for (const auto vlan : vlans) {
        one.members.push_back({"eth1", vlan});
    }
    one.shaped = shape();
    one.shaped->delay = delay;
    return one;
}

struct OpenvswitchShapes : testing::Test {
    OpenvswitchShapes() {
        bridge = &host.add_bridge("xc", "", {"eth1", "eth2"});
        rt.on_process([this](const process_request& request) -> result<process_result> {
            if (commands++ == at) {
                process_result no;
                no.exit_code = 1;
                no.errors = "it does not work today\n";
                return no;
            }
            return host.run(request.argv, request.environment, request.input);
        });
        address where;
        where.name = "xc1";
        where.bridge = "xc";
        driver = make_openvswitch(rt, where);
    }
    template <class T>
    result<T> wait_for(task<result<T>> work) {
        result<T> outcome = failure();
        auto root = [](task<result<T>> all, result<T>& into) -> task<void> {
            auto done = co_await std::move(all);
            into = std::move(done);
        };
        EXPECT_EQ(rt.run(root(std::move(work), outcome)), virtual_end::finished);
        return outcome;
    }
    result<void> make(std::vector<join> wanted) { return wait_for(driver->make(std::move(wanted), rt.now() + 1min)); }
    result<void> remove(std::vector<std::string> names) {
        return wait_for(driver->remove(std::move(names), rt.now() + 1min));
    }
    std::vector<join> list() { return wait_for(driver->list(rt.now() + 1min)).value(); }
    void expect_nothing_left() {
        EXPECT_EQ(bridge->ports.size(), 2U);
        EXPECT_TRUE(bridge->flows.rules().empty());
        EXPECT_TRUE(host.kernel().devices.empty());
    }
    std::vector<sim::linux_device*> disciplines_there() {
        std::vector<sim::linux_device*> all;
        for (auto& [name, device] : host.kernel().devices) {
            if (!device.discipline.empty()) {
                all.push_back(&device);
            }
        }
        return all;
    }
    /// Where a frame from a VLAN of eth1 comes out again, over the ways.
    std::set<std::uint16_t> reached(std::uint16_t vlan) {
        std::set<std::uint16_t> out;
        for (const auto& first : bridge->flows.process({1, vlan}, bridge->port_numbers())) {
            const auto back = bridge->other_end(first.port);
            if (!back) {
                out.insert(first.vlan);
                continue;
            }
            for (const auto& second : bridge->flows.process({*back, first.vlan}, bridge->port_numbers())) {
                out.insert(second.vlan);
            }
        }
        return out;
    }

    virtual_runtime rt;
    sim::openvswitch_host host;
    sim::simulated_bridge* bridge = nullptr;
    std::unique_ptr<crossconnect> driver;
    int commands = 0;
    int at = -1;
};

TEST_F(OpenvswitchShapes, MakeListRemove_WaysComeAndGo) {
    const auto wanted = shaped("a1/lan", {101, 102, 103}, 20ms);
    const auto made = make({wanted});
    ASSERT_TRUE(made) << describe(made.error());
    EXPECT_EQ(list(), std::vector{wanted});
    EXPECT_EQ(host.kernel().devices.size(), 6U) << "a pair for each member";
    const auto disciplines = disciplines_there();
    ASSERT_EQ(disciplines.size(), 3U);
    EXPECT_EQ(disciplines[0]->discipline, "netem");
    EXPECT_EQ(disciplines[0]->discipline_values, (std::map<std::string, double>{{"limit", 11000}, {"delay", 0.02}}));
    EXPECT_EQ(reached(101), (std::set<std::uint16_t>{102, 103}));
    commands = 0;
    EXPECT_TRUE(make({wanted}));
    EXPECT_EQ(commands, 3) << "rules, ports and qdiscs are read, and nothing is said";
    EXPECT_TRUE(remove({"a1/lan"}));
    expect_nothing_left();
}

TEST_F(OpenvswitchShapes, OtherShapeOrNone_ReplacesTheWays) {
    ASSERT_TRUE(make({shaped("a1/lan", {101, 102}, 20ms)}));
    const auto slower = shaped("a1/lan", {101, 102}, 200ms);
    ASSERT_TRUE(make({slower}));
    EXPECT_EQ(list(), std::vector{slower});
    EXPECT_EQ(host.kernel().devices.size(), 4U);
    auto plain = slower;
    plain.shaped.reset();
    ASSERT_TRUE(make({plain}));
    EXPECT_EQ(list(), std::vector{plain});
    EXPECT_TRUE(host.kernel().devices.empty());
    EXPECT_EQ(reached(101), (std::set<std::uint16_t>{102}));
}

TEST_F(OpenvswitchShapes, NoNetem_IsUnsupportedAndNothingIsMade) {
    host.kernel().has_netem = false;
    const auto made = make({shaped("a1/lan", {101, 102}, 20ms)});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, errc::unsupported);
    EXPECT_THAT(made.error().reason, HasSubstr("no netem"));
    expect_nothing_left();
    auto rate = shaped("a1/lan", {101, 102}, 0ms);
    rate.shaped->rate = 10;
    EXPECT_TRUE(make({rate})) << "the rate alone needs none";
}

TEST_F(OpenvswitchShapes, FailingAtEveryStep_NothingIsLeft) {
    bool failed = true;
    for (int step = 0; failed; ++step) {
        ASSERT_LT(step, 20);
        commands = 0;
        at = step;
        const auto made = make({shaped("a1/lan", {101, 102}, 20ms)});
        failed = commands > step;
        at = -1;
        if (!made) {
            expect_nothing_left();
        } else {
            EXPECT_TRUE(remove({"a1/lan"}));
        }
    }
    expect_nothing_left();
}

TEST_F(OpenvswitchShapes, QdiscOrPortTakenAway_IsFoundAndMended) {
    const auto wanted = shaped("a1/lan", {101, 102}, 20ms);
    ASSERT_TRUE(make({wanted}));
    disciplines_there().at(0)->discipline.clear();
    EXPECT_THAT(list().at(0).damage, HasSubstr("lost its qdisc"));
    EXPECT_TRUE(make({wanted}));
    EXPECT_EQ(list(), std::vector{wanted});
    ASSERT_EQ(host.run({"ovs-vsctl", "del-port", "xc", bridge->ports.back().name}, {}, "").exit_code, 0);
    EXPECT_NE(list().at(0).damage, "");
    EXPECT_TRUE(make({wanted}));
    EXPECT_EQ(list(), std::vector{wanted});
    bridge->flows.clear();
    EXPECT_TRUE(make({wanted}));
    EXPECT_EQ(list(), std::vector{wanted});
    EXPECT_TRUE(remove({"a1/lan"}));
    expect_nothing_left();
}

TEST_F(OpenvswitchShapes, WithATunnel_OnlyTheMembersAreShaped) {
    auto wanted = shaped("a1/lan", {101, 102}, 20ms);
    tunnel to;
    to.local = "192.0.2.1";
    to.remote = "192.0.2.2";
    to.vni = 5101;
    wanted.tunnels = {to};
    ASSERT_TRUE(make({wanted}));
    EXPECT_EQ(list(), std::vector{wanted});
    EXPECT_EQ(host.kernel().devices.size(), 4U);
    EXPECT_TRUE(remove({"a1/lan"}));
    expect_nothing_left();
}

TEST_F(OpenvswitchShapes, BadShapes_AreRefused) {
    EXPECT_EQ(make({shaped("a1/lan", {101, 102}, 0ms)}).error().code, errc::bad_input);
    EXPECT_EQ(make({shaped("a1/lan", {101, 102}, 11s)}).error().code, errc::bad_input);
    auto jitter = shaped("a1/lan", {101, 102}, 10ms);
    jitter.shaped->jitter = 11ms;
    EXPECT_EQ(make({jitter}).error().code, errc::bad_input);
    expect_nothing_left();
}

}  // namespace
}  // namespace rollover::crossconnect
