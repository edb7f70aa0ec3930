// Configurations whose lines are commands with the whole path (Junos, VyOS), compared with what the device shows.
#include "drivers/platform/set_lines.h"

#include "drivers/platform/configuration.h"
#include "tests/drivers/platform/support.h"

#include <gmock/gmock.h>

namespace rollover::platform {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// "show configuration | display set" of a vMX, shortened.
const char* const running =
    "## Last commit: 2026-03-01 10:11:12 UTC by root\r\nset version 21.4R3.15\r\nset system host-name r1\r\n"
    "set system root-authentication encrypted-password \"$6$abc\" ## SECRET-DATA\r\n"
    "set system name-server 192.0.2.1\r\nset system name-server 192.0.2.2\r\n"
    "set interfaces ge-0/0/0 description \"to the other one\"\r\n"
    "set interfaces ge-0/0/0 unit 0 family inet address 10.0.0.1/24\r\n"
    "set protocols ospf area 0.0.0.0 interface ge-0/0/0.0 metric 10\r\n"
    "set protocols bgp group x type external\r\nset protocols bgp group x peer-as 65001\r\n"
    "set routing-options static route 10.0.0.0/8 discard\r\n";

std::vector<std::string> wrong(const std::vector<std::string>& meant, const std::string& shown = running) {
    const auto d = shipped("junos");
    std::vector<typed_line> lines;
    for (const std::string& line : meant) {
        lines.push_back({line, {}});
    }
    std::vector<std::string> out;
    for (const auto& one : deviations(*d, lines, normalized(*d, shown))) {
        out.push_back(one.line.text + "|" + one.shown);
    }
    return out;
}

TEST(SetWords, QuotesAndComments_AreUnderstood) {
    EXPECT_THAT(set_words("set a \"b c\" 'd e' f\"g h\" ## SECRET-DATA"),
                ElementsAre("set", "a", "b c", "d e", "fg h"));
    EXPECT_THAT(set_words("  set\tdescription \"say \\\"hi\\\"\""), ElementsAre("set", "description", "say \"hi\""));
    EXPECT_THAT(set_words(""), IsEmpty());
    EXPECT_THAT(set_words("set a \"never closed"), ElementsAre("set", "a", "never closed"));
}

TEST(SetLines, WhatIsShown_IsRight) {
    EXPECT_THAT(wrong({"set system host-name r1", "set interfaces ge-0/0/0 description \"to the other one\"",
                       "set interfaces ge-0/0/0 unit 0 family inet address 10.0.0.1/24"}),
                IsEmpty());
}

TEST(SetLines, WhatIsMissing_IsToldWithWhatStandsThere) {
    EXPECT_THAT(
        wrong({"set system host-name r2", "set protocols isis interface ge-0/0/0.0"}),
        ElementsAre(
            "set system host-name r2|set system host-name r1",
            "set protocols isis interface ge-0/0/0.0|set protocols ospf area 0.0.0.0 interface ge-0/0/0.0 metric 10"));
}

TEST(SetLines, LevelsThatWereEntered_AreFollowed) {
    EXPECT_THAT(wrong({"edit interfaces ge-0/0/0", "set description \"to the other one\"", "edit unit 0",
                       "set family inet address 10.0.0.1/24", "up", "top set system host-name r1", "top",
                       "set system name-server 192.0.2.1"}),
                IsEmpty());
    EXPECT_THAT(wrong({"edit interfaces", "edit ge-0/0/0", "exit", "set ge-0/0/1 disable"}),
                ElementsAre("set ge-0/0/1 disable|set interfaces ge-0/0/0 description to the other one"));
}

TEST(SetLines, SeveralStatementsAndValuesInOneLine_AreFoundApart) {
    EXPECT_THAT(wrong({"set system name-server [ 192.0.2.1 192.0.2.2 ]",
                       "set protocols bgp group x type external peer-as 65001"}),
                IsEmpty());
    EXPECT_THAT(wrong({"set system name-server [ 192.0.2.1 192.0.2.9 ]"}),
                ElementsAre("set system name-server [ 192.0.2.1 192.0.2.9 ]|set system name-server 192.0.2.1"));
}

TEST(SetLines, OtherSpellings_AreTheSame) {
    EXPECT_THAT(
        wrong({"set prot ospf area 0 int ge-0/0/0.0 metric 10", "set routing-options static route 10/8 discard"}),
        IsEmpty());
}

TEST(SetLines, SecretsThatAreShownOtherwise_AreNotCompared) {
    EXPECT_THAT(wrong({"set system root-authentication plain-text-password-value hello"}), IsEmpty());
    EXPECT_THAT(wrong({"set system login user eva authentication plain-text-password-value hello"}).size(), 1U);
}

TEST(SetLines, LinesThatLaterOnesUndo_AreNotMissed) {
    EXPECT_THAT(wrong({"set system host-name old", "set system host-name r1", "set system services telnet",
                       "delete system services telnet"}),
                IsEmpty());
}

TEST(SetLines, DeletedButStillThere_IsWrong) {
    EXPECT_THAT(wrong({"delete protocols bgp group x"}),
                ElementsAre("delete protocols bgp group x|set protocols bgp group x type external"));
    EXPECT_THAT(wrong({"delete protocols ospf", "set protocols ospf area 0 interface ge-0/0/0.0 metric 10"}),
                IsEmpty());
}

TEST(SetLines, Restored_ByDeletingWhatIsNewAndSettingWhatIsGone) {
    const auto d = shipped("junos");
    EXPECT_THAT(set_lines_to_restore(*d, {"set a 1", "set b 2", "set b 2 c"}, {"set a 1", "set d 4"}),
                ElementsAre("delete b 2 c", "delete b 2", "set d 4"));
}

}  // namespace
}  // namespace rollover::platform
