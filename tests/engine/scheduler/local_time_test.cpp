#include "engine/scheduler/local_time.h"

#include <gtest/gtest.h>

namespace rollover::scheduler {
namespace {

using std::chrono::seconds;

instant utc(std::string_view text) {
    return *local_time::in("")->read(text, instant());
}

TEST(LocalTime, ReadsWhatPeopleWrite_InTheLabsZone) {
    const auto prague = *local_time::in("Europe/Prague");
    const auto now = utc("2026-11-30T12:00:00Z");
    const std::pair<const char*, const char*> forms[] = {
        {"now", "2026-11-30T12:00:00Z"},
        {"+2h30m", "2026-11-30T14:30:00Z"},
        {"14:00", "2026-11-30T13:00:00Z"},
        {"12:59:59", "2026-12-01T11:59:59Z"},  // it is 13:00 there
        {"13:00", "2026-11-30T12:00:00Z"},
        {"2026-11-30 14:00", "2026-11-30T13:00:00Z"},
        {"2026-07-01T14:00", "2026-07-01T12:00:00Z"},
        {"2026-11-30T14:00:30", "2026-11-30T13:00:30Z"},
        {"2026-11-30T14:00:30Z", "2026-11-30T14:00:30Z"},
        {"2026-11-30 14:00Z", "2026-11-30T14:00:00Z"},
        {"2026-11-30T14:00:30+02:00", "2026-11-30T12:00:30Z"},
        {"2026-11-30T14:00-05:30", "2026-11-30T19:30:00Z"},
    };
    for (const auto& [text, expected] : forms) {
        const auto got = prague.read(text, now);
        ASSERT_TRUE(got) << text << ": " << describe(got.error());
        EXPECT_EQ(to_utc_text(*got), expected) << text;
    }
}

TEST(LocalTime, WhatIsNoTime_SaysWhatIsOne) {
    const auto zone = *local_time::in("Europe/Prague");
    for (const auto* text : {"", "tomorrow", "25:00", "2026-02-30 10:00", "2026-11-30", "14:00 ", "+", "+2", "+2x",
                             "2026-11-30 14:00 CET", "14:00:00:00", "\xff", "-2h"}) {
        const auto got = zone.read(text, instant());
        ASSERT_FALSE(got) << text << " is " << to_utc_text(*got);
        EXPECT_EQ(got.error().code, errc::bad_input);
        EXPECT_FALSE(got.error().hint.empty()) << text;
    }
    EXPECT_EQ(local_time::in("Europe/Atlantis").error().code, errc::not_found);
}

TEST(LocalTime, ClocksThatGoForward_HaveNoSuchTime) {
    const auto zone = *local_time::in("Europe/Prague");
    const auto none = zone.read("2026-03-29 02:30", instant());
    ASSERT_FALSE(none);
    EXPECT_NE(none.error().reason.find("CEST"), std::string::npos) << none.error().reason;
    EXPECT_EQ(to_utc_text(*zone.read("2026-03-29 01:59:59", instant())), "2026-03-29T00:59:59Z");
    EXPECT_EQ(to_utc_text(*zone.read("2026-03-29 03:00", instant())), "2026-03-29T01:00:00Z");
}

TEST(LocalTime, ClocksThatGoBack_HaveItTwice_AndBothAreNamed) {
    const auto zone = *local_time::in("Europe/Prague");
    const auto twice = zone.read("2026-10-25 02:30", instant());
    ASSERT_FALSE(twice);
    EXPECT_NE(twice.error().hint.find("2026-10-25T00:30:00Z"), std::string::npos) << twice.error().hint;
    EXPECT_NE(twice.error().hint.find("2026-10-25T01:30:00Z"), std::string::npos) << twice.error().hint;
    EXPECT_EQ(zone.write(utc("2026-10-25T00:30:00Z")), "2026-10-25 02:30:00 CEST");
    EXPECT_EQ(zone.write(utc("2026-10-25T01:30:00Z")), "2026-10-25 02:30:00 CET");
}

TEST(LocalTime, LengthsAreReadAndWritten) {
    const std::pair<const char*, int> forms[] = {{"90s", 90},    {"45m", 2700},       {"2h", 7200}, {"1h30m", 5400},
                                                 {"3d", 259200}, {"1d2h3m4s", 93784}, {"0s", 0}};
    for (const auto& [text, expected] : forms) {
        const auto got = read_length(text);
        ASSERT_TRUE(got) << text;
        EXPECT_EQ(*got, seconds(expected)) << text;
    }
    for (const auto* text : {"", "2", "h", "2h3", "30m1h", "2h2h", "1 h", "-2h", "9999999s", "1.5h"}) {
        EXPECT_FALSE(read_length(text)) << text;
    }
    EXPECT_EQ(to_length_text(seconds(5400)), "1h30m");
    EXPECT_EQ(to_length_text(seconds(90061)), "1d1h1m1s");
}

}  // namespace
}  // namespace rollover::scheduler
