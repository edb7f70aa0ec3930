// The driver for kernel bridges on the virtual runtime, with a simulated Linux host that both interpret and show.
#pragma once

#include "drivers/crossconnect/crossconnect.h"
#include "drivers/crossconnect/linux_bridge_standing.h"
#include "engine/base/text.h"
#include "engine/runtime/virtual_runtime.h"
#include "simulators/lab/linux_host.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace rollover::crossconnect {

struct LinuxBridge : testing::Test {
    LinuxBridge() {
        rt.on_process([this](const process_request& request) { return answer(request); });
        where.name = "xc1";
        where.what = kind::linux_bridge;
        where.bridge = "rx";
        driver = make_crossconnect(rt, where);
        host.add_device("eth1");
        host.add_device("eth2");
        host.add_device("lo");
    }

    result<process_result> answer(const process_request& request) {
        ++programs;
        if (request.argv.size() > 1 && request.argv[1] == "-batch") {
            ++batches;
        }
        if (instead) {
            return *instead;
        }
        return host.run(request.argv, request.input);
    }

    static join a_join(std::string name, std::vector<attachment> members) {
        join one;
        one.name = std::move(name);
        one.members = std::move(members);
        return one;
    }
    static tunnel a_tunnel(std::uint32_t vni) {
        tunnel t;
        t.local = "192.0.2.1";
        t.remote = "192.0.2.2";
        t.vni = vni;
        t.mtu = 9200;
        return t;
    }

    static task<void> making(crossconnect& on, std::vector<join> joins, result<void>& into) {
        into = co_await on.make(std::move(joins), time_point(std::chrono::minutes(10)));
    }
    static task<void> removing(crossconnect& on, std::vector<std::string> names, result<void>& into) {
        into = co_await on.remove(std::move(names), time_point(std::chrono::minutes(10)));
    }
    static task<void> listing(crossconnect& on, result<std::vector<join>>& into) {
        into = co_await on.list(time_point(std::chrono::minutes(10)));
    }
    result<void> make(std::vector<join> wanted) {
        result<void> outcome = failure();
        EXPECT_EQ(rt.run(making(*driver, std::move(wanted), outcome)), virtual_end::finished);
        return outcome;
    }
    result<void> remove(std::vector<std::string> names) {
        result<void> outcome = failure();
        EXPECT_EQ(rt.run(removing(*driver, std::move(names), outcome)), virtual_end::finished);
        return outcome;
    }
    std::vector<join> list() {
        result<std::vector<join>> outcome = failure();
        EXPECT_EQ(rt.run(listing(*driver, outcome)), virtual_end::finished);
        EXPECT_TRUE(outcome) << describe(outcome.error());
        return outcome ? *outcome : std::vector<join>();
    }

    [[nodiscard]] std::string bridge_of(const std::string& device) const { return host.devices.at(device).master; }
    /// The state as the driver reads it.
    [[nodiscard]] linux_state state() const {
        linux_state found;
        found.links = parse_links(sim::show_links(host)).value();
        found.disciplines = parse_disciplines(sim::show_disciplines(host)).value();
        return found;
    }

    virtual_runtime rt;
    sim::linux_host host;
    int programs = 0;
    int batches = 0;
    std::optional<process_result> instead;
    address where;
    std::unique_ptr<crossconnect> driver;
    const join lan = a_join("a1/lan", {{"eth1", 101}, {"eth1", 102}});
};

}  // namespace rollover::crossconnect
