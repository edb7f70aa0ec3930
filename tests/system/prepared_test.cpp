// What happens between the moment at which a reservation is prepared, seconds before its start, and its start.
#include "engine/placement/format.h"
#include "engine/placement/read.h"
#include "engine/scheduler/available.h"
#include "tests/system/served_lab.h"
#include "tests/system/virtual_lab.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace rollover::tests {
namespace {

using namespace std::chrono_literals;
using scheduler::stage;

std::size_t configured(const served_lab& lab) {
    return static_cast<std::size_t>(
        std::ranges::count_if(lab.lab().devices, [&lab](const auto& d) { return lab.is_configured(d.name); }));
}

/// A pair of routers, prepared and not begun; nothing shows of it.
task<scheduler::reservation> prepared(served_lab& lab) {
    auto made = co_await lab.reserve(pairs_xml(2), 1h, 1h);
    EXPECT_TRUE(made) << describe(made.error());
    co_await lab.until(made->held.from - 2s);
    const auto begun = co_await lab.journal().list();
    EXPECT_TRUE(begun->empty());
    const auto held = co_await lab.journal().unavailable("virtual");
    EXPECT_TRUE(held->empty());
    EXPECT_EQ(configured(lab), 0U);
    co_return std::move(*made);
}

task<void> ready_in_time(served_lab& lab, std::string id, scheduler::instant promised) {
    co_await lab.until(promised);
    const auto ready = co_await lab.find(id);
    EXPECT_TRUE(ready.ready) << id;
    for (const auto& device : ready.pods[0].devices) {
        EXPECT_TRUE(lab.is_configured(device)) << device;
    }
    EXPECT_EQ(configured(lab), 2U);
    co_await lab.until(id, stage::ended);
    EXPECT_EQ(configured(lab), 0U);
}

task<void> moved(served_lab& lab) {
    const auto made = co_await prepared(lab);
    const scheduler::window promised{made.promised.from + 10min, made.promised.until + 10min};
    const scheduler::window held{made.held.from + 10min, made.held.until + 10min};
    const auto done = co_await lab.book().move(made.id, promised, held, "eva");
    EXPECT_TRUE(done);
    lab.service().look();
    co_await lab.until(held.from - 1s);
    const auto begun = co_await lab.journal().list();
    EXPECT_TRUE(begun->empty()) << "not at the time that it had";
    co_await ready_in_time(lab, made.id, promised.from);
}

TEST(Prepared, Moved_BeginsAtItsNewTime) {
    served_lab lab(shipped_platforms(), 4);
    lab.run(moved);
}

task<void> cancelled(served_lab& lab, bool is_seen) {
    const auto made = co_await prepared(lab);
    const auto done =
        co_await lab.book().set_stage(made.id, stage::ending, "cancelled by eva", "eva", made.held.from - 1s);
    EXPECT_TRUE(done);
    if (is_seen) {
        lab.service().look();
    }
    co_await lab.until(made.promised.until);
    EXPECT_EQ(configured(lab), 0U);
    const auto begun = co_await lab.journal().list();
    EXPECT_TRUE(begun->empty());
    EXPECT_EQ(co_await lab.trail(made.id), "booked cancelled");
}

TEST(Prepared, Cancelled_IsNotBegun) {
    served_lab lab(shipped_platforms(), 4);
    lab.run([](served_lab& in) { return cancelled(in, true); });
}

/// The scheduler has not seen it yet: the calendar and the journal refuse what was cancelled.
TEST(Prepared, CancelledInTheLastMoment_IsNotBegun) {
    served_lab lab(shipped_platforms(), 4);
    lab.run([](served_lab& in) { return cancelled(in, false); });
}

task<void> quarantined(served_lab& lab) {
    const auto made = co_await prepared(lab);
    const auto device = made.pods[0].devices[0];
    const auto aside = co_await lab.journal().quarantine("virtual", device, "by eva: it smells");
    EXPECT_TRUE(aside);
    co_await lab.until(made.held.from + 1s);
    const auto begun = co_await lab.find(made.id);
    EXPECT_FALSE(begun.pods[0].activation.empty()) << "at once with another device";
    EXPECT_EQ(std::ranges::count(begun.pods[0].devices, device), 0);
    co_await ready_in_time(lab, made.id, made.promised.from);
    EXPECT_FALSE(lab.is_configured(device));
}

TEST(Prepared, DeviceQuarantined_IsReplacedAtOnce) {
    served_lab lab(shipped_platforms(), 4);
    lab.run(quarantined);
}

task<void> placed_anew(served_lab& lab) {
    const auto made = co_await prepared(lab);
    const auto topology = read_topology_or_die(pairs_xml(2));
    activation::holds others;
    for (const auto& device : made.pods[0].devices) {
        others.try_emplace(device, activation::hold{});
    }
    const auto placed = placement::find(scheduler::request_for(lab.lab(), topology, others));
    EXPECT_TRUE(placed);
    scheduler::pod with{1, placement::to_json(lab.lab(), topology, *placed), scheduler::claims_of(lab.lab(), *placed)};
    const auto wanted = with.devices;
    const auto done = co_await lab.book().place_anew(made.id, std::move(with), lab.now());
    EXPECT_TRUE(done);
    lab.service().look();
    co_await ready_in_time(lab, made.id, made.promised.from);
    const auto had = co_await lab.find(made.id);
    EXPECT_EQ(had.pods[0].devices, wanted);
}

TEST(Prepared, PlacedAnew_BeginsThere) {
    served_lab lab(shipped_platforms(), 4);
    lab.run(placed_anew);
}

task<void> lab_read_anew(served_lab& lab) {
    const auto made = co_await prepared(lab);
    auto strict = lab_xml(4);
    strict.insert(strict.find("<site"), R"(<forbid command="snmp-server location"/>)");
    lab.reload(strict);
    co_await lab.until(made.id, stage::failed);
    const auto failed = co_await lab.find(made.id);
    EXPECT_NE(failed.why.find("is forbidden"), std::string::npos) << failed.why;
    EXPECT_EQ(configured(lab), 0U);
}

TEST(Prepared, LabReadAnew_WhatItForbidsIsNotTyped) {
    served_lab lab(shipped_platforms(), 4);
    lab.run(lab_read_anew);
}

task<void> service_gone(served_lab& lab) {
    const auto made = co_await prepared(lab);
    co_await lab.stop_service();
    lab.start_service();
    co_await ready_in_time(lab, made.id, made.promised.from);
    EXPECT_EQ(co_await lab.trail(made.id), "booked running begun ready ended") << "there was nothing to take over";
}

TEST(Prepared, ServiceGone_TheNextOneBeginsInTime) {
    served_lab lab(shipped_platforms(), 4);
    lab.run(service_gone);
}

}  // namespace
}  // namespace rollover::tests
