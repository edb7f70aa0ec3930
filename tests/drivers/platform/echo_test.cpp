#include "drivers/platform/echo.h"

#include "tests/drivers/platform/support.h"

namespace rollover::platform {
namespace {

using verdict = echo_found::verdict;

echo_found look(std::string_view prompt, std::string_view typed, const std::vector<std::string>& lines) {
    return find_echo(*shipped("cisco-ios")->compiled, prompt, typed, lines);
}

TEST(Echo, PromptAndCommand_IsExact) {
    const auto found = look("R1#", "show version", {"R1#show version", "Cisco IOS"});
    EXPECT_EQ(found.what, verdict::exact);
    EXPECT_EQ(found.lines, 1U);
}

// Situation 11: sent "no shutdown", received "no shu", a log line, "tdown".
TEST(Echo, LogLineInTheMiddle_IsCutOut) {
    const auto found = look(
        "R1(config-if)#", "no shutdown",
        {"R1(config-if)#no shu",
         "*Mar  1 00:02:11.123: %LINEPROTO-5-UPDOWN: Line protocol on Interface Gi0/1, changed state to up", "tdown"});
    EXPECT_EQ(found.what, verdict::exact);
    EXPECT_EQ(found.lines, 3U);
}

// A subsequence test would find the lost letters inside the log text and accept this.
TEST(Echo, LostLetterThatTheLogTextHas_IsNotExact) {
    const auto found = look("R1(config-if)#", "no shutdown",
                            {"R1(config-if)#no shu", "%LINK-3-UPDOWN: Interface t, changed state to up", "down"});
    EXPECT_NE(found.what, verdict::exact);
}

TEST(Echo, LostCharacter_IsDamaged) {
    const auto found = look("R1(config-if)#", "ip address 10.0.0.12 255.255.255.0",
                            {"R1(config-if)#ip address 10.0.0.1 255.255.255.0"});
    EXPECT_EQ(found.what, verdict::damaged);
    EXPECT_EQ(found.shown, "ip address 10.0.0.1 255.255.255.0");
}

// Situation 13: the window of a long line; '$' marks the cut.
TEST(Echo, ScrolledWindow_IsUnsure) {
    const auto found = look("R1#", "show archive config differences flash:/a system:running-config",
                            {"R1#$fferences flash:/a system:running-config"});
    EXPECT_EQ(found.what, verdict::unsure);
    EXPECT_EQ(found.lines, 1U);
}

TEST(Echo, NothingHeard_IsUnsure) {
    EXPECT_EQ(look("R1#", "x", {}).what, verdict::unsure);
}

TEST(Echo, OutputAfterIt_IsWithoutLogLinesAndBlankEnds) {
    const std::vector<std::string> lines{
        "R1#show clock", "", "*10:00:00 UTC", "%SYS-5-CONFIG_I: Configured from console by console", "second", ""};
    EXPECT_EQ(output_after_echo(*shipped("cisco-ios")->compiled, 1, lines), "*10:00:00 UTC\nsecond");
}

}  // namespace
}  // namespace rollover::platform
