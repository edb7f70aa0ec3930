// The driver on the virtual runtime: what it runs, and what it makes of the answers.
#include "engine/runtime/virtual_runtime.h"
#include "tests/drivers/crossconnect/fake_switch.h"

#include <gmock/gmock.h>

namespace rollover::crossconnect {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const std::vector<attachment> lan{{"t1", 101}, {"t1", 102}};

/// A host with the commands that need no ports of ours.
struct fake_host {
    fake_switch device;
    int bundles = 0;
    int overlaps = 0;                              ///< refuse this many bundles
    std::function<void()> before_refusal = [] {};  ///< what somebody else does meanwhile
    std::vector<process_request> seen;
    std::optional<process_result> instead;

    result<process_result> operator()(const process_request& request) {
        seen.push_back(request);
        if (instead) {
            return *instead;
        }
        const auto& words = request.argv;
        const auto has = [&](std::string_view word) {
            return std::find(words.begin(), words.end(), word) != words.end();
        };
        process_result answer;
        if (has("list-ifaces")) {
            answer.output =
                "t1\nt2\n"
                R"({"data":[["t1",1,"",["map",[]],["map",[]],["set",[]]],["t2",7,"",["map",[]],["map",[]],["set",[]]]],)"
                R"("headings":["name","ofport","type","options","external_ids","error"]})"
                "\n";
        } else if (has("dump-flows")) {
            answer.output = device.dump();
        } else if (overlaps > 0) {
            --overlaps;
            before_refusal();
            answer.exit_code = 1;
            answer.errors = "Error OFPFMFC_OVERLAP for: OFPT_FLOW_MOD (OF1.3) (xid=0x4): ADD ...\n";
        } else {
            ++bundles;
            device.apply(request.input);
        }
        return answer;
    }
};

struct OpenvswitchDriver : testing::Test {
    OpenvswitchDriver() {
        rt.on_process([this](const process_request& request) { return host(request); });
        where.name = "xc1";
        where.bridge = "xc";
        where.ovs_run_dir = "/run/lab ovs";
        driver = make_openvswitch(rt, where);
    }

    result<void> make(std::vector<join> wanted) {
        result<void> outcome = failure();
        auto root = [](crossconnect& on, std::vector<join> joins, result<void>& into) -> task<void> {
            into = co_await on.make(std::move(joins), time_point(1min));
        };
        EXPECT_EQ(rt.run(root(*driver, std::move(wanted), outcome)), virtual_end::finished);
        return outcome;
    }
    result<void> remove(std::vector<std::string> names) {
        result<void> outcome = failure();
        auto root = [](crossconnect& on, std::vector<std::string> gone, result<void>& into) -> task<void> {
            into = co_await on.remove(std::move(gone), time_point(1min));
        };
        EXPECT_EQ(rt.run(root(*driver, std::move(names), outcome)), virtual_end::finished);
        return outcome;
    }
    result<std::vector<join>> list() {
        result<std::vector<join>> outcome = failure();
        auto root = [](crossconnect& on, result<std::vector<join>>& into) -> task<void> {
            into = co_await on.list(time_point(1min));
        };
        EXPECT_EQ(rt.run(root(*driver, outcome)), virtual_end::finished);
        return outcome;
    }

    virtual_runtime rt;
    fake_host host;
    address where;
    std::unique_ptr<crossconnect> driver;
};

TEST_F(OpenvswitchDriver, MakeListRemove_TheWholeWay) {
    EXPECT_TRUE(make({a_join("a1/lan", lan)}));
    EXPECT_EQ(list().value(), std::vector<join>{a_join("a1/lan", lan)});
    EXPECT_TRUE(make({a_join("a1/lan", lan)}));
    EXPECT_EQ(host.bundles, 1) << "a repeated make says nothing to the switch";
    EXPECT_TRUE(remove({"a1/lan"}));
    EXPECT_TRUE(remove({"a1/lan"}));
    EXPECT_EQ(host.bundles, 2);
    EXPECT_TRUE(list()->empty());
}

TEST_F(OpenvswitchDriver, RunDirectory_IsInTheEnvironment) {
    EXPECT_TRUE(list());
    const std::pair<std::string, std::string> expected{"OVS_RUNDIR", "/run/lab ovs"};
    for (const auto& request : host.seen) {
        EXPECT_THAT(request.environment, testing::Contains(expected));
        EXPECT_GT(request.limit, 0s);
        EXPECT_LE(request.limit, 1min);
    }
}

TEST_F(OpenvswitchDriver, AnotherEngineWasFaster_BusyNamesItsJoin) {
    host.overlaps = 1;
    host.before_refusal = [this] {
        host.device.apply(change_to_make(host.device.state(), {a_join("a9/x", lan)}).value().bundle);
    };
    const auto made = make({a_join("a1/lan", lan)});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, errc::busy);
    EXPECT_THAT(made.error().reason, HasSubstr("a9/x"));
    EXPECT_THAT(made.error().where, HasSubstr("xc1"));
}

TEST_F(OpenvswitchDriver, RuleOfSomebodyElseInTheWay_IsSaidSo) {
    host.overlaps = 100;
    const auto made = make({a_join("a1/lan", lan)});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, errc::device_rejected);
    EXPECT_THAT(made.error().reason, HasSubstr("not ours"));
    EXPECT_GT(host.overlaps, 90) << "it gives up soon";
}

TEST_F(OpenvswitchDriver, HostSaysNo_ItsWordsAndAdvice) {
    process_result answer;
    answer.exit_code = 1;
    answer.errors = "ovs-ofctl: xc is not a bridge or a socket\n";
    host.instead = answer;
    for (const auto& outcome : {make({a_join("a1/lan", lan)}), remove({"a1/lan"})}) {
        ASSERT_FALSE(outcome);
        EXPECT_EQ(outcome.error().code, errc::device_rejected);
        EXPECT_THAT(outcome.error().where, HasSubstr("cross-connect xc1 (bridge xc)"));
        EXPECT_THAT(outcome.error().command, HasSubstr("dump-flows xc"));
        EXPECT_EQ(outcome.error().device_text, answer.errors);
        EXPECT_THAT(outcome.error().hint, HasSubstr("ovs-vsctl add-br"));
    }
    EXPECT_FALSE(list());
}

TEST_F(OpenvswitchDriver, ToolThatHangs_TimedOut) {
    process_result answer;
    answer.timed_out = true;
    answer.exit_code = 137;
    host.instead = answer;
    EXPECT_EQ(list().error().code, errc::timed_out);
    answer.timed_out = false;
    answer.exit_code = 142;  // SIGALRM: the tool's own --timeout
    host.instead = answer;
    EXPECT_EQ(list().error().code, errc::timed_out);
}

TEST_F(OpenvswitchDriver, TenJoinsOneBundle) {
    std::vector<join> wanted;
    for (std::uint16_t i = 0; i < 10; ++i) {
        const auto vlan = static_cast<std::uint16_t>(200 + 2 * i);
        wanted.push_back(
            a_join("a1/l" + std::to_string(i), {{"t1", vlan}, {"t2", static_cast<std::uint16_t>(vlan + 1)}}));
    }
    EXPECT_TRUE(make(wanted));
    EXPECT_EQ(host.bundles, 1);
    EXPECT_EQ(list().value(), wanted);
}

}  // namespace
}  // namespace rollover::crossconnect
