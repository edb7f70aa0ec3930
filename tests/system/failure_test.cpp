// What a reservation makes of devices that fail, of hosts that cannot be reached, and of what may not be typed.
#include "engine/plan/plan.h"
#include "engine/scheduler/available.h"
#include "tests/system/served_lab.h"
#include "tests/system/virtual_lab.h"

#include <algorithm>
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace rollover::tests {
namespace {

using namespace std::chrono_literals;
using scheduler::policy;
using scheduler::stage;

bool has(const std::vector<std::string>& all, const std::string& one) {
    return std::ranges::find(all, one) != all.end();
}

std::size_t configured(const served_lab& lab, const std::vector<std::string>& devices) {
    return static_cast<std::size_t>(
        std::ranges::count_if(devices, [&lab](const auto& d) { return lab.is_configured(d); }));
}

std::size_t configured(const served_lab& lab) {
    std::vector<std::string> all;
    for (const auto& device : lab.lab().devices) {
        all.push_back(device.name);
    }
    return configured(lab, all);
}

/// How often the journal has this of a device, in one activation.
task<std::size_t> count(served_lab& lab, std::string activation, activation::record_kind kind, std::string subject) {
    const auto records = co_await lab.journal().read(std::move(activation));
    EXPECT_TRUE(records);
    co_return static_cast<std::size_t>(
        std::ranges::count_if(*records, [&](const auto& one) { return one.kind == kind && one.subject == subject; }));
}

task<std::optional<activation::hold>> quarantine_of(served_lab& lab, std::string device) {
    const auto held = co_await lab.journal().unavailable("virtual");
    EXPECT_TRUE(held);
    const auto found = held->find(device);
    co_return found == held->end() || !found->second.quarantined ? std::nullopt : std::optional(found->second);
}

using activation::record_kind;

task<void> one_node_again(served_lab& lab) {
    const auto made = co_await lab.reserve(pairs_xml(4), 1h, 2h);
    EXPECT_TRUE(made) << describe(made.error());
    const std::string failing = made->pods[0].devices[1];
    lab.silence(failing, 200);
    co_await lab.until(made->promised.from + 1h);
    const auto ready = co_await lab.find(made->id);
    EXPECT_TRUE(ready.ready) << ready.why;
    const auto& pod = ready.pods[0];
    EXPECT_FALSE(has(pod.devices, failing));
    EXPECT_EQ(configured(lab, pod.devices), 4U);
    EXPECT_EQ(lab.joins(), 2U);
    for (const auto& device : made->pods[0].devices) {
        const auto touched = co_await count(lab, pod.activation, record_kind::touching, device);
        EXPECT_EQ(touched, 1U) << device << ": only that node is done again";
    }
    const auto replaced = co_await count(lab, pod.activation, record_kind::replaced, failing);
    EXPECT_EQ(replaced, 1U);
    const auto hold = co_await quarantine_of(lab, failing);
    EXPECT_TRUE(hold);
    EXPECT_EQ(hold->activation, pod.activation);
    // What the journal has as the plan is what stands.
    const auto about = co_await lab.journal().find(pod.activation);
    EXPECT_EQ(about->plan.find("\"" + failing + "\""), std::string::npos);
    lab.silence(failing, std::nullopt);
    co_await lab.until(made->id, stage::ended);
    EXPECT_EQ(lab.joins(), 0U);
    EXPECT_EQ(configured(lab, pod.devices), 0U);
    const auto still = co_await quarantine_of(lab, failing);
    EXPECT_TRUE(still) << "it is out of the lab until somebody has seen to it";
    const auto trail = co_await lab.trail(made->id);
    EXPECT_EQ(trail, "booked running begun placed anew replaced ready ended");
}

TEST(Failure, OneDevice_OnlyItsNodeIsDoneAgain) {
    served_lab lab(shipped_platforms(), 8);
    lab.run(one_node_again);
}

task<void> once_from_erased(served_lab& lab) {
    const auto made = co_await lab.reserve(pairs_xml(2), 1h, 2h);
    EXPECT_TRUE(made) << describe(made.error());
    const std::string failing = made->pods[0].devices[0];
    lab.silence(failing, 300);
    // It comes back while it is waited for: before the way back gives it up.
    co_await lab.until(made->held.from + 45s);
    lab.silence(failing, std::nullopt);
    co_await lab.until(made->promised.from + 1h);
    const auto ready = co_await lab.find(made->id);
    EXPECT_TRUE(ready.ready) << ready.why;
    EXPECT_EQ(ready.pods[0].devices, made->pods[0].devices) << "it works: nothing is replaced";
    const auto touched = co_await count(lab, ready.pods[0].activation, record_kind::touching, failing);
    const auto cleaned = co_await count(lab, ready.pods[0].activation, record_kind::clean, failing);
    EXPECT_EQ(touched, 2U);
    EXPECT_EQ(cleaned, 1U) << "from erased";
    const auto hold = co_await quarantine_of(lab, failing);
    EXPECT_FALSE(hold);
    EXPECT_EQ(configured(lab), 2U);
    co_await lab.until(made->id, stage::ended);
}

TEST(Failure, DeviceThatWorksTheSecondTime_Stays) {
    served_lab lab(shipped_platforms(), 4);
    lab.run(once_from_erased);
}

task<void> none_is_left(served_lab& lab) {
    const auto made = co_await lab.reserve(pairs_xml(4), 1h, 6h);
    EXPECT_TRUE(made) << describe(made.error());
    lab.silence(made->pods[0].devices[2], 200);
    co_await lab.until(made->id, stage::failed);
    const auto failed = co_await lab.find(made->id);
    EXPECT_NE(failed.why, "");
    EXPECT_EQ(lab.joins(), 0U);
    EXPECT_EQ(configured(lab) - (lab.is_configured(made->pods[0].devices[2]) ? 1U : 0U), 0U) << "rolled back";
    const auto held = co_await lab.journal().unavailable("virtual");
    EXPECT_EQ(held->size(), 1U) << "the others are free";
}

TEST(Failure, NoneIsLeft_Strict_RollsBack) {
    served_lab lab(shipped_platforms(), 4);
    lab.run(none_is_left);
}

task<void> best_effort(served_lab& lab) {
    const auto made = co_await lab.reserve(pairs_xml(4), 1h, 4h, 1, {}, policy::best_effort);
    EXPECT_TRUE(made) << describe(made.error());
    const std::string failing = made->pods[0].devices[2];
    lab.silence(failing, 200);
    co_await lab.until(made->promised.from + 2h);
    const auto ready = co_await lab.find(made->id);
    EXPECT_EQ(ready.policy, policy::best_effort);
    EXPECT_EQ(ready.now, stage::running);
    EXPECT_TRUE(ready.ready) << ready.why;
    EXPECT_NE(ready.why.find(failing), std::string::npos) << "it says what does not work: " << ready.why;
    EXPECT_EQ(configured(lab, ready.pods[0].devices) - (lab.is_configured(failing) ? 1U : 0U), 3U);
    EXPECT_EQ(lab.joins(), 1U) << "the link to it is gone, and nobody makes it again";
    // After a restart it stays what it was.
    co_await lab.stop_service();
    lab.start_service();
    co_await lab.until(lab.now() + 5min);
    EXPECT_EQ(lab.joins(), 1U);
    co_await lab.until(made->id, stage::ended);
    EXPECT_EQ(lab.joins(), 0U);
    const auto hold = co_await quarantine_of(lab, failing);
    EXPECT_TRUE(hold);
}

TEST(Failure, NoneIsLeft_BestEffort_HandsOverWhatWorks) {
    served_lab lab(shipped_platforms(), 4);
    lab.run(best_effort);
}

task<void> nothing_works(served_lab& lab) {
    const auto made = co_await lab.reserve(pairs_xml(2), 1h, 8h, 1, {}, policy::best_effort);
    lab.silence("r0", 100);
    lab.silence("r1", 100);
    co_await lab.until(made->id, stage::failed);
    EXPECT_EQ(lab.joins(), 0U);
}

TEST(Failure, BestEffort_NothingWorks_Fails) {
    served_lab lab(shipped_platforms(), 2);
    lab.run(nothing_works);
}

task<void> converter_is_away(served_lab& lab) {
    const auto made = co_await lab.reserve(pairs_xml(4), 1h, 4h);
    EXPECT_TRUE(made) << describe(made.error());
    const std::string device = made->pods[0].devices[0];
    lab.refuse(device, 40);  // some minutes of tries
    co_await lab.until(made->promised.from + 1h);
    const auto ready = co_await lab.find(made->id);
    EXPECT_TRUE(ready.ready) << ready.why;
    EXPECT_EQ(ready.pods[0].devices, made->pods[0].devices) << "it was waited for";
    const auto held = co_await lab.journal().unavailable("virtual");
    EXPECT_TRUE(std::ranges::none_of(*held, [](const auto& one) { return one.second.quarantined; }));
    co_await lab.until(made->id, stage::ended);
}

TEST(Failure, ConverterThatIsAwayForAWhile_IsWaitedFor) {
    served_lab lab(shipped_platforms(), 6);
    lab.run(converter_is_away);
}

task<void> converter_stays_away(served_lab& lab) {
    const auto made = co_await lab.reserve(pairs_xml(4), 1h, 4h);
    EXPECT_TRUE(made) << describe(made.error());
    const std::string device = made->pods[0].devices[0];
    lab.refuse(device, 100000);
    co_await lab.until(made->promised.from + 1h);
    const auto ready = co_await lab.find(made->id);
    EXPECT_TRUE(ready.ready) << ready.why;
    EXPECT_FALSE(has(ready.pods[0].devices, device));
    const auto hold = co_await quarantine_of(lab, device);
    EXPECT_FALSE(hold) << "nobody has touched it: it is not to blame";
    co_await lab.until(made->id, stage::ended);
}

TEST(Failure, ConverterThatStaysAway_CostsItsNodesAnotherDevice) {
    served_lab lab(shipped_platforms(), 6);
    lab.run(converter_stays_away);
}

task<void> host_is_away(served_lab& lab) {
    const auto made = co_await lab.reserve(pairs_xml(4), 1h, 4h);
    co_await lab.until(made->held.from - 1s);
    lab.cut_off(true);
    co_await lab.until(made->held.from + 8min);
    lab.cut_off(false);
    co_await lab.until(made->promised.from + 1h);
    const auto ready = co_await lab.find(made->id);
    EXPECT_TRUE(ready.ready) << ready.why;
    EXPECT_EQ(lab.joins(), 2U);
    const auto trail = co_await lab.trail(made->id);
    EXPECT_EQ(trail, "booked running begun ready") << "in the same activation";
    co_await lab.until(made->id, stage::ended);
}

TEST(Failure, CrossConnectThatIsAwayForAWhile_IsWaitedFor) {
    served_lab lab(shipped_platforms(), 6);
    lab.run(host_is_away);
}

/// Stopped at any moment of a replacement, the service goes on from what the journal and the calendar have.
task<void> stopped_while_replacing(served_lab& lab, duration when, bool& was_replaced) {
    const auto made = co_await lab.reserve(pairs_xml(4), 1h, 6h);
    const std::string failing = made->pods[0].devices[1];
    lab.silence(failing, 200);
    co_await lab.until(scheduler::rounded_down(wall_time(made->held.from) + when));
    co_await lab.stop_service();
    co_await lab.until(lab.now() + 1min);
    lab.start_service();
    co_await lab.until(made->promised.from + 3h);
    const auto ready = co_await lab.find(made->id);
    EXPECT_TRUE(ready.ready) << ready.why;
    EXPECT_FALSE(has(ready.pods[0].devices, failing));
    EXPECT_EQ(configured(lab, ready.pods[0].devices), 4U);
    EXPECT_EQ(lab.joins(), 2U);
    // Each device that is configured is in the activation that stands, or in quarantine.
    for (const auto& device : lab.lab().devices) {
        if (lab.is_configured(device.name) && !has(ready.pods[0].devices, device.name)) {
            const auto hold = co_await quarantine_of(lab, device.name);
            EXPECT_TRUE(hold) << device.name << " is dirty, and nobody knows";
        }
    }
    const auto records = co_await lab.journal().read("a1");
    was_replaced = was_replaced ||
                   std::ranges::any_of(*records, [](const auto& one) { return one.kind == record_kind::replaced; });
    co_await lab.until(made->id, stage::ended);
    EXPECT_EQ(lab.joins(), 0U);
}

TEST(Failure, ServiceStoppedWhileReplacing_GoesOn) {
    bool was_replaced = false;
    for (int i = 0; i < 12; ++i) {
        SCOPED_TRACE(i);
        served_lab lab(shipped_platforms(), 8);
        lab.run([i, &was_replaced](served_lab& l) { return stopped_while_replacing(l, 20s + i * 35s, was_replaced); });
    }
    EXPECT_TRUE(was_replaced) << "at no moment a device had been replaced: the test sees nothing";
}

std::string with_forbidden(std::size_t devices, const std::string& rules) {
    auto xml = lab_xml(devices);
    xml.insert(xml.find("<site"), rules);
    return xml;
}

/// Booked before the operator has forbidden it: the plan of the reservation is refused, and nothing is typed.
task<void> forbidden_meanwhile(served_lab& lab) {
    auto xml = pairs_xml(2);
    xml.replace(xml.find("snmp-server location rack"), 25, "ip http server\n");
    const auto refused = co_await lab.reserve(xml, 0s, 1h);
    EXPECT_FALSE(refused);
    EXPECT_NE(describe(refused.error()).find("pairs.xml"), std::string::npos) << describe(refused.error());
    EXPECT_NE(describe(refused.error()).find("'ip http server' is forbidden"), std::string::npos);
    const auto allowed = co_await lab.reserve(pairs_xml(2), 0s, 1h);
    EXPECT_TRUE(allowed) << "what is erased with a reload is no author's reload: " << describe(allowed.error());
    co_await lab.until(allowed->id, stage::ended);
}

TEST(Failure, ForbiddenCommand_IsRefused_TheEnginesOwnAreNot) {
    served_lab lab(shipped_platforms(), with_forbidden(4, R"(<forbid platform="cisco-ios" command="ip http server"/>
        <forbid command="reload"/><forbid command="write erase"/>)"));
    lab.run(forbidden_meanwhile);
}

/// What was booked before the operator forbade it: nothing of it is typed, and nobody is to blame but its author.
task<void> forbidden_after_booking(served_lab& lab) {
    const auto made = co_await lab.reserve(pairs_xml(2), 1h, 4h);
    EXPECT_TRUE(made) << describe(made.error());
    lab.reload(with_forbidden(4, R"(<forbid command="snmp-server location"/>)"));
    co_await lab.until(made->id, stage::failed);
    EXPECT_LT(lab.now(), made->promised.from + 10min) << "it is not tried again and again";
    const auto failed = co_await lab.find(made->id);
    EXPECT_NE(failed.why.find("'snmp-server location' is forbidden"), std::string::npos) << failed.why;
    EXPECT_EQ(configured(lab), 0U);
    const auto held = co_await lab.journal().unavailable("virtual");
    EXPECT_TRUE(held->empty());
}

TEST(Failure, ForbiddenAfterItWasBooked_IsNotTyped) {
    served_lab lab(shipped_platforms(), 4);
    lab.run(forbidden_after_booking);
}

/// A plan that was made without the list: the last look is at the line itself.
task<void> forbidden_at_the_line(served_lab& lab) {
    const auto strict = read_lab_or_die(with_forbidden(4, R"(<forbid command="snmp-server location"/>)"));
    const auto topology = read_topology_or_die(pairs_xml(2));
    const auto placed = placement::find(scheduler::request_for(lab.lab(), topology, {}));
    EXPECT_TRUE(placed);
    diagnostics mistakes;
    const auto plan = plan::make_plan(lab.lab(), topology, {}, *placed, shipped_platforms(), mistakes);
    EXPECT_TRUE(plan);
    console::pacing_wheel wheel(lab.rt());
    activation::environment env(lab.rt(), wheel, shipped_platforms(), lab.journal());
    activation::beginning what{"virtual", "/virtual-lab.xml", "pairs", "eva", scheduler::claims_of(lab.lab(), *placed),
                               "{}"};
    const auto id = co_await lab.journal().begin(std::move(what));
    EXPECT_TRUE(id);
    activation::stop_switch stop;
    const auto out = co_await activation::activate(env, strict, *plan, *id, stop);
    EXPECT_EQ(out.how, activation::ending::failed);
    EXPECT_TRUE(out.authors_mistake);
    EXPECT_FALSE(out.failures.empty());
    EXPECT_EQ(out.failures.front().code, errc::bad_input);
    EXPECT_NE(describe(out.failures.front()).find("pairs.xml:"), std::string::npos) << describe(out.failures.front());
    EXPECT_EQ(configured(lab), 0U);
    const auto held = co_await lab.journal().unavailable("virtual");
    EXPECT_TRUE(held->empty()) << "clean, and free";
}

TEST(Failure, ForbiddenLine_IsNotTyped_WhateverThePlanSays) {
    served_lab lab(shipped_platforms(), 4);
    lab.run(forbidden_at_the_line);
}

task<void> refused_line(served_lab& lab) {
    auto xml = pairs_xml(4);
    xml.replace(xml.rfind("snmp-server"), 4, "nmps");  // of the last node
    const auto made = co_await lab.reserve(xml, 0s, 4h, 1, {}, policy::best_effort);
    EXPECT_TRUE(made) << describe(made.error());
    co_await lab.until(lab.now() + 1h);
    const auto ready = co_await lab.find(made->id);
    EXPECT_TRUE(ready.ready) << ready.why;
    EXPECT_NE(ready.why.find("handed over as far as it works"), std::string::npos) << ready.why;
    EXPECT_EQ(configured(lab), 3U);
    EXPECT_EQ(lab.joins(), 1U);
    const auto held = co_await lab.journal().unavailable("virtual");
    EXPECT_TRUE(std::ranges::none_of(*held, [](const auto& one) { return one.second.quarantined; }))
        << "no device is to blame for its author's mistake";
    co_await lab.until(made->id, stage::ended);
    EXPECT_EQ(configured(lab), 0U);
    EXPECT_EQ(lab.joins(), 0U);
}

TEST(Failure, RefusedLine_BestEffort_LeavesOneNodeOut) {
    served_lab lab(shipped_platforms(), 6);
    lab.run(refused_line);
}

task<void> one_left_out_and_one_replaced(served_lab& lab) {
    auto xml = pairs_xml(4);
    xml.replace(xml.rfind("snmp-server"), 4, "nmps");  // of the last node
    const auto first = xml.find("snmp-server");
    const auto line = xml.substr(first, xml.find('\n', first) + 1 - first);
    for (int i = 0; i < 2000; ++i) {  // the first one is typed at for long
        xml.insert(first, line);
    }
    const auto made = co_await lab.reserve(xml, 0s, 4h, 1, {}, policy::best_effort);
    EXPECT_TRUE(made) << describe(made.error());
    const std::string failing = made->pods[0].devices[0];
    lab.silence(failing, 50000);
    co_await lab.until(lab.now() + 2h);
    const auto ready = co_await lab.find(made->id);
    EXPECT_TRUE(ready.ready) << ready.why;
    const auto records = co_await lab.journal().read(ready.pods[0].activation);
    const auto missing = std::ranges::find(*records, record_kind::missing, &activation::record::kind);
    const auto replaced = std::ranges::find(*records, record_kind::replaced, &activation::record::kind);
    EXPECT_TRUE(missing != records->end() && replaced != records->end() && missing < replaced)
        << "first the one, then the other";
    EXPECT_EQ(lab.joins(), 1U) << "what was left out is not joined by the replacement of another";
    co_await lab.until(lab.now() + 30min);
    EXPECT_EQ(lab.joins(), 1U) << "nor when the joins are looked at";
    co_await lab.until(made->id, stage::ended);
    EXPECT_EQ(lab.joins(), 0U);
}

TEST(Failure, ReplacedAfterAnotherWasLeftOut_TheOneStaysOut) {
    served_lab lab(shipped_platforms(), 6);
    lab.run(one_left_out_and_one_replaced);
}

/// Twenty-four routers on one box of eight lines at once, one cross-connect that takes two connections.
std::string scarce_lab_xml(std::size_t devices) {
    std::string xml = R"(<lab name="virtual"><site name="main">
        <converter name="cs0" protocol="raw" host="192.0.2.1" connections="8">)";
    for (std::size_t d = 0; d < devices; ++d) {
        xml += fmt::format("<line number=\"{}\" port=\"{}\"/>", d, 4000 + d);
    }
    xml += R"(</converter><switch name="sw1" platform="cisco-ios"><trunk port="Gi0/24" cross-connect="xc1"
        cross-connect-port="trunk1"/></switch><cross-connect name="xc1" kind="openvswitch" bridge="xc" connections="2"/>)";
    for (std::size_t d = 0; d < devices; ++d) {
        xml += fmt::format(R"(<device name="r{0}" platform="cisco-ios"><console line="cs0/{0}"/>)", d);
        for (std::size_t i = 0; i < 2; ++i) {
            xml += fmt::format(R"(<interface name="FastEthernet0/{0}"><switch-port switch="sw1" port="Gi{1}/{0}"
                vlan="{2}"/></interface>)",
                               i, d, 100 + 2 * d + i);
        }
        xml += "</device>";
    }
    return xml + "</site></lab>";
}

task<void> count_connections(served_lab& lab, std::size_t& most) {
    for (;;) {
        most = std::max(most, lab.connected(0));
        const auto slept = co_await sleep_for(lab.rt(), 100ms);
        if (!slept) {
            co_return;
        }
    }
}

task<void> box_of_eight(served_lab& lab, std::size_t& most) {
    task_group counting(lab.rt());
    counting.spawn(count_connections(lab, most));
    // One of twelve nodes, which alone is more than the box takes, and six of two, all at the same second.
    std::vector<scheduler::reservation> all;
    const auto start = lab.now() + 3600s;
    for (const std::size_t nodes : {12U, 2U, 2U, 2U, 2U, 2U, 2U}) {
        const auto made = co_await lab.reserve(pairs_xml(nodes), wall_time(start) - lab.rt().wall_now(), 2h);
        EXPECT_TRUE(made) << describe(made.error());
        all.push_back(*made);
    }
    co_await lab.until(start + 1h);
    for (const auto& one : all) {
        const auto ready = co_await lab.find(one.id);
        EXPECT_TRUE(ready.ready) << one.id << " " << ready.why;
        EXPECT_EQ(configured(lab, ready.pods[0].devices), ready.pods[0].devices.size());
        auto before = one.pods[0].devices;
        std::ranges::sort(before);
        EXPECT_EQ(ready.pods[0].devices, before) << "waiting for a turn is no failure";
    }
    co_await lab.until(start + 6h);
    for (const auto& one : all) {
        const auto over = co_await lab.find(one.id);
        EXPECT_EQ(over.now, stage::ended) << over.why;
    }
    EXPECT_EQ(configured(lab), 0U);
    EXPECT_EQ(lab.joins(), 0U);
    counting.cancel();
    co_await counting.join();
}

TEST(Failure, BoxOfEightConnections_ServesManyActivations) {
    std::size_t most = 0;
    served_lab lab(shipped_platforms(), scarce_lab_xml(24));
    lab.run([&most](served_lab& l) { return box_of_eight(l, most); });
    EXPECT_EQ(most, 8U) << "all of them are used, and no more";
}

task<void> tried_again(served_lab& lab) {
    lab.recheck_after(30min);
    co_await lab.stop_service();
    lab.start_service();
    const auto by_hand = co_await lab.journal().quarantine("virtual", "r5", "by eva: its fan is broken");
    EXPECT_TRUE(by_hand);
    const auto made = co_await lab.reserve(pairs_xml(2), 0s, 1h);
    EXPECT_TRUE(made) << describe(made.error());
    const std::string failing = made->pods[0].devices[0];
    lab.silence(failing, 200);
    co_await lab.until(made->id, stage::ended);
    const auto hold = co_await quarantine_of(lab, failing);
    EXPECT_TRUE(hold);
    // Dead for five hours: tried after 30 min, 1 h, 2 h, not every minute.
    co_await lab.until(lab.now() + 5h);
    const auto still = co_await quarantine_of(lab, failing);
    EXPECT_TRUE(still);
    const auto tries = co_await count(lab, hold->activation, record_kind::note, failing);
    EXPECT_GE(tries, 2U);
    EXPECT_LE(tries, 4U);
    lab.silence(failing, std::nullopt);
    co_await lab.until(lab.now() + 10h);
    const auto back = co_await quarantine_of(lab, failing);
    EXPECT_FALSE(back) << "proved clean: back in the lab";
    EXPECT_FALSE(lab.is_configured(failing));
    const auto by_eva = co_await quarantine_of(lab, "r5");
    EXPECT_TRUE(by_eva) << "a person's quarantine is a person's";
    const auto again = co_await lab.reserve(pairs_xml(4), 0s, 1h);
    EXPECT_TRUE(again) << "it can be booked: " << describe(again.error());
}

TEST(Failure, QuarantinedDevice_IsTriedAgain_LessAndLessOften) {
    served_lab lab(shipped_platforms(), 6);
    lab.run(tried_again);
}

task<void> left_to_a_person(served_lab& lab) {
    const auto made = co_await lab.reserve(pairs_xml(2), 0s, 1h);
    const std::string failing = made->pods[0].devices[0];
    lab.silence(failing, 200);
    co_await lab.until(made->id, stage::ended);
    lab.silence(failing, std::nullopt);
    co_await lab.until(lab.now() + 72h);
    const auto still = co_await quarantine_of(lab, failing);
    EXPECT_TRUE(still);
}

TEST(Failure, QuarantinedDevice_IsLeftToAPerson_WhereNobodySaidOtherwise) {
    served_lab lab(shipped_platforms(), 6);
    lab.run(left_to_a_person);
}

/// A check that never holds, and may take for ever.
task<void> hangs(served_lab& lab) {
    lab.limit_activations(20min);
    auto xml = pairs_xml(2);
    xml.insert(xml.find("</node>"), R"(<check command="show version" expect="no such words" within="24h"/>)");
    const auto made = co_await lab.reserve(xml, 0s, 12h);
    EXPECT_TRUE(made) << describe(made.error());
    co_await lab.until(lab.now() + 15min);
    EXPECT_EQ(configured(lab), 2U);
    co_await lab.until(made->id, stage::failed);
    const auto failed = co_await lab.find(made->id);
    EXPECT_NE(failed.why.find("limit for the whole activation"), std::string::npos) << failed.why;
    EXPECT_EQ(configured(lab), 0U);
    EXPECT_EQ(lab.joins(), 0U);
    EXPECT_EQ(lab.connected(0) + lab.connected(1), 0U) << "nothing of it is left running";
    const auto held = co_await lab.journal().unavailable("virtual");
    EXPECT_TRUE(held->empty());
}

TEST(Failure, ActivationThatHangs_IsEndedWithAllItStarted) {
    served_lab lab(shipped_platforms(), 4);
    lab.run(hangs);
}

std::string serial_lab_xml() {
    return R"(<lab name="virtual"><site name="main">
        <converter name="cs0" protocol="rfc2217" host="192.0.2.1"><line number="1" port="4001"/><line number="2" port="4002"/>
        <line number="3" port="4003"/><line number="4" port="4004"/></converter>
        <cross-connect name="xc1" kind="openvswitch" bridge="xc"/>
        <device name="r1" platform="cisco-ios"><console line="cs0/1"/>
            <interface name="Serial0/0" type="serial"><line converter="cs0" number="3"/></interface></device>
        <device name="r2" platform="cisco-ios"><console line="cs0/2"/>
            <interface name="Serial0/0" type="serial"><line converter="cs0" number="4"/></interface></device>
        </site></lab>)";
}

task<void> serial_links(served_lab& lab) {
    const std::string xml = R"(<topology name="serial">
        <node name="A"><require platform="cisco-ios"/><config>hostname A</config></node>
        <node name="B"><require platform="cisco-ios"/><config>hostname B</config></node>
        <link name="s" type="serial" via="patch"><end node="A"/><end node="B"/></link></topology>)";
    const auto made = co_await lab.reserve(xml, 0s, 4h);
    EXPECT_TRUE(made) << describe(made.error());
    co_await lab.until(lab.now() + 30min);
    EXPECT_EQ(lab.carried().size(), 1U);
    // The machine starts anew: the service, and what carries the links, are gone.
    co_await lab.stop_service();
    lab.carried().clear();
    lab.start_service();
    co_await lab.until(lab.now() + 2min);
    EXPECT_EQ(lab.carried().size(), 1U) << "carried again";
    lab.carried().clear();
    co_await lab.until(lab.now() + 2min);
    EXPECT_EQ(lab.carried().size(), 1U) << "also when only its process was killed";
    co_await lab.until(made->id, stage::ended);
    EXPECT_TRUE(lab.carried().empty());
}

TEST(Failure, SerialLinks_AreCarriedAgainAfterARestart) {
    served_lab lab(shipped_platforms(), serial_lab_xml());
    lab.run(serial_links);
}

}  // namespace
}  // namespace rollover::tests
