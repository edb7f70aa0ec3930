#include "engine/placement/choices.h"

#include "tests/engine/placement/lab_builder.h"

#include <gtest/gtest.h>

namespace rollover::placement {
namespace {

TEST(Choices, EachDeviceStandsUnderTheFirstReasonThatHolds) {
    lab_builder l;
    l.cross_connect("xc");
    for (const char* name : {"r1", "r2", "r3", "r4"}) {
        l.device(name, "ios", name == std::string("r2") ? "" : "ipsec").interface(name, "e0", "xc");
    }
    l.device("h1", "linux", "ipsec").interface("h1", "e0", "xc");
    l.device("r5", "ios", "ipsec");
    topology_builder t;
    t.node("A", "platform ios, feature ipsec").node("B").link("lan", {"A", "B"});
    request r{l.lab, t.topology, {l.index_of("r3")}, {{l.index_of("r3"), "busy in activation a3"}}};
    EXPECT_EQ(describe(choices_of(r)),
              "A: 2 of 6 devices could play it: r1 and r4\n"
              "  not platform ios: h1\n"
              "  not feature ipsec: r2\n"
              "  busy in activation a3: r3\n"
              "  too few interfaces for its links: r5\n"
              "B: 4 of 6 devices could play it: r1, r2, r4 and h1\n"
              "  busy in activation a3: r3\n"
              "  too few interfaces for its links: r5\n");
}

TEST(Choices, OfWhatNothingFits_AreNone) {
    lab_builder l;
    l.device("r1");
    topology_builder t;
    t.node("A", "platform junos");
    EXPECT_EQ(describe(choices_of({l.lab, t.topology, {}, {}})),
              "A: 0 of 1 device could play it\n  not platform junos: r1\n");
}

}  // namespace
}  // namespace rollover::placement
