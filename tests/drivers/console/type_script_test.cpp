#include "drivers/console/type_script.h"

#include <gtest/gtest.h>

namespace rollover::console {
namespace {

using namespace std::chrono_literals;
using steps = std::vector<type_step>;

TEST(TypeScript, LinesEndInEnter_DirectivesKeepTheirOldMeaning) {
    const auto read = read_type_script("conf t\nhostname A{ENTER}{WAIT 2}\n{^Z}\r\nwr", "a.txt");
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, (steps{type_text{"conf t", true}, type_text{"hostname A", true}, wait_for{2s}, type_key{'\x1a'},
                            type_text{"wr", false}}));
    EXPECT_EQ(characters_in(*read), 7U + 11U + 1U + 2U);
}

TEST(TypeScript, EmptyLine_IsAnEnter) {
    EXPECT_EQ(*read_type_script("\n\n", "a.txt"), (steps{type_text{"", true}, type_text{"", true}}));
}

TEST(TypeScript, OtherBraces_AreTypedAsTheyStand) {
    EXPECT_EQ(*read_type_script("system { host-name A; }\n{enter}{\n", "a.txt"),
              (steps{type_text{"system { host-name A; }", true}, type_text{"{enter}{", true}}));
}

TEST(TypeScript, WaitWithoutNumber_SaysWhere) {
    for (const char* bad : {"x\n  {WAIT}", "x\n  {WAIT two}", "x\n  {WAIT -1}", "x\n  {WAIT 1e9}", "x\n  {WAIT nan}"}) {
        const auto read = read_type_script(bad, "a.txt");
        ASSERT_FALSE(read) << bad;
        EXPECT_EQ(read.error().where, "a.txt:2:3") << bad;
    }
}

TEST(TypeScript, ControlCharacter_IsRefused) {
    const auto read = read_type_script("ab\x1b[0m", "a.txt");
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().where, "a.txt:1:3");
}

TEST(TypeScript, FractionsOfSeconds_AreFine) {
    EXPECT_EQ(*read_type_script("{WAIT 0.25}", "a.txt"), (steps{wait_for{250ms}}));
}

}  // namespace
}  // namespace rollover::console
