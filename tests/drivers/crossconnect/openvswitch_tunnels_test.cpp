// The driver on simulated hosts: tunnels come and go with their joins, and a make that fails anywhere leaves nothing.
#include "drivers/crossconnect/crossconnect.h"
#include "engine/base/text.h"
#include "engine/runtime/virtual_runtime.h"
#include "simulators/lab/openvswitch_host.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rollover::crossconnect {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

tunnel to(std::string remote, std::uint32_t vni) {
    tunnel one;
    one.local = "192.0.2.1";
    one.remote = std::move(remote);
    one.vni = vni;
    return one;
}

join tunneled(std::string name, std::uint16_t vlan, std::vector<tunnel> tunnels) {
    join one;
    one.name = std::move(name);
    one.members = {{"eth1", vlan}};
    one.tunnels = std::move(tunnels);
    return one;
}

/// What happens to one command, counted from 0.
enum class fate { well, refused, fails_after_it, cancelled_before, cancelled_after };

struct OpenvswitchTunnels : testing::Test {
    OpenvswitchTunnels() {
        bridge = &host.add_bridge("xc", "", {"eth1", "eth2"});
        rt.on_process([this](const process_request& request) { return run(request); });
        address where;
        where.name = "xc1";
        where.bridge = "xc";
        driver = make_openvswitch(rt, where);
        add_foreign();
    }

    void add_foreign() {
        EXPECT_EQ(
            host.run({"ovs-ofctl", "add-flow", "xc", "cookie=7,in_port=1,dl_vlan=900,actions=2"}, {}, "").exit_code, 0);
        EXPECT_EQ(host.run({"ovs-vsctl", "add-port", "xc", "vx0", "--", "set", "Interface", "vx0", "type=vxlan",
                            "options={remote_ip=\"192.0.2.99\",key=\"7\"}"},
                           {}, "")
                      .exit_code,
                  0);
    }

    result<process_result> run(const process_request& request) {
        const bool struck = commands++ == at;
        if (struck && what == fate::refused) {
            process_result no;
            no.exit_code = 1;
            no.errors = "it does not work today\n";
            return no;
        }
        if (struck && what == fate::cancelled_before) {
            return failure(errc::cancelled, "cancelled");
        }
        auto ended = host.run(request.argv, request.environment, request.input);
        if (struck && what == fate::fails_after_it) {
            return failure(errc::timed_out, "no answer in time");
        }
        if (struck && what == fate::cancelled_after) {
            return failure(errc::cancelled, "cancelled");
        }
        return ended;
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

    /// All there is on the bridge, as text that can be compared.
    std::vector<std::string> everything() {
        const auto rules = host.run({"ovs-ofctl", "-O", "OpenFlow13", "--no-stats", "dump-flows", "xc"}, {}, "").output;
        const auto ports = host.run({"ovs-vsctl", "--format=csv", "--columns=name,ofport,type,options,external_ids",
                                     "list", "Interface"},
                                    {}, "")
                               .output;
        const auto all = rules + ports;
        std::vector<std::string> lines;
        for (const auto line : split_lines(all)) {
            lines.emplace_back(line);
        }
        std::sort(lines.begin(), lines.end());
        return lines;
    }
    std::size_t tunnel_ports() const {
        return static_cast<std::size_t>(std::count_if(bridge->ports.begin(), bridge->ports.end(),
                                                      [](const auto& p) { return p.name.starts_with("rot"); }));
    }

    virtual_runtime rt;
    sim::openvswitch_host host;
    sim::simulated_bridge* bridge = nullptr;
    std::unique_ptr<crossconnect> driver;
    int commands = 0;
    int at = -1;
    fate what = fate::well;
};

TEST_F(OpenvswitchTunnels, MakeListRemove_PortsComeAndGoWithTheirLastJoin) {
    const auto before = everything();
    const auto first = tunneled("a1/lan", 101, {to("192.0.2.2", 5101)});
    const auto second = tunneled("a1/wan", 102, {to("192.0.2.2", 5102), to("192.0.2.3", 5102)});
    ASSERT_TRUE(make({first}));
    EXPECT_EQ(tunnel_ports(), 1U);
    const auto made = make({second});
    ASSERT_TRUE(made) << describe(made.error());
    EXPECT_EQ(tunnel_ports(), 2U) << "one port for each remote address";
    EXPECT_EQ(list(), (std::vector{first, second}));
    EXPECT_TRUE(remove({"a1/wan"}));
    EXPECT_EQ(tunnel_ports(), 1U);
    EXPECT_EQ(list(), std::vector{first});
    EXPECT_TRUE(remove({"a1/lan"}));
    EXPECT_EQ(everything(), before);
}

TEST_F(OpenvswitchTunnels, Repeated_ReadsAndSaysNothing) {
    const auto wanted = tunneled("a1/lan", 101, {to("192.0.2.2", 5101)});
    ASSERT_TRUE(make({wanted}));
    commands = 0;
    const auto before = everything();
    EXPECT_TRUE(make({wanted}));
    EXPECT_EQ(commands, 2);
    EXPECT_EQ(everything(), before);
}

TEST_F(OpenvswitchTunnels, VniOfAnotherJoin_IsBusyByName) {
    ASSERT_TRUE(make({tunneled("a1/lan", 101, {to("192.0.2.2", 5101)})}));
    const auto before = everything();
    const auto made = make({tunneled("a2/lan", 102, {to("192.0.2.2", 5101), to("192.0.2.4", 1)})});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, errc::busy);
    EXPECT_THAT(made.error().reason, HasSubstr("VNI 5101"));
    EXPECT_THAT(made.error().reason, HasSubstr("a1/lan"));
    EXPECT_EQ(everything(), before);
    EXPECT_TRUE(make({tunneled("a2/lan", 102, {to("192.0.2.3", 5101)})})) << "to another address it is free";
}

TEST_F(OpenvswitchTunnels, ForeignPortWithTheSameAddresses_IsSaidAndNothingStays) {
    ASSERT_EQ(host.run({"ovs-vsctl", "add-port", "xc", "vx1", "--", "set", "Interface", "vx1", "type=vxlan",
                        "options={dst_port=\"4789\",key=\"flow\",local_ip=\"192.0.2.1\",remote_ip=\"192.0.2.2\"}"},
                       {}, "")
                  .exit_code,
              0);
    const auto before = everything();
    const auto made = make({tunneled("a1/lan", 101, {to("192.0.2.2", 5101)})});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, errc::device_rejected);
    EXPECT_THAT(made.error().device_text, HasSubstr("File exists"));
    EXPECT_EQ(everything(), before);
}

TEST_F(OpenvswitchTunnels, FailingAtEveryStep_LeavesWhatWasThere) {
    const auto old = tunneled("a1/lan", 101, {to("192.0.2.2", 5101)});
    ASSERT_TRUE(make({old, tunneled("a1/wan", 105, {to("192.0.2.2", 5105)})}));
    const auto before = everything();
    const auto changed = tunneled("a1/lan", 102, {to("192.0.2.3", 5101)});
    const auto fresh = tunneled("a1/new", 103, {to("192.0.2.4", 5103)});
    for (const auto how : {fate::refused, fate::fails_after_it, fate::cancelled_before, fate::cancelled_after}) {
        bool failed = true;
        for (int step = 0; failed; ++step) {
            ASSERT_LT(step, 20);
            commands = 0;
            at = step;
            what = how;
            const auto made = make({changed, fresh});
            failed = commands > step && !made;
            what = fate::well;
            if (!made) {
                EXPECT_EQ(everything(), before) << "step " << step << ": " << describe(made.error());
                continue;
            }
            // It came to its end, or what failed was only the tidying up.
            EXPECT_TRUE(make({changed, fresh}));
            EXPECT_EQ(list().size(), 3U);
            EXPECT_TRUE(make({old}));
            EXPECT_TRUE(remove({"a1/new"}));
            EXPECT_EQ(tunnel_ports(), 1U);
        }
    }
}

TEST_F(OpenvswitchTunnels, CancelledAtEveryStep_LeavesWhatWasThere) {
    const auto old = tunneled("a1/lan", 101, {to("192.0.2.2", 5101)});
    ASSERT_TRUE(make({old}));
    const auto before = everything();
    const std::vector<join> wanted{tunneled("a1/lan", 102, {to("192.0.2.3", 5101)}),
                                   tunneled("a1/new", 103, {to("192.0.2.4", 5103)})};
    // A command takes the latency of the virtual runtime: cancelled before, while and after each.
    int failed = 0;
    for (auto when = 0us; when < 3ms; when += 100us) {
        result<void> outcome = failure();
        auto work = [](crossconnect& on, std::vector<join> joins, time_point limit, result<void>& into) -> task<void> {
            auto done = co_await on.make(std::move(joins), limit);
            into = std::move(done);
        };
        auto root = [](virtual_runtime& r, task<void> child, duration later) -> task<void> {
            task_group group(r);
            group.spawn(std::move(child));
            const auto slept = co_await sleep_for(r, later);
            EXPECT_TRUE(slept);
            group.cancel();
            co_await group.join();
        };
        EXPECT_EQ(rt.run(root(rt, work(*driver, wanted, rt.now() + 1min, outcome), when)), virtual_end::finished);
        if (!outcome) {
            ++failed;
            EXPECT_EQ(outcome.error().code, errc::cancelled);
            EXPECT_EQ(everything(), before) << when.count() << " us: " << describe(outcome.error());
            continue;
        }
        ASSERT_TRUE(make({old}));
        ASSERT_TRUE(remove({"a1/new"}));
    }
    EXPECT_GT(failed, 10);
    EXPECT_LT(failed, 30) << "the last ones were cancelled after the end";
}

TEST_F(OpenvswitchTunnels, RulesLost_AsAfterARestart_AreMended) {
    const auto wanted = tunneled("a1/lan", 101, {to("192.0.2.2", 5101)});
    ASSERT_TRUE(make({wanted}));
    const auto whole = everything();
    bridge->flows.clear();
    EXPECT_TRUE(list().empty());
    EXPECT_TRUE(make({wanted}));
    EXPECT_EQ(list(), std::vector{wanted});
    EXPECT_TRUE(remove({"a1/lan"}));
    EXPECT_EQ(tunnel_ports(), 0U);
    ASSERT_TRUE(make({wanted}));
    bridge->flows.clear();
    EXPECT_TRUE(remove({"a1/lan"}));
    EXPECT_EQ(tunnel_ports(), 0U) << "its port was left over";
}

TEST_F(OpenvswitchTunnels, PortChangedOrTakenAway_IsFoundAndMended) {
    const auto wanted = tunneled("a1/lan", 101, {to("192.0.2.2", 5101)});
    ASSERT_TRUE(make({wanted}));
    const auto name = bridge->ports.back().name;
    ASSERT_EQ(host.run({"ovs-vsctl", "set", "Interface", name, "options={remote_ip=\"192.0.2.77\"}"}, {}, "").exit_code,
              0);
    ASSERT_EQ(list().size(), 1U);
    EXPECT_THAT(list()[0].damage, HasSubstr("was changed"));
    EXPECT_TRUE(make({wanted}));
    EXPECT_EQ(list(), std::vector{wanted});
    ASSERT_EQ(host.run({"ovs-vsctl", "del-port", "xc", name}, {}, "").exit_code, 0);
    EXPECT_THAT(list()[0].damage, HasSubstr("is gone"));
    EXPECT_TRUE(make({wanted}));
    EXPECT_EQ(list(), std::vector{wanted});
    EXPECT_EQ(tunnel_ports(), 1U);
}

TEST_F(OpenvswitchTunnels, OtherMtu_IsWrittenDown) {
    auto wanted = tunneled("a1/lan", 101, {to("192.0.2.2", 5101)});
    ASSERT_TRUE(make({wanted}));
    wanted.tunnels[0].mtu = 9100;
    ASSERT_TRUE(make({wanted}));
    EXPECT_EQ(list(), std::vector{wanted});
    auto other = tunneled("a1/wan", 102, {to("192.0.2.2", 5102)});
    EXPECT_EQ(make({wanted, other}).error().code, errc::bad_input);
}

TEST_F(OpenvswitchTunnels, BadTunnels_AreRefused) {
    EXPECT_EQ(make({tunneled("a", 101, {to("nowhere", 5)})}).error().code, errc::bad_input);
    EXPECT_EQ(make({tunneled("a", 101, {to("192.0.2.2", 0)})}).error().code, errc::bad_input);
    EXPECT_EQ(make({tunneled("a", 101, {to("192.0.2.2", 5), to("192.0.2.2", 5)})}).error().code, errc::bad_input);
    EXPECT_EQ(make({tunneled("a", 101, {})}).error().code, errc::bad_input);
    EXPECT_EQ(tunnel_ports(), 0U);
}

}  // namespace
}  // namespace rollover::crossconnect
