#include "engine/base/text.h"

#include <gtest/gtest.h>

namespace rollover {
namespace {

TEST(Printable, ControlCharacters_AreShownNotSent) {
    EXPECT_EQ(printable("a\x1b[31mb\x07\x7f\r\n"), "a^[[31mb^G^?^M^J");
}

TEST(Printable, ValidUtf8_Passes_InvalidIsHex) {
    EXPECT_EQ(printable("\xc5\xbelu\xc5\xa5"), "\xc5\xbelu\xc5\xa5");
    EXPECT_EQ(printable("\xff\xc0\x80"), "\\xff\\xc0\\x80");
    EXPECT_EQ(printable("\xc2\x9b"), "\\xc2\\x9b") << "C1 controls act on some terminals";
}

TEST(Utf8Length, RejectsOverlongSurrogatesAndBeyond) {
    EXPECT_EQ(utf8_length("\xe0\x80\x80"), 0U);
    EXPECT_EQ(utf8_length("\xed\xa0\x80"), 0U);
    EXPECT_EQ(utf8_length("\xf4\x90\x80\x80"), 0U);
    EXPECT_EQ(utf8_length("\xf0\x9f\x98\x80"), 4U);
    EXPECT_EQ(utf8_length("\xe2\x82"), 0U) << "cut short";
}

TEST(Closest, OneLetterWrong_IsFound_StrangerIsNot) {
    const std::vector<std::string> names{"ethernet", "serial"};
    EXPECT_EQ(closest("etherent", names), "ethernet");
    EXPECT_EQ(closest("banana", names), "");
}

TEST(SplitLines, CrLfAndLastLineWithoutEnd) {
    const auto lines = split_lines("a\r\nb\n\nc");
    ASSERT_EQ(lines.size(), 4U);
    EXPECT_EQ(lines[0], "a");
    EXPECT_EQ(lines[1], "b");
    EXPECT_EQ(lines[2], "");
    EXPECT_EQ(lines[3], "c");
}

}  // namespace
}  // namespace rollover
