#include "drivers/platform/lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rollover::platform {
namespace {

using ::testing::ElementsAre;

std::vector<typed_line> lines(std::initializer_list<const char*> texts) {
    std::vector<typed_line> out;
    for (const char* one : texts) {
        out.push_back({one, {}});
    }
    return out;
}

TEST(LinesToGoOnWith, FromTheStart_AreAll) {
    EXPECT_THAT(lines_to_go_on_with(lines({"a", " b", "c"}), {}), ElementsAre(0, 1, 2));
}

TEST(LinesToGoOnWith, InAnIndentedBlock_StartWithTheLinesThatLeadIntoIt) {
    const auto all =
        lines({"hostname A", "router bgp 1", " neighbor X", " address-family ipv4", "  network N", "  network M"});
    EXPECT_THAT(lines_to_go_on_with(all, {5, 1, {}}), ElementsAre(1, 3, 5));
}

TEST(LinesToGoOnWith, OutermostLineOfAnIndentingAuthor_NeedsNoOther) {
    const auto all = lines({"interface X", " no shutdown", "router ospf 1", " network N"});
    EXPECT_THAT(lines_to_go_on_with(all, {2, 0, {}}), ElementsAre(2, 3));
}

TEST(LinesToGoOnWith, WithoutIndentation_StartAtTheLastLineOfTheOutermostState) {
    const auto all = lines({"hostname A", "interface X", "ip address 1", "interface Y", "ip address 2"});
    EXPECT_THAT(lines_to_go_on_with(all, {4, 1, {}}), ElementsAre(1, 2, 3, 4));
    EXPECT_THAT(lines_to_go_on_with(all, {1, 1, {}}), ElementsAre(1, 2, 3, 4));
}

TEST(LinesToGoOnWith, InAText_StartAtTheLineThatOpensIt) {
    const auto all = lines({"hostname A", "banner motd #", "text", "#", "end"});
    EXPECT_THAT(lines_to_go_on_with(all, {3, 3, 1}), ElementsAre(1, 2, 3, 4));
}

TEST(LinesToGoOnWith, AllTaken_AreNone) {
    EXPECT_THAT(lines_to_go_on_with(lines({"a", "b"}), {2, 2, {}}), ElementsAre());
}

}  // namespace
}  // namespace rollover::platform
