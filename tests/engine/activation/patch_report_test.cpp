#include "engine/activation/patch_report.h"

#include <gtest/gtest.h>

namespace rollover::activation {
namespace {

TEST(PatchReport, ComesBackAsItWasWritten) {
    patch_report one{"wan", {"r1 S0 (line cs1/1)", "r2 \xff"}, {}};
    one.counts.ends[0] = {true, 1, 2, 3, 4, 5};
    one.counts.ends[1] = {false, 1ULL << 60U, 0, 0, 0, 0};
    const auto read = read_patch_reports(to_json({one}));
    ASSERT_TRUE(read) << describe(read.error());
    ASSERT_EQ(read->size(), 1U);
    EXPECT_EQ(read->front().link, "wan");
    EXPECT_EQ(read->front().ends[0], one.ends[0]);
    const auto& counts = read->front().counts.ends[0];
    EXPECT_TRUE(counts.connected);
    EXPECT_EQ(counts.bytes, 1U);
    EXPECT_EQ(counts.breaks, 2U);
    EXPECT_EQ(counts.breaks_lost, 3U);
    EXPECT_EQ(counts.reconnects, 4U);
    EXPECT_EQ(counts.dropped, 5U);
    EXPECT_FALSE(read->front().counts.ends[1].connected);
    EXPECT_EQ(read->front().counts.ends[1].bytes, 1ULL << 60U);
}

TEST(PatchReport, WhatIsNone_IsBadInput) {
    for (const char* text : {"", "{", "{}x", "[7]", R"([{"link": "wan"}])", R"([{"link": "wan", "ends": [{}, {}]}])"}) {
        const auto read = read_patch_reports(text);
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().code, errc::bad_input);
    }
}

}  // namespace
}  // namespace rollover::activation
