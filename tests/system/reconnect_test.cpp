// Connections that are lost in the middle: the activation goes on where it was, and types nothing twice but what leads
// back into the block.
#include "tests/system/virtual_lab.h"

#include <gtest/gtest.h>

namespace rollover::tests {
namespace {

constexpr std::size_t nodes = 20;

run_report run_with(double connection_reset, std::uint64_t seed, double lost_for_good = 0) {
    static const auto lab = read_lab_or_die(lab_xml(nodes));
    static const auto topology = read_topology_or_die(pairs_xml(nodes));
    diagnostics mistakes;
    static const auto platforms = platform::library::read({ROLLOVER_SOURCE_PLATFORMS}, mistakes);
    sim::fault_plan faults;
    faults.connection_reset = connection_reset;
    faults.lost_for_good = lost_for_good;
    return run_once({lab, topology, platforms, seed, faults, {}, {}});
}

TEST(Reconnect, EveryConnectionIsLostOnce_AllDevicesAreReadyAndClean) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        const auto lost = run_with(1.0, seed);
        EXPECT_EQ(lost.up, activation::ending::ready)
            << "seed " << seed << ": " << testing::PrintToString(lost.failures);
        EXPECT_EQ(lost.broken, std::vector<std::string>{}) << "seed " << seed;
        EXPECT_EQ(lost.quarantined, 0U);
    }
}

TEST(Reconnect, LinesThatStayDead_FailTheActivationAndAreQuarantined) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        const auto lost = run_with(1.0, seed, 1.0);
        EXPECT_EQ(lost.up, activation::ending::failed) << "seed " << seed;
        EXPECT_EQ(lost.broken, std::vector<std::string>{}) << "seed " << seed;
        EXPECT_GT(lost.quarantined, 0U) << "a device whose line is dead cannot be proved clean";
        EXPECT_FALSE(lost.failures.empty());
    }
}

TEST(Reconnect, TypesNothingTwiceButWhatLeadsBack) {
    const auto smooth = run_with(0, 1);
    const auto lost = run_with(1.0, 1);
    ASSERT_EQ(lost.up, activation::ending::ready);
    EXPECT_GT(lost.characters, smooth.characters) << "no connection was lost: the test sees nothing";
    const auto again = static_cast<double>(lost.characters - smooth.characters) / nodes;
    EXPECT_LT(again, 90.0) << "of " << smooth.characters / nodes
                           << " characters a device: home, the block, the open line";
}

}  // namespace
}  // namespace rollover::tests
