// The first window in a calendar, and what is said of a window that does not do.
#include "engine/placement/earliest.h"

#include "tests/engine/placement/brute_force.h"
#include "tests/engine/placement/lab_builder.h"
#include "tests/engine/placement/random_instance.h"

#include <gtest/gtest.h>
#include <random>

namespace rollover::placement {
namespace {

using model::device_index;
using std::chrono::seconds;

instant at(int s) {
    return instant(seconds(s));
}

/// Everything that is booked somewhere in the window is unavailable: the definition, word by word.
request during(request r, const std::vector<booked>& calendar, instant from, seconds length) {
    for (const booked& b : calendar) {
        if (b.until > from && b.from < from + length && b.from < b.until) {
            r.unavailable.insert(b.devices.begin(), b.devices.end());
            for (const std::uint32_t s : b.segments) {
                r.unavailable_segments.emplace(s, b.what);
            }
        }
    }
    return r;
}

std::vector<booked> random_calendar(const instance& i, std::mt19937_64& engine, int horizon) {
    const auto below = [&](std::size_t n) { return static_cast<std::uint32_t>(engine() % n); };
    std::vector<booked> all;
    for (unsigned b = 0; b < 8; ++b) {
        const int from = static_cast<int>(below(static_cast<std::size_t>(horizon)));
        booked one{at(from), at(from + static_cast<int>(below(9))), {}, {}, "booked"};
        for (unsigned d = 0; d < 2; ++d) {
            one.devices.push_back(device_index{below(i.lab.devices.size())});
        }
        if (!i.lab.segments.empty() && below(2) == 0) {
            one.segments.push_back(below(i.lab.segments.size()));
        }
        all.push_back(std::move(one));
    }
    return all;
}

// Every second is tried, with everything tried at each.
TEST(Earliest, RandomCalendars_NoEarlierStartExists) {
    constexpr int horizon = 20;
    unsigned at_once = 0;
    unsigned later = 0;
    unsigned never = 0;
    for (std::uint64_t seed = 0; seed < 1200; ++seed) {
        const instance i = random_instance(seed);
        std::mt19937_64 engine(seed);
        const auto calendar = random_calendar(i, engine, horizon);
        const request r = i.ask();
        const seconds length(1 + static_cast<int>(seed % 6));
        const instant from = at(static_cast<int>(seed % 4));
        const auto answer = earliest(r, calendar, from, length);
        if (!answer) {
            ++never;
            ASSERT_EQ(answer.error().code, errc::impossible) << "seed " << seed;
            ASSERT_FALSE(exists_by_brute_force(r)) << "seed " << seed;
            continue;
        }
        ASSERT_TRUE(answer->exact);
        ASSERT_GE(answer->start, from);
        const auto breach = verify(during(r, calendar, answer->start, length), answer->where);
        ASSERT_FALSE(breach) << "seed " << seed << ": " << *breach;
        for (instant t = from; t < answer->start; t += seconds(1)) {
            ASSERT_FALSE(exists_by_brute_force(during(r, calendar, t, length)))
                << "seed " << seed << ": second " << t.time_since_epoch().count();
        }
        (answer->start == from ? at_once : later) += 1;
    }
    EXPECT_GT(at_once, 50U);
    EXPECT_GT(later, 50U);
    EXPECT_GT(never, 50U);
}

struct two_routers {
    two_routers() {
        l.cross_connect("xc").device("r1").interface("r1", "e0", "xc").device("r2").interface("r2", "e0", "xc");
        t.node("A").node("B").link("lan", {"A", "B"});
    }
    [[nodiscard]] request ask() const { return {l.lab, t.topology, {}, {}}; }

    lab_builder l;
    topology_builder t;
};

TEST(Earliest, WindowsAreHalfOpen) {
    const two_routers lab;
    const std::vector<booked> calendar{{at(100), at(200), {device_index{0}}, {}, "booked by anna"}};
    const auto before = earliest(lab.ask(), calendar, at(40), seconds(60));
    ASSERT_TRUE(before);
    EXPECT_EQ(before->start, at(40));  // it ends in the very second in which the other begins
    const auto after = earliest(lab.ask(), calendar, at(41), seconds(60));
    ASSERT_TRUE(after);
    EXPECT_EQ(after->start, at(200));
}

TEST(FindInWindow, OthersHaveIt_SaysWhoAndWhen) {
    const two_routers lab;
    const std::vector<booked> calendar{{at(0), at(3600), {device_index{0}}, {}, "booked by anna"}};
    const auto answer = find_in_window(lab.ask(), calendar, at(1800), seconds(600));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, errc::impossible);
    EXPECT_EQ(answer.error().reason,
              "not in this window: the topology has 2 nodes: lab x has only 1 device available; would fit too, but "
              "r1 is booked by anna");
    EXPECT_EQ(answer.error().hint, "it can be placed from 1970-01-01 01:00:00 UTC on");
    EXPECT_TRUE(find_in_window(lab.ask(), calendar, at(3600), seconds(600)));
}

TEST(FindInWindow, NeverPossible_DoesNotBlameTheBookings) {
    two_routers lab;
    lab.t.node("C");
    const std::vector<booked> calendar{{at(0), at(3600), {device_index{0}}, {}, "booked by anna"}};
    const auto answer = find_in_window(lab.ask(), calendar, at(0), seconds(600));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().reason, "the topology has 3 nodes: lab x has only 2 devices");
}

TEST(FindInWindow, Quarantined_SaysSo) {
    const two_routers lab;
    request r = lab.ask();
    r.unavailable.insert(device_index{1});
    r.why.emplace(device_index{1}, "quarantined");
    const std::vector<booked> calendar{{at(0), at(3600), {device_index{0}}, {}, "booked by anna"}};
    const auto answer = find_in_window(r, calendar, at(0), seconds(600));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().reason,
              "the topology has 2 nodes: lab x has only 1 device available; would fit too, but r2 is quarantined");
}

TEST(Earliest, NoDuration_BadInput) {
    const two_routers lab;
    EXPECT_EQ(earliest(lab.ask(), {}, at(0), seconds(0)).error().code, errc::bad_input);
    EXPECT_EQ(find_in_window(lab.ask(), {}, at(0), seconds(-1)).error().code, errc::bad_input);
}

}  // namespace
}  // namespace rollover::placement
