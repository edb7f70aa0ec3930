#include "drivers/platform/patterns.h"

#include <gtest/gtest.h>

namespace rollover::platform {
namespace {

bool in_some_line(const std::string& pattern, std::string_view text) {
    return pattern_set({"^never$", pattern}, pattern_set::match::anywhere).in_some_line(text);
}

TEST(InSomeLine, AnchorsAreThoseOfEachLine) {
    EXPECT_TRUE(in_some_line("^% Invalid", "interface x\n% Invalid input\n"));
    EXPECT_TRUE(in_some_line("^% Invalid", "% Invalid input"));
    EXPECT_FALSE(in_some_line("^% Invalid", "it said % Invalid\nonce"));
    EXPECT_TRUE(in_some_line("failed$", "the check failed\nand more"));
    EXPECT_FALSE(in_some_line("failed$", "failed again\nand more"));
    EXPECT_TRUE(in_some_line("\\Aone", "two\none"));
}

TEST(InSomeLine, NothingReachesOverALineEnd) {
    EXPECT_FALSE(in_some_line("a\\sb", "a\nb"));
    EXPECT_FALSE(in_some_line("a[^x]b", "a\nb"));
    EXPECT_TRUE(in_some_line("a\\sb", "a\nb\na b"));
}

TEST(InSomeLine, OfNothing_IsNothing) {
    EXPECT_FALSE(in_some_line("^$", ""));
    EXPECT_FALSE(pattern_set({}, pattern_set::match::anywhere).in_some_line("text"));
}

}  // namespace
}  // namespace rollover::platform
