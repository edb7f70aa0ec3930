#include "engine/api/booking.h"

#include "engine/activation/memory_journal.h"
#include "engine/model/reader.h"
#include "engine/runtime/virtual_runtime.h"
#include "engine/store/stored_calendar.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace rollover::api {
namespace {

/// Four hosts on one segment.
model::lab lab_with_a_segment() {
    std::string lines;
    std::string devices;
    std::string ends;
    for (int i = 1; i <= 4; ++i) {
        lines += fmt::format("<line number='{0}' port='400{0}'/>", i);
        devices += fmt::format(
            "<device name='h{0}' platform='linux'><console line='cs/{0}'/><interface name='eth1'/></device>", i);
        ends += fmt::format("<end device='h{}' interface='eth1'/>", i);
    }
    auto read =
        model::read_lab("<lab name='l'><site name='s'><converter name='cs' protocol='raw' host='192.0.2.1'>" + lines +
                            "</converter>" + devices + "<segment name='lan'>" + ends + "</segment></site></lab>",
                        "lab.xml");
    EXPECT_TRUE(read.value);
    return std::move(*read.value);
}

struct two_users {
    two_users() : journal(rt), calendar(*store::open_calendar(rt, std::filesystem::path(":memory:"))) {
        in.lab = lab_with_a_segment();
        auto topology = model::read_topology(
            "<topology name='t'><node name='A'/><node name='B'/><link name='x'><end node='A'/><end "
            "node='B'/></link></topology>",
            "t.xml");
        in.topology = std::move(topology.value);
        diagnostics mistakes;
        in.platforms = platform::library::read({"drivers/platforms"}, mistakes);
    }

    task<void> book_three() {
        first = co_await book(rt, journal, *calendar, in, none, "eva");
        second = co_await book(rt, journal, *calendar, in, none, "jan");
        activation::record over{activation::record_kind::ended, first.id, "", "", {}};
        const auto written = co_await journal.append(std::move(over));
        EXPECT_TRUE(written);
        third = co_await book(rt, journal, *calendar, in, none, "jan");
    }

    virtual_runtime rt;
    activation::memory_journal journal;
    std::unique_ptr<scheduler::calendar> calendar;
    input in;
    parameters none;
    booking first;
    booking second;
    booking third;
};

TEST(Booking, SegmentOfOneActivation_IsNotGivenToAnother) {
    two_users lab;
    ASSERT_EQ(lab.rt.run(lab.book_three()), virtual_end::finished);
    EXPECT_EQ(lab.first.how, answer::done);
    ASSERT_FALSE(lab.second.problems.empty()) << "two topologies on one segment hear each other";
    EXPECT_NE(lab.second.problems[0].text.find("segment lan is busy in activation a1"), std::string::npos)
        << lab.second.problems[0].text;
    EXPECT_EQ(lab.third.how, answer::done);
    EXPECT_TRUE(lab.third.problems.empty());
}

struct many_times : two_users {
    task<void> book_in_turn() {
        for (int i = 0; i < 4; ++i) {
            const booking one = co_await book(rt, journal, *calendar, in, none, "eva");
            activation::record over{activation::record_kind::ended, one.id, "", "", {}};
            const auto written = co_await journal.append(std::move(over));
            EXPECT_TRUE(written);
        }
        auto known = co_await journal.uses("l");
        EXPECT_TRUE(known);
        uses = *known;
    }
    activation::use_counts uses;
};

struct reserved_before : two_users {
    task<void> reserve_then_book() {
        scheduler::reservation tomorrow;
        tomorrow.lab = "l";
        tomorrow.topology = "t";
        tomorrow.owner = "jan";
        const auto day = std::chrono::hours(24);
        tomorrow.held = {scheduler::rounded_up(rt.wall_now()) + day, scheduler::rounded_up(rt.wall_now()) + 2 * day};
        tomorrow.promised = tomorrow.held;
        tomorrow.pods.push_back({1, "{}", {scheduler::segment_claim("lan")}});
        const auto made = co_await calendar->book(std::move(tomorrow), "jan", 0);
        EXPECT_TRUE(made);
        first = co_await book(rt, journal, *calendar, in, none, "eva");
    }
};

TEST(Booking, ByHand_KeepsOffWhatIsReservedLater_AndSaysWhose) {
    reserved_before lab;
    ASSERT_EQ(lab.rt.run(lab.reserve_then_book()), virtual_end::finished);
    ASSERT_FALSE(lab.first.problems.empty()) << "nobody knows when it will end";
    EXPECT_NE(lab.first.problems[0].text.find("reserved by jan (r1, t)"), std::string::npos)
        << lab.first.problems[0].text;
}

TEST(Booking, WearIsSpread_OverTheDevices) {
    many_times lab;
    ASSERT_EQ(lab.rt.run(lab.book_in_turn()), virtual_end::finished);
    for (const char* host : {"h1", "h2", "h3", "h4"}) {
        EXPECT_EQ(lab.uses[host], 2U) << host;
    }
}

}  // namespace
}  // namespace rollover::api
