// Reservations from their booking to their end, by the scheduler and the activation code that ship, in virtual time.
#include "tests/system/served_lab.h"
#include "tests/system/virtual_lab.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace rollover::tests {
namespace {

using namespace std::chrono_literals;
using scheduler::instant;
using scheduler::stage;

std::size_t configured(const served_lab& lab, const scheduler::reservation& r) {
    std::size_t count = 0;
    for (const auto& pod : r.pods) {
        count += static_cast<std::size_t>(
            std::ranges::count_if(pod.devices, [&lab](const auto& d) { return lab.is_configured(d); }));
    }
    return count;
}

std::size_t all_configured(const served_lab& lab) {
    return static_cast<std::size_t>(
        std::ranges::count_if(lab.lab().devices, [&lab](const auto& d) { return lab.is_configured(d.name); }));
}

task<void> booked_ahead(served_lab& lab) {
    const auto made = co_await lab.reserve(pairs_xml(4), 2h, 1h);
    EXPECT_TRUE(made) << describe(made.error());
    EXPECT_LT(made->held.from, made->promised.from) << "typing begins before";
    EXPECT_GT(made->held.until, made->promised.until) << "cleaning is part of the booking";
    EXPECT_LE(made->expected, made->promised.from);
    co_await lab.until(made->held.from - 1s);
    EXPECT_EQ(all_configured(lab), 0U) << "not before its time";
    co_await lab.until(made->promised.from);
    const auto ready = co_await lab.find(made->id);
    EXPECT_EQ(ready.now, stage::running);
    EXPECT_TRUE(ready.ready) << "ready when it was promised";
    EXPECT_EQ(configured(lab, ready), 4U);
    EXPECT_EQ(lab.joins(), 2U);
    co_await lab.until(made->promised.until - 1s);
    EXPECT_EQ(configured(lab, ready), 4U) << "to the last second";
    co_await lab.until(made->id, stage::ended);
    EXPECT_EQ(all_configured(lab), 0U);
    EXPECT_EQ(lab.joins(), 0U);
    EXPECT_LE(lab.now(), made->held.until) << "clean within what was booked";
    const auto trail = co_await lab.trail(made->id);
    EXPECT_EQ(trail, "booked running begun ready ended");
}

TEST(Scheduler, BookedAhead_IsReadyOnTime_AndCleanAfterwards) {
    served_lab lab(shipped_platforms(), 6);
    lab.run(booked_ahead);
}

task<void> as_early_as_possible(served_lab& lab) {
    const auto first = co_await lab.reserve(pairs_xml(4), std::nullopt, 1h);
    EXPECT_TRUE(first) << describe(first.error());
    EXPECT_LT(first->promised.from - lab.now(), 10min);
    // Four of six devices are taken: the second one has to wait for the first one's end.
    const auto second = co_await lab.reserve(pairs_xml(4), std::nullopt, 1h);
    EXPECT_TRUE(second) << describe(second.error());
    EXPECT_EQ(second->held.from, first->held.until) << "exactly then, not later";
    co_await lab.until(second->promised.from);
    const auto ready = co_await lab.find(second->id);
    EXPECT_TRUE(ready.ready) << "on time behind another one";
    const auto before = co_await lab.find(first->id);
    EXPECT_EQ(before.now, stage::ended);
    co_await lab.until(second->id, stage::ended);
}

TEST(Scheduler, OneBehindTheOther_OnTheSameDevices) {
    served_lab lab(shipped_platforms(), 6);
    lab.run(as_early_as_possible);
}

task<void> a_class(served_lab& lab) {
    const auto too_many = co_await lab.reserve(pairs_xml(2), 1h, 1h, 6);
    EXPECT_FALSE(too_many);
    EXPECT_EQ(too_many.error().code, errc::impossible);
    const auto all = co_await lab.reserve(pairs_xml(2), 1h, 1h, 5);
    EXPECT_TRUE(all) << describe(all.error());
    EXPECT_EQ(all->pods.size(), 5U);
    co_await lab.until(all->promised.from);
    const auto ready = co_await lab.find(all->id);
    EXPECT_TRUE(ready.ready);
    EXPECT_EQ(configured(lab, ready), 10U);
    EXPECT_EQ(lab.joins(), 5U);
    const auto none_left = co_await lab.reserve(pairs_xml(2), 0s, 10min);
    EXPECT_FALSE(none_left);
    co_await lab.until(all->id, stage::ended);
    EXPECT_EQ(lab.joins(), 0U);
}

TEST(Scheduler, PodsOfAClass_AllOrNone) {
    served_lab lab(shipped_platforms(), 10);
    lab.run(a_class);
}

task<void> cancelled_and_moved(served_lab& lab) {
    const auto booked = co_await lab.reserve(pairs_xml(2), 2h, 1h);
    const auto running = co_await lab.reserve(pairs_xml(4), 0s, 5h);
    EXPECT_TRUE(booked && running);
    co_await lab.cancel(booked->id);
    co_await lab.until(running->expected);
    const auto ready = co_await lab.find(running->id);
    EXPECT_EQ(configured(lab, ready), 4U);
    co_await lab.cancel(running->id);
    co_await lab.until(running->id, stage::ended);
    EXPECT_LT(lab.now(), running->promised.until - 4h);
    EXPECT_EQ(all_configured(lab), 0U);
    const auto free = co_await lab.reserve(pairs_xml(6), std::nullopt, 1h);
    EXPECT_TRUE(free) << "its devices are free at once";
    EXPECT_LT(free->held.from - lab.now(), 5s);
    // While it runs, its end is moved.
    co_await lab.until(free->promised.from);
    scheduler::window promised = free->promised;
    scheduler::window held = free->held;
    promised.until += 1h;
    held.until += 1h;
    const auto moved = co_await lab.book().move(free->id, promised, held, "eva");
    EXPECT_TRUE(moved);
    lab.service().look();
    co_await lab.until(free->promised.until + 30min);
    const auto still = co_await lab.find(free->id);
    EXPECT_EQ(configured(lab, still), 6U);
    co_await lab.until(free->id, stage::ended);
    EXPECT_GE(lab.now(), promised.until);
    EXPECT_EQ(co_await lab.trail(booked->id), "booked cancelled");
}

TEST(Scheduler, CancelledAndExtended_WhileItRuns) {
    served_lab lab(shipped_platforms(), 6);
    lab.run(cancelled_and_moved);
}

task<void> service_restarts(served_lab& lab) {
    const auto made = co_await lab.reserve(pairs_xml(4), 1h, 2h);
    const auto missed = co_await lab.reserve(pairs_xml(2), 1h, 5min);
    EXPECT_TRUE(made && missed);
    // In the middle of the typing.
    co_await lab.until(made->held.from + 15s);
    EXPECT_GT(all_configured(lab), 0U);
    co_await lab.stop_service();
    co_await lab.until(missed->promised.until + 1min);
    lab.start_service();
    co_await lab.until(missed->id, stage::failed);
    co_await lab.until(made->promised.from + 30min);
    auto ready = co_await lab.find(made->id);
    EXPECT_TRUE(ready.ready) << "it was taken back and made anew";
    EXPECT_EQ(configured(lab, ready), 4U);
    EXPECT_EQ(lab.joins(), 2U);
    // While it is handed over: it stays.
    co_await lab.stop_service();
    EXPECT_EQ(configured(lab, ready), 4U);
    co_await lab.until(made->promised.from + 40min);
    lab.start_service();
    co_await lab.until(made->promised.from + 50min);
    EXPECT_EQ(configured(lab, ready), 4U);
    const auto before_end = co_await lab.find(made->id);
    EXPECT_EQ(before_end.pods[0].activation, ready.pods[0].activation) << "the same activation";
    co_await lab.until(made->id, stage::ended);
    EXPECT_EQ(all_configured(lab), 0U);
    EXPECT_EQ(lab.joins(), 0U);
}

TEST(Scheduler, ServiceThatStopsAndStarts_GoesOnFromTheJournal) {
    served_lab lab(shipped_platforms(), 6);
    lab.run(service_restarts);
}

task<void> restarts_while_it_cleans(served_lab& lab) {
    const auto made = co_await lab.reserve(pairs_xml(4), 1h, 1h);
    EXPECT_TRUE(made);
    co_await lab.until(made->promised.until + 5s);
    EXPECT_GT(all_configured(lab), 0U) << "its way back has only begun";
    co_await lab.stop_service();
    lab.start_service();
    co_await lab.until(made->id, stage::ended);
    const auto over = co_await lab.find(made->id);
    EXPECT_EQ(over.why, "");
    EXPECT_EQ(all_configured(lab), 0U);
    EXPECT_EQ(lab.joins(), 0U);
}

TEST(Scheduler, ServiceThatRestartsWhileItCleans_KnowsThatItWasHandedOver) {
    served_lab lab(shipped_platforms(), 6);
    lab.run(restarts_while_it_cleans);
}

task<void> devices_fail(served_lab& lab, std::size_t& quarantined) {
    const auto made = co_await lab.reserve(pairs_xml(8), 1h, 4h);
    EXPECT_TRUE(made) << describe(made.error());
    co_await lab.until(made->promised.until - 1s);
    const auto ready = co_await lab.find(made->id);
    EXPECT_TRUE(ready.ready) << ready.why;
    const auto unavailable = co_await lab.journal().unavailable("virtual");
    for (const auto& [device, hold] : *unavailable) {
        quarantined += hold.quarantined ? 1U : 0U;
    }
    if (ready.ready) {
        EXPECT_EQ(configured(lab, ready), 8U);
    }
    co_await lab.until(made->id, stage::ended);
    EXPECT_EQ(lab.joins(), 0U);
}

TEST(Scheduler, DevicesThatFail_AreReplaced_AndTheReservationIsReady) {
    std::size_t quarantined = 0;
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        SCOPED_TRACE(seed);
        sim::fault_plan faults;
        faults.silence = 0.1;
        served_lab lab(shipped_platforms(), 24, faults, seed);
        lab.run([&quarantined](served_lab& l) { return devices_fail(l, quarantined); });
    }
    EXPECT_GT(quarantined, 0U) << "no device has failed: the test sees nothing";
}

task<void> wrong_topology(served_lab& lab) {
    auto xml = pairs_xml(2);
    xml.replace(xml.find("snmp-server"), 4, "nmps");
    const auto made = co_await lab.reserve(xml, 0s, 4h);
    EXPECT_TRUE(made) << describe(made.error());
    co_await lab.until(made->id, stage::failed);
    const auto failed = co_await lab.find(made->id);
    EXPECT_NE(failed.why, "");
    EXPECT_LT(lab.now(), made->promised.until - 3h) << "tried twice, not for hours";
    const auto unavailable = co_await lab.journal().unavailable("virtual");
    EXPECT_TRUE(unavailable->empty()) << "no device is to blame for its author's mistake";
    EXPECT_EQ(all_configured(lab), 0U);
}

TEST(Scheduler, AuthorsMistake_FailsTheReservation_AndLeavesTheDevicesAlone) {
    served_lab lab(shipped_platforms(), 6);
    lab.run(wrong_topology);
}

task<void> quarantined_before(served_lab& lab) {
    const auto made = co_await lab.reserve(pairs_xml(4), 1h, 1h);
    const auto device = made->pods[0].devices[0];
    const auto aside = co_await lab.journal().quarantine("virtual", device, "by eva: its fan is broken");
    EXPECT_TRUE(aside);
    co_await lab.until(made->promised.from);
    const auto ready = co_await lab.find(made->id);
    EXPECT_TRUE(ready.ready) << "another device took its place in time";
    EXPECT_EQ(std::ranges::count(ready.pods[0].devices, device), 0);
    EXPECT_EQ(configured(lab, ready), 4U);
    EXPECT_FALSE(lab.is_configured(device));
    co_await lab.until(made->id, stage::ended);
}

TEST(Scheduler, DeviceQuarantinedBeforeItsReservation_IsReplaced) {
    served_lab lab(shipped_platforms(), 6);
    lab.run(quarantined_before);
}

task<void> cross_connect_restarts(served_lab& lab) {
    const auto made = co_await lab.reserve(pairs_xml(4), 0s, 2h);
    co_await lab.until(made->expected + 1min);
    EXPECT_EQ(lab.joins(), 2U);
    lab.forget_joins();
    EXPECT_EQ(lab.joins(), 0U);
    co_await lab.until(lab.now() + 90s);
    EXPECT_EQ(lab.joins(), 2U) << "they are made again while it runs";
    co_await lab.until(made->id, stage::ended);
    EXPECT_EQ(lab.joins(), 0U);
}

TEST(Scheduler, CrossConnectThatRestarts_GetsItsJoinsBack) {
    served_lab lab(shipped_platforms(), 6);
    lab.run(cross_connect_restarts);
}

task<void> many_at_once(served_lab& lab) {
    const auto start = lab.now() + 3600s;
    std::vector<std::string> ids;
    for (int i = 0; i < 20; ++i) {
        const auto made = co_await lab.reserve(pairs_xml(2), wall_time(start) - lab.rt().wall_now(), 30min);
        EXPECT_TRUE(made) << describe(made.error());
        ids.push_back(made->id);
    }
    co_await lab.until(start);
    for (const auto& id : ids) {
        const auto one = co_await lab.find(id);
        EXPECT_TRUE(one.ready) << id;
    }
    co_await lab.until(start + 2h);
    for (const auto& id : ids) {
        const auto one = co_await lab.find(id);
        EXPECT_EQ(one.now, stage::ended) << id << one.why;
    }
    EXPECT_EQ(lab.joins(), 0U);
    EXPECT_EQ(all_configured(lab), 0U);
}

TEST(Scheduler, StartsThatFallTogether_RunTogether) {
    served_lab lab(shipped_platforms(), 40);
    lab.run(many_at_once);
}

}  // namespace
}  // namespace rollover::tests
