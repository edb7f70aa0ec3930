// What an audit of a lab tells when the way to a host breaks in the middle.
#include "engine/audit/audit.h"

#include "engine/activation/memory_journal.h"
#include "engine/runtime/virtual_runtime.h"
#include "simulators/lab/linux_host.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace rollover::audit {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

/// A cross-connect of kernel bridges with an interlink to each of three others: a packet on the first is never
/// answered, and the answer to one on the second is `breaks`.
struct AuditLab : testing::Test {
    AuditLab() {
        lab.sites.push_back({"main", {}});
        for (int i = 0; i < 4; ++i) {
            model::cross_connect xc;
            xc.name = fmt::format("xc{}", i);
            xc.kind = model::cross_connect_kind::linux_bridge;
            xc.bridge = "rx";
            lab.cross_connects.push_back(xc);
        }
        for (std::uint32_t i = 1; i < 4; ++i) {
            model::interlink by;
            by.name = fmt::format("i{}", i);
            by.vni = 10000 * i;
            by.ends = {model::interlink_end{{0}, "192.0.2.1"},
                       model::interlink_end{{i}, fmt::format("192.0.2.{}", i + 1)}};
            lab.interlinks.push_back(by);
        }
        rt.on_process([this](const process_request& request) { return answer(request); });
    }

    result<process_result> answer(const process_request& request) {
        process_result ended;
        if (request.argv.front() == "ping") {
            ended.exit_code = 1;
            const bool second = request.argv.back() == "192.0.2.3";
            return second && breaks ? result<process_result>(*breaks) : ended;
        }
        return request.argv.front() == "sysctl" ? ended : host.run(request.argv, request.input);
    }

    std::vector<audited> audit() {
        console::pacing_wheel wheel(rt);
        const platform::library platforms;
        activation::memory_journal journal(rt);
        activation::environment env(rt, wheel, platforms, journal);
        activation::stop_switch stop;
        scope what;
        what.cross_connects = {{0}};
        what.joins["xc0"] = {{"a1/lan", true}};
        std::vector<audited> all;
        const auto root = [](activation::environment& e, const model::lab& l, const scope& s,
                             activation::stop_switch& stopping, std::vector<audited>& into) -> task<void> {
            auto done = co_await audit_lab(e, l, s, stopping, e.rt.now() + 10min);
            into = std::move(done);
        };
        EXPECT_EQ(rt.run(root(env, lab, what, stop, all)), virtual_end::finished);
        return all;
    }

    virtual_runtime rt;
    model::lab lab;
    sim::linux_host host;
    std::optional<failure> breaks;
};

TEST_F(AuditLab, EveryInterlinkIsTried) {
    const auto all = audit();
    ASSERT_EQ(all.size(), 1U);
    EXPECT_TRUE(all[0].read);
    ASSERT_EQ(all[0].found.size(), 4U);
    EXPECT_THAT(all[0].found[3].expected, HasSubstr("interlink i3 to xc3"));
}

TEST_F(AuditLab, WayToTheHostBreaks_WhatWasFoundBeforeIsTold) {
    breaks = failure(errc::peer_closed, "the other end has gone");
    const auto all = audit();
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].target, "cross-connect xc0");
    ASSERT_FALSE(all[0].read) << "it was not read to its end";
    EXPECT_EQ(all[0].read.error().code, errc::peer_closed);
    EXPECT_THAT(describe(all[0].read.error()), HasSubstr("cross-connect xc0"));
    ASSERT_EQ(all[0].found.size(), 2U);
    EXPECT_EQ(all[0].found[0].expected, "join a1/lan of an activation that is ready");
    EXPECT_THAT(all[0].found[1].expected, HasSubstr("interlink i1 to xc1"));
}

}  // namespace
}  // namespace rollover::audit
