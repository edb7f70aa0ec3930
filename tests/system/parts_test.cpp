// A topology over two sites, activated by two services together: each types and joins at its own site only.
#include "engine/plan/site_part.h"
#include "engine/scheduler/available.h"
#include "tests/system/shared_lab.h"
#include "tests/system/virtual_lab.h"

#include <algorithm>
#include <cstdlib>
#include <gtest/gtest.h>
#include <random>

namespace rollover::tests {
namespace {

using namespace std::chrono_literals;
using scheduler::part;
using scheduler::part_stage;
using scheduler::stage;

constexpr std::size_t node_n = 0;
constexpr std::size_t node_s = 1;

/// The last "snmp-server" before the end of a node becomes what no device takes.
std::string with_mistake_at(const std::string& node) {
    auto xml = across_xml();
    const auto from = xml.find("<node name=\"" + node + "\"");
    return xml.replace(xml.find("snmp-server", from), 4, "nmps");
}

bool only_of(const std::set<std::string>& devices, char letter) {
    return !devices.empty() && std::ranges::all_of(devices, [letter](const auto& d) { return d[0] == letter; });
}

task<void> nothing_is_left(shared_lab& lab) {
    EXPECT_EQ(lab.all_configured(), 0U);
    EXPECT_EQ(lab.joins(), 0U);
    const auto all = co_await lab.journal().list();
    for (const auto& one : *all) {
        const auto records = co_await lab.journal().read(one.id);
        EXPECT_EQ(activation::stand(*records).phase, activation::phase::ended) << one.id;
    }
}

task<void> together(shared_lab& lab) {
    lab.start("a", {"north"});
    lab.start("b", {"south"});
    const auto made = co_await lab.reserve(across_xml(), 1h, 1h);
    co_await lab.until(made.promised.from);
    const auto ready = co_await lab.find(made.id);
    EXPECT_TRUE(ready.ready) << "on time";
    EXPECT_EQ(lab.all_configured(), 4U);
    EXPECT_EQ(lab.joins(), 3U) << "one on each cross-connect for the link between the sites, and one at north";
    EXPECT_TRUE(lab.reaches(lab.player(ready, node_n), lab.player(ready, node_s)));
    EXPECT_TRUE(only_of(lab.touched("a"), 'n'));
    EXPECT_TRUE(only_of(lab.touched("b"), 's'));
    EXPECT_EQ(ready.pods[0].parts.size(), 2U);
    EXPECT_NE(ready.pods[0].parts[0].activation, ready.pods[0].parts[1].activation);
    co_await lab.until(made.promised.until - 1s);
    EXPECT_EQ(lab.all_configured(), 4U) << "to the last second";
    co_await lab.until(made.id, stage::ended);
    const auto over = co_await lab.find(made.id);
    EXPECT_EQ(over.why, "");
    EXPECT_LE(lab.now(), made.held.until);
    EXPECT_TRUE(std::ranges::all_of(over.pods[0].parts, &part::over));
    co_await nothing_is_left(lab);
}

TEST(Parts, TwoServices_EachItsOwnSite_ReadyOnTime) {
    shared_lab lab(shipped_platforms(), 4);
    lab.run(together);
}

task<void> alone(shared_lab& lab) {
    lab.start("all", {});
    lab.start("a", {"north"});
    const auto made = co_await lab.reserve(across_xml(), 10min, 30min);
    co_await lab.until(made.promised.from);
    const auto ready = co_await lab.find(made.id);
    EXPECT_TRUE(ready.ready);
    EXPECT_TRUE(ready.pods[0].parts.empty()) << "who serves both sites works on the whole";
    EXPECT_TRUE(lab.touched("a").empty());
    co_await lab.until(made.id, stage::ended);
    co_await nothing_is_left(lab);
}

TEST(Parts, OneServiceOfBothSites_WorksOnTheWhole) {
    shared_lab lab(shipped_platforms(), 4);
    lab.run(alone);
}

task<void> cancelled_and_extended(shared_lab& lab) {
    lab.start("a", {"north"});
    lab.start("b", {"south"});
    const auto made = co_await lab.reserve(across_xml(), 10min, 1h);
    co_await lab.until_ready(made.id);
    auto promised = made.promised;
    auto held = made.held;
    promised.until += 1h;
    held.until += 1h;
    const auto moved = co_await lab.book().move(made.id, promised, held, "eva");
    EXPECT_TRUE(moved);
    co_await lab.until(made.promised.until + 10min);
    EXPECT_EQ(lab.all_configured(), 4U) << "at both sites";
    EXPECT_EQ(lab.joins(), 3U);
    const auto cancelled = co_await lab.book().set_stage(made.id, stage::ending, "cancelled by eva", "eva", lab.now());
    EXPECT_TRUE(cancelled);
    co_await lab.until(made.id, stage::ended);
    EXPECT_LT(lab.now(), promised.until - 30min);
    co_await nothing_is_left(lab);
    // In the middle of the typing.
    const auto again = co_await lab.reserve(across_xml(), 10min, 1h);
    co_await lab.until(again.held.from + 15s);
    EXPECT_GT(lab.all_configured(), 0U);
    const auto stopped = co_await lab.book().set_stage(again.id, stage::ending, "cancelled by eva", "eva", lab.now());
    EXPECT_TRUE(stopped);
    co_await lab.until(again.id, stage::cancelled);
    co_await nothing_is_left(lab);
}

TEST(Parts, ExtendedAndCancelled_AtBothSites) {
    shared_lab lab(shipped_platforms(), 4);
    lab.run(cancelled_and_extended);
}

task<void> strict_failure(shared_lab& lab) {
    lab.start("a", {"north"});
    lab.start("b", {"south"});
    const auto made = co_await lab.reserve(with_mistake_at("S"), 10min, 2h);
    co_await lab.until(made.id, stage::failed);
    const auto failed = co_await lab.find(made.id);
    EXPECT_NE(failed.why.find("site south: "), std::string::npos) << failed.why;
    EXPECT_LT(lab.now(), made.promised.until - 1h);
    EXPECT_FALSE(failed.ready);
    co_await nothing_is_left(lab);
}

TEST(Parts, OneFails_Strict_TheOtherIsTakenBackToo) {
    shared_lab lab(shipped_platforms(), 4);
    lab.run(strict_failure);
}

task<void> best_effort(shared_lab& lab) {
    lab.start("a", {"north"});
    lab.start("b", {"south"});
    const auto made = co_await lab.reserve(with_mistake_at("S"), 10min, 2h, scheduler::policy::best_effort);
    co_await lab.until_ready(made.id);
    const auto ready = co_await lab.find(made.id);
    EXPECT_NE(ready.why.find("site south: "), std::string::npos) << ready.why;
    EXPECT_EQ(lab.all_configured(), 3U);
    EXPECT_FALSE(lab.is_configured(lab.player(ready, node_s)));
    co_await lab.until(made.id, stage::ended);
    co_await nothing_is_left(lab);
}

TEST(Parts, OneFails_BestEffort_TheOtherIsHandedOver) {
    shared_lab lab(shipped_platforms(), 4);
    lab.run(best_effort);
}

task<void> taken_over(shared_lab& lab, duration after, bool by_another) {
    lab.start("a", {"north"});
    lab.start("b", {"south"});
    const auto made = co_await lab.reserve(across_xml(), 10min, 1h);
    co_await lab.until(made.held.from + std::chrono::ceil<std::chrono::seconds>(after));
    co_await lab.end("b");
    co_await lab.until(lab.now() + 5min);
    const auto waiting = co_await lab.find(made.id);
    EXPECT_EQ(waiting.now, stage::running) << "the other part waits";
    const std::string next = by_another ? "c" : "b";
    lab.start(next, {"south"});
    co_await lab.until_ready(made.id);
    const auto ready = co_await lab.find(made.id);
    EXPECT_EQ(lab.all_configured(), 4U);
    EXPECT_TRUE(lab.reaches(lab.player(ready, node_n), lab.player(ready, node_s)));
    EXPECT_TRUE(only_of(lab.touched("a"), 'n'));
    const auto held = co_await lab.journal().unavailable("virtual");
    EXPECT_TRUE(std::ranges::none_of(*held, [](const auto& h) { return h.second.quarantined; }));
    co_await lab.until(made.id, stage::ended);
    co_await nothing_is_left(lab);
}

TEST(Parts, OneServiceEndsWhileItWorks_AnotherOfItsSiteTakesItsPartOver) {
    for (const auto after : {1s, 8s, 15s, 25s, 40s}) {
        SCOPED_TRACE(after / 1s);
        shared_lab lab(shipped_platforms(), 4);
        lab.run([after](shared_lab& l) { return taken_over(l, after, true); });
    }
}

task<void> taken_over_when_ready(shared_lab& lab) {
    lab.start("a", {"north"});
    lab.start("b", {"south"});
    const auto made = co_await lab.reserve(across_xml(), 10min, 1h);
    co_await lab.until_ready(made.id);
    const auto before = co_await lab.find(made.id);
    co_await lab.end("a");
    co_await lab.end("b");
    EXPECT_EQ(lab.all_configured(), 4U);
    lab.start("c", {"south"});
    lab.start("all", {});
    co_await lab.until(lab.now() + 5min);
    const auto after = co_await lab.find(made.id);
    EXPECT_EQ(before.pods[0].parts, after.pods[0].parts) << "the same activations, as they were";
    co_await lab.until(made.id, stage::ended);
    co_await nothing_is_left(lab);
}

TEST(Parts, BothServicesEndWhenItIsReady_ItStays_AndIsEndedByOthers) {
    shared_lab lab(shipped_platforms(), 4);
    lab.run(taken_over_when_ready);
}

task<void> nobody_there(shared_lab& lab) {
    lab.start("a", {"north"});
    const auto made = co_await lab.reserve(across_xml(), 10min, 30min);
    co_await lab.until(made.promised.until - 1s);
    const auto waiting = co_await lab.find(made.id);
    EXPECT_EQ(waiting.now, stage::running);
    co_await lab.until(made.id, stage::failed);
    const auto failed = co_await lab.find(made.id);
    EXPECT_EQ(failed.why, "nobody served site south in its window");
    co_await nothing_is_left(lab);
}

TEST(Parts, NobodyServesTheOtherSite_ItFailsWithItsWindow) {
    shared_lab lab(shipped_platforms(), 4);
    lab.run(nobody_there);
}

task<void> replaced(shared_lab& lab, std::size_t node, char letter) {
    lab.start("a", {"north"});
    lab.start("b", {"south"});
    const auto made = co_await lab.reserve(across_xml(), 10min, 4h);
    const auto broken = lab.player(made, node);
    EXPECT_EQ(broken[0], letter);
    lab.silence(broken, 0);
    co_await lab.until_ready(made.id);
    const auto ready = co_await lab.find(made.id);
    EXPECT_NE(lab.player(ready, node), broken);
    EXPECT_EQ(lab.player(ready, node)[0], letter) << "at the same site";
    EXPECT_TRUE(lab.reaches(lab.player(ready, node_n), lab.player(ready, node_s))) << "both ends of the tunnel agree";
    EXPECT_TRUE(only_of(lab.touched("a"), 'n'));
    EXPECT_TRUE(only_of(lab.touched("b"), 's'));
    lab.silence(broken, std::nullopt);
    co_await lab.until(made.id, stage::ended);
    EXPECT_EQ(lab.joins(), 0U);
}

TEST(Parts, ADeviceThatFails_IsReplacedAtItsSite_AndTheTunnelFollows) {
    for (const auto& one : {std::pair(node_n, 'n'), std::pair(node_s, 's')}) {
        SCOPED_TRACE(one.second);
        shared_lab lab(shipped_platforms(), 5);
        lab.run([one](shared_lab& l) { return replaced(l, one.first, one.second); });
    }
}

task<bool> is_in_quarantine(shared_lab& lab, std::string device) {
    const auto held = co_await lab.journal().unavailable(lab.lab().name);
    const auto found = held->find(device);
    co_return found != held->end() && found->second.quarantined;
}

task<void> tried_by_one_of_them(shared_lab& lab, bool worker_goes) {
    lab.recheck_after(30min);
    lab.start("a", {"north"});
    lab.start("b", {"south"});
    const auto made = co_await lab.reserve(across_xml(), 10min, 1h);
    const auto broken = lab.player(made, node_n);
    lab.silence(broken, 200);
    co_await lab.until(made.id, stage::failed);
    const bool failed = co_await is_in_quarantine(lab, broken);
    EXPECT_TRUE(failed);
    lab.start("more", {"north"});
    if (worker_goes) {
        co_await lab.end("a");
    }
    lab.silence(broken, std::nullopt);
    co_await lab.until(lab.now() + 10h);
    const bool still = co_await is_in_quarantine(lab, broken);
    EXPECT_FALSE(still) << "proved clean: back in the lab";
    EXPECT_EQ(lab.worked_on("more").size(), worker_goes ? 1U : 0U) << "it is one service that tries, not each of them";
}

TEST(Parts, ADeviceInQuarantine_IsTriedAgainByOneServiceOfItsSite) {
    for (const bool worker_goes : {false, true}) {
        SCOPED_TRACE(worker_goes);
        shared_lab lab(shipped_platforms(), 5);
        lab.run([worker_goes](shared_lab& l) { return tried_by_one_of_them(l, worker_goes); });
    }
}

/// The other part, which falls back twice while this one checks.
class wayward final : public activation::companions {
public:
    task<result<std::vector<plan::planned_join>>> meet(const plan::plan& now, std::string /*activation*/) override {
        ++met;
        auto joins = now.joins;
        joins.at(0).tunnels.at(0).vni += 7;  // and each time it has another device
        last = joins.at(0).tunnels.at(0).vni;
        co_return joins;
    }
    task<bool> are_there() override { co_return ++asked > 2; }
    task<void> begin_again() override {
        ++again;
        co_return;
    }
    unsigned met = 0;
    unsigned asked = 0;
    unsigned again = 0;
    std::uint32_t last = 0;
};

std::size_t count(const std::vector<activation::record>& records, activation::record_kind kind) {
    return static_cast<std::size_t>(std::ranges::count(records, kind, &activation::record::kind));
}

task<void> checks_again(shared_lab& lab) {
    auto xml = across_xml();
    xml.insert(xml.find("</node>"), R"(<check command="show version" expect="no such words" within="10s"/>)");
    const auto topology = read_topology_or_die(xml);
    const auto placed = placement::find(scheduler::request_for(lab.lab(), topology, {}));
    EXPECT_TRUE(placed);
    diagnostics mistakes;
    const auto whole = plan::make_plan(lab.lab(), topology, {}, *placed, shipped_platforms(), mistakes);
    EXPECT_TRUE(whole);
    const auto mine = plan::part_at(lab.lab(), *whole, "north");
    activation::beginning what{"virtual", "/l.xml", "across", "eva", {}, "{}"};
    for (const auto& one : mine.devices) {
        what.devices.push_back(lab.lab().at(one.device).name);
    }
    const auto id = co_await lab.journal().begin(std::move(what));
    EXPECT_TRUE(id);
    console::pacing_wheel wheel(lab.rt());
    activation::environment env(lab.rt(), wheel, shipped_platforms(), lab.journal());
    wayward other;
    env.companions = &other;
    activation::stop_switch stop;
    const auto out = co_await activation::activate(env, lab.lab(), mine, *id, stop);
    EXPECT_EQ(out.how, activation::ending::failed);
    EXPECT_EQ(other.met, 3U) << "twice nobody was to blame";
    EXPECT_EQ(other.again, 1U) << "before it is rolled back";
    const auto records = co_await lab.journal().read(*id);
    EXPECT_EQ(count(*records, activation::record_kind::touching), mine.devices.size()) << "no device is done again";
    EXPECT_EQ(count(*records, activation::record_kind::configured), mine.devices.size());
    EXPECT_EQ(count(*records, activation::record_kind::joining), 4U) << "the tunnel follows each time";
    EXPECT_EQ(activation::stand(*records).phase, activation::phase::ended);
    EXPECT_EQ(lab.joins(), 0U);
    EXPECT_EQ(lab.all_configured(), 0U);
}

TEST(Parts, ACheckThatFailsWithoutTheOthers_IsRepeated_AndBlamesNoDevice) {
    shared_lab lab(shipped_platforms(), 4);
    lab.run(checks_again);
}

/// Both services end and come back at any time; devices fail.
task<void> any_time(shared_lab& lab, std::uint64_t seed, unsigned& ready) {
    std::mt19937_64 random(seed);
    const auto between = [&random](int from, int to) {
        return std::chrono::seconds(std::uniform_int_distribution<int>(from, to)(random));
    };
    lab.start("a", {"north"});
    lab.start("b", {"south"});
    const auto policy = seed % 2 == 0 ? scheduler::policy::strict : scheduler::policy::best_effort;
    const auto made = co_await lab.reserve(across_xml(), 10min, 2h, policy);
    co_await lab.until(made.held.from);
    unsigned generation = 0;
    std::string names[] = {"a", "b"};
    for (int turn = 0; turn < 6; ++turn) {
        const std::size_t which = random() % 2;
        co_await lab.until(lab.now() + between(1, turn < 4 ? 60 : 1800));
        co_await lab.end(names[which]);
        co_await lab.until(lab.now() + between(0, 40));
        names[which] = (which == 0 ? "a" : "b") + std::to_string(++generation);
        lab.start(names[which], {which == 0 ? "north" : "south"});
    }
    for (auto left = 4h / 1min; left > 0; --left) {
        const auto one = co_await lab.find(made.id);
        if (is_over(one.now)) {
            ready += one.ready ? 1U : 0U;
            break;
        }
        co_await lab.until(lab.now() + 60s);
    }
    const auto over = co_await lab.find(made.id);
    EXPECT_TRUE(is_over(over.now)) << name_of(over.now);
    EXPECT_LE(lab.now(), made.held.until + 90min);
    EXPECT_EQ(lab.joins(), 0U);
    const auto all = co_await lab.journal().list();
    for (const auto& one : *all) {
        const auto records = co_await lab.journal().read(one.id);
        const auto stands = activation::stand(*records);
        EXPECT_EQ(stands.phase, activation::phase::ended) << one.id;
        for (const auto& [device, how] : stands.devices) {
            EXPECT_NE(how.condition, activation::device_condition::dirty) << device;
        }
    }
    const auto held = co_await lab.journal().unavailable("virtual");
    for (const auto& device : lab.lab().devices) {
        const auto hold = held->find(device.name);
        EXPECT_TRUE(hold == held->end() || hold->second.quarantined) << device.name << " is held for nobody";
        EXPECT_TRUE(hold != held->end() || !lab.is_configured(device.name)) << device.name << " is dirty and unmarked";
    }
}

TEST(Parts, ServicesEndAtAnyTime_AndDevicesFail_NothingIsLeft) {
    const char* more = std::getenv("SEEDS");
    const std::uint64_t seeds = more == nullptr ? 10 : std::strtoull(more, nullptr, 10);
    unsigned ready = 0;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        SCOPED_TRACE(seed);
        sim::fault_plan faults;
        faults.silence = seed % 3 == 0 ? 0.2 : 0;
        shared_lab lab(shipped_platforms(), 5, faults, seed);
        lab.run([seed, &ready](shared_lab& l) { return any_time(l, seed, ready); });
    }
    EXPECT_GT(ready, seeds / 2);
}

}  // namespace
}  // namespace rollover::tests
