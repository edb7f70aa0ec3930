#include "engine/base/excerpt.h"

#include <gtest/gtest.h>

namespace {

using rollover::excerpt;
using rollover::source_place;

source_place at(std::uint32_t line, std::uint32_t column) {
    return {"lab.xml", line, column};
}

TEST(Excerpt, PlaceInALine_StandsUnderItsCharacter) {
    EXPECT_EQ(excerpt("<lab>\n  <site nane=\"a\"/>\n</lab>\n", at(2, 9)),
              "    2 |   <site nane=\"a\"/>\n"
              "      |         ^");
}

TEST(Excerpt, LettersOfSeveralBytes_CountAsOneColumn) {
    EXPECT_EQ(excerpt("<site name=\"Ostrava-Žížkov\" x=\"1\"/>", at(1, 33)),
              "    1 | <site name=\"Ostrava-Žížkov\" x=\"1\"/>\n"
              "      |                              ^");
}

TEST(Excerpt, TabsAndControlCharacters_AreBlanks) {
    EXPECT_EQ(excerpt("\t\x1b[2J<site/>\r\n", at(1, 6)),
              "    1 |   [2J<site/>\n"
              "      |      ^");
}

TEST(Excerpt, LongLine_IsCutAroundThePlace) {
    const std::string text = std::string(300, 'a') + "!" + std::string(300, 'b');
    const std::string shown = excerpt(text, at(1, 301));
    EXPECT_EQ(shown, "    1 | ..." + std::string(60, 'a') + "!" + std::string(39, 'b') + "...\n      | " +
                         std::string(63, ' ') + "^");
}

TEST(Excerpt, EndOfTheLine_HasItsCaretBehindTheLastCharacter) {
    EXPECT_EQ(excerpt("ab\ncd", at(2, 3)), "    2 | cd\n      |   ^");
}

TEST(Excerpt, PlaceThatIsNotInTheText_HasNone) {
    EXPECT_EQ(excerpt("ab\ncd", at(0, 0)), "");
    EXPECT_EQ(excerpt("ab\ncd", at(2, 0)), "");
    EXPECT_EQ(excerpt("ab\ncd", at(3, 1)), "");
    EXPECT_EQ(excerpt("ab\ncd", at(2, 9)), "");
    EXPECT_EQ(excerpt("ab\n\ncd", at(2, 1)), "");
}

}  // namespace
