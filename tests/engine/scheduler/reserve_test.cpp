#include "engine/scheduler/reserve.h"

#include "engine/model/reader.h"
#include "tests/support/timetable_of.h"

#include <algorithm>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <random>

namespace rollover::scheduler {
namespace {

using std::chrono::seconds;

constexpr int devices = 4;

lab_files four_hosts() {
    std::string lines;
    std::string all;
    for (int d = 1; d <= devices; ++d) {
        lines += fmt::format("<line number='{0}' port='{1}'/>", d, 4000 + d);
        all += fmt::format("<device name='h{0}' platform='linux'><console line='cs/{0}'/></device>", d);
    }
    auto read = model::read_lab("<lab name='l'><site name='s'><converter name='cs' protocol='raw' host='192.0.2.1'>" +
                                    lines + "</converter>" + all + "</site></lab>",
                                "lab.xml");
    EXPECT_TRUE(read.value);
    diagnostics mistakes;
    return {std::move(*read.value), platform::library::read({ROLLOVER_SOURCE_PLATFORMS}, mistakes)};
}

wish one_host(std::optional<instant> from, seconds length, unsigned pods = 1) {
    wish out;
    auto read = model::read_topology("<topology name='t'><node name='A'><config>hostname a</config></node></topology>",
                                     "t.xml");
    out.topology = std::make_shared<const model::topology>(std::move(*read.value));
    out.owner = "eva";
    out.from = from;
    out.length = length;
    out.pods = pods;
    return out;
}

const instant now(seconds(1'800'000'000));

booked_device booking(int device, int from, int until) {
    return {fmt::format("h{}", device), {now + seconds(from), now + seconds(until)}, "r1", "jan", "t"};
}

/// How many hosts nobody has at any time of the window.
long free_hosts(const std::vector<booked_device>& bookings, window in) {
    long free = 0;
    for (int d = 1; d <= devices; ++d) {
        free += std::ranges::none_of(
            bookings, [&](const auto& one) { return one.device == fmt::format("h{}", d) && one.held.overlaps(in); });
    }
    return free;
}

TEST(Reserve, TypingAndCleaning_AreInTheWindowThatIsHeld) {
    const auto files = four_hosts();
    const auto made = find_reservation(files, one_host(now + seconds(3600), seconds(600)), {{}, {}, {}, {}, now}, {});
    ASSERT_TRUE(made) << describe(made.error());
    EXPECT_EQ(made->promised, (window{now + seconds(3600), now + seconds(4200)}));
    EXPECT_LT(made->held.from, made->promised.from);
    EXPECT_GT(made->held.until, made->promised.until);
    EXPECT_LE(made->expected, made->promised.from);
}

TEST(Reserve, WhatWasMeasured_MovesTheTyping) {
    const auto files = four_hosts();
    knowledge known{{}, {}, {}, {}, now};
    const auto before = find_reservation(files, one_host(now + seconds(3600), seconds(600)), known, {});
    for (int i = 0; i < 20; ++i) {
        known.earlier[key_of_coming("linux")].add(seconds(500));
        known.earlier[key_of_cleaning("linux")].add(seconds(300));
    }
    const auto after = find_reservation(files, one_host(now + seconds(3600), seconds(600)), known, {});
    ASSERT_TRUE(before && after);
    EXPECT_LT(after->held.from, before->held.from - seconds(400));
    EXPECT_GT(after->held.until, before->held.until + seconds(200));
}

TEST(Reserve, BeginsAtOnce_IsReadyAsSoonAsItCan) {
    const auto files = four_hosts();
    const auto made = find_reservation(files, one_host(now, seconds(600)), {{}, {}, {}, {}, now}, {});
    ASSERT_TRUE(made);
    EXPECT_EQ(made->held.from, now);
    EXPECT_EQ(made->promised.from, now);
    EXPECT_GT(made->expected, now);
}

TEST(Reserve, Earliest_IsExact_AgainstEverySecondBefore) {
    const auto files = four_hosts();
    std::mt19937 random(7);
    const auto any = [&random](int most) { return static_cast<int>(random() % static_cast<unsigned>(most)); };
    for (int round = 0; round < 60; ++round) {
        knowledge known{{}, {}, {}, {}, now};
        for (int d = 1; d <= devices; ++d) {
            for (int at = any(200); at < 2000; at += any(300)) {
                const int length = 1 + any(400);
                known.bookings.push_back(booking(d, at, at + length));
                at += length;
            }
        }
        const unsigned pods = 1 + static_cast<unsigned>(any(2));
        const int length = any(200);
        known.times = tests::timetable_of(known.bookings);
        const auto made = find_reservation(files, one_host(std::nullopt, seconds(60 + length), pods), known, {});
        ASSERT_TRUE(made) << describe(made.error());
        EXPECT_GE(free_hosts(known.bookings, made->held), static_cast<long>(pods)) << round;
        EXPECT_GE(made->promised.from, made->held.from);
        const auto whole = made->held.until - made->held.from;
        for (instant start = now; start < made->held.from; start += seconds(1)) {
            ASSERT_LT(free_hosts(known.bookings, {start, start + whole}), static_cast<long>(pods))
                << "round " << round << ": " << (made->held.from - start).count() << " s earlier";
        }
    }
}

TEST(Reserve, WhatIsUnreasonable_IsRefused) {
    const auto files = four_hosts();
    const knowledge known{{}, {}, {}, {}, now};
    const auto code = [&](wish what, owner_limits limits = {}) {
        const auto made = find_reservation(files, what, known, limits);
        return made ? errc::internal : made.error().code;
    };
    EXPECT_EQ(code(one_host(now - seconds(3600), seconds(60))), errc::bad_input);
    EXPECT_EQ(code(one_host(now, seconds(0))), errc::bad_input);
    EXPECT_EQ(code(one_host(now, seconds(60), 0)), errc::bad_input);
    EXPECT_EQ(code(one_host(now, seconds(60), 1001)), errc::bad_input);
    EXPECT_EQ(code(one_host(now, seconds(60), 5)), errc::impossible);
    EXPECT_EQ(code(one_host(now, seconds(61)), {0, seconds(60), {}}), errc::refused);
    EXPECT_EQ(code(one_host(now + seconds(7200), seconds(61)), {0, {}, seconds(7200)}), errc::refused);
}

}  // namespace
}  // namespace rollover::scheduler
