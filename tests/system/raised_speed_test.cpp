// A console whose speed is raised for a long configuration, through all of an activation and its way back.
#include "tests/system/raised_lab.h"

#include <cstdlib>
#include <gmock/gmock.h>

namespace rollover::tests {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr line_speeds usual{9600, 9600};
constexpr line_speeds raised{115200, 115200};

raised_request request(std::string platform = "cisco-ios") {
    ::setenv("ROLLOVER_RAISED_PASSWORD", "lab", 1);
    diagnostics mistakes;
    static const auto platforms = platform::library::read({ROLLOVER_SOURCE_PLATFORMS}, mistakes);
    raised_request r{platforms};
    r.platform = std::move(platform);
    return r;
}

TEST(RaisedSpeed, LongConfiguration_IsTypedAndComparedAtItAndHandedOverAtTheUsualOne) {
    for (const std::string platform : {"cisco-ios", "linux"}) {
        const auto done = run_raised(request(platform));
        EXPECT_EQ(done.planned, 115200U) << platform;
        EXPECT_THAT(done.failures, IsEmpty()) << platform;
        EXPECT_EQ(done.up, activation::ending::ready) << platform;
        EXPECT_EQ(done.while_typed, raised) << platform;
        EXPECT_EQ(done.handed_over, usual) << platform;
        EXPECT_THAT(done.running, HasSubstr(platform == "linux" ? "10.1.49.1" : "10.1.49.0")) << platform;
        EXPECT_THAT(done.running, Not(HasSubstr("speed 115200"))) << platform;
        EXPECT_THAT(done.running, Not(HasSubstr("speed 9600"))) << platform;
        EXPECT_EQ(done.down, activation::ending::ready) << platform;
        EXPECT_TRUE(done.clean) << platform;
        EXPECT_EQ(done.at_end, usual) << platform;
    }
}

TEST(RaisedSpeed, ShortConfiguration_IsNotWorthIt) {
    auto r = request();
    r.lines = 5;
    const auto done = run_raised(r);
    EXPECT_EQ(done.up, activation::ending::ready);
    EXPECT_EQ(done.planned, 0U);
    EXPECT_EQ(done.while_typed, usual);
}

TEST(RaisedSpeed, RejectedLine_DeviceIsCleanAtTheUsualSpeed) {
    auto r = request();
    r.last_line = "no such command";
    const auto done = run_raised(r);
    EXPECT_EQ(done.up, activation::ending::failed);
    EXPECT_THAT(done.failures, Contains(HasSubstr("no such command")));
    EXPECT_EQ(done.while_typed, raised);
    EXPECT_EQ(done.handed_over, usual);
    EXPECT_TRUE(done.clean);
    EXPECT_THAT(done.log, Not(Contains(HasSubstr("was left at")))) << "it was put back at once";
}

TEST(RaisedSpeed, Stop_AtAnyTimeLeavesACleanDeviceAtTheUsualSpeed) {
    for (auto after = 1000ms; after < 30s; after += 937ms) {
        auto r = request();
        r.stop_after = after;
        r.simulator.time_scale = 0.1;
        const auto done = run_raised(r);
        EXPECT_NE(done.up, activation::ending::failed) << after.count();
        EXPECT_TRUE(done.clean) << after.count();
        EXPECT_EQ(done.at_end, usual) << after.count();
    }
}

TEST(RaisedSpeed, LostConnection_IsMadeAgainAndTheDeviceIsFoundAtItsSpeed) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        auto r = request();
        r.simulator.seed = seed;
        r.simulator.faults.connection_reset = 1;
        const auto done = run_raised(r);
        EXPECT_EQ(done.up, activation::ending::ready) << seed << testing::PrintToString(done.failures);
        EXPECT_THAT(done.log, Contains(HasSubstr("the connection was lost"))) << seed;
        EXPECT_THAT(done.log, Not(Contains(HasSubstr("of the lab file")))) << seed;
        EXPECT_EQ(done.while_typed, raised) << seed;
        EXPECT_EQ(done.handed_over, usual) << seed;
        EXPECT_TRUE(done.clean) << seed;
        EXPECT_EQ(done.at_end, usual) << seed;
    }
}

TEST(RaisedSpeed, LineThatStaysDead_FailsInTheEnd) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        auto r = request();
        r.simulator.seed = seed;
        r.simulator.faults.connection_reset = r.simulator.faults.lost_for_good = 1;
        const auto done = run_raised(r);
        EXPECT_EQ(done.up, activation::ending::failed) << seed;
        EXPECT_THAT(done.failures, Not(IsEmpty())) << seed;
    }
}

TEST(RaisedSpeed, KilledWhileItWasRaised_IsFoundAndCleanedByTheWayBack) {
    auto r = request();
    r.left_fast = true;
    const auto done = run_raised(r);
    EXPECT_EQ(done.handed_over, (line_speeds{115200, 9600}));
    EXPECT_EQ(done.down, activation::ending::ready) << testing::PrintToString(done.failures);
    EXPECT_THAT(done.log, Contains(HasSubstr("was left at 115200 baud")));
    EXPECT_TRUE(done.clean);
    EXPECT_EQ(done.at_end, usual);
}

}  // namespace
}  // namespace rollover::tests
