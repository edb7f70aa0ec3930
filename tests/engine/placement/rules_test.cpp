// Requirements of nodes, one rule at a time.
#include "tests/engine/placement/lab_builder.h"

#include <gtest/gtest.h>

namespace rollover::placement {
namespace {

std::string device_of(const lab_builder& l, const result<placement>& p, std::size_t node) {
    return p ? l.lab.at(p->devices[node]).name : "none: " + describe(p.error());
}

TEST(Requirement, Platform_IsMet) {
    lab_builder l;
    l.device("r1", "frr").device("r2", "ios");
    topology_builder t;
    t.node("A", "platform ios");
    EXPECT_EQ(device_of(l, find(ask(l, t)), 0), "r2");
}

TEST(Requirement, Model_IsMet) {
    lab_builder l;
    l.device("r1", "ios", "", "main", "2811").device("r2", "ios", "", "main", "3745");
    topology_builder t;
    t.node("A", "model 3745");
    EXPECT_EQ(device_of(l, find(ask(l, t)), 0), "r2");
}

TEST(Requirement, SeveralFeatures_AllAreMet) {
    lab_builder l;
    l.device("r1", "ios", "ospf").device("r2", "ios", "ipsec").device("r3", "ios", "ospf ipsec");
    topology_builder t;
    t.node("A", "feature ospf, feature ipsec");
    EXPECT_EQ(device_of(l, find(ask(l, t)), 0), "r3");
}

TEST(Requirement, PinnedDevice_IsTaken) {
    lab_builder l;
    l.device("r1").device("r2").device("r3");
    topology_builder t;
    t.node("A").node("B", "device r1");
    const auto p = find(ask(l, t));
    EXPECT_EQ(device_of(l, p, 1), "r1");
    EXPECT_NE(device_of(l, p, 0), "r1");
}

TEST(Requirement, Site_IsMet) {
    lab_builder l;
    l.device("r1").device("r2", "ios", "", "east");
    topology_builder t;
    t.node("A", "site east");
    EXPECT_EQ(device_of(l, find(ask(l, t)), 0), "r2");
}

TEST(Requirement, SameSite_MovesTheOtherNode) {
    lab_builder l;
    l.device("r1").device("r2", "ios", "", "east").device("r3", "ios", "ipsec", "east");
    topology_builder t;
    t.node("A").node("B", "feature ipsec, same A");
    EXPECT_EQ(device_of(l, find(ask(l, t)), 0), "r2");
}

TEST(Requirement, DifferentSite_MovesTheOtherNode) {
    lab_builder l;
    l.device("r1").device("r2", "ios", "", "east").device("r3", "ios", "ipsec", "main");
    topology_builder t;
    t.node("A").node("B", "feature ipsec, different A");
    EXPECT_EQ(device_of(l, find(ask(l, t)), 0), "r2");
}

TEST(Requirement, ThreeNodesAtDifferentSitesOfTwo_IsImpossible) {
    lab_builder l;
    l.device("r1").device("r2").device("r3", "ios", "", "east").device("r4", "ios", "", "east");
    topology_builder t;
    t.node("A").node("B", "different A").node("C", "different A, different B");
    const auto p = find(ask(l, t));
    ASSERT_FALSE(p);
    EXPECT_EQ(p.error().code, errc::impossible);
}

// Devices that look alike but are at different sites, or fit different nodes, cannot stand in for each other.
TEST(Requirement, AlikeDevicesAtOtherSites_AreNotConfused) {
    lab_builder l;
    l.cross_connect("x1").cross_connect("x2", "east").lab_switch("both", {"x1", "x2"});
    for (const char* name : {"r1", "r2", "r3", "r4", "r5", "r6"}) {
        l.device(name, "ios", "", name[1] < '4' ? "main" : "east");
        l.interface(name, "e0", "both").interface(name, "e1", "both");
    }
    topology_builder t;
    t.node("A")
        .node("B", "different A")
        .node("C", "same B")
        .node("D", "same B")
        .node("E", "same A")
        .node("F", "same A");
    t.link("ring1", {"A", "B"}).link("ring2", {"B", "C"}).link("ring3", {"C", "D"}).link("ring4", {"D", "E"});
    const request r = ask(l, t);
    const auto p = find(r);
    ASSERT_TRUE(p) << describe(p.error());
    EXPECT_FALSE(verify(r, *p));
}

TEST(Find, UnavailableDevice_IsNotUsed) {
    lab_builder l;
    l.device("r1").device("r2");
    topology_builder t;
    t.node("A");
    request r = ask(l, t);
    r.unavailable = {l.index_of("r1")};
    EXPECT_EQ(device_of(l, find(r), 0), "r2");
}

TEST(Find, OneDevice_PlaysOneNode) {
    lab_builder l;
    l.device("r1");
    topology_builder t;
    t.node("A").node("B");
    EXPECT_EQ(find(ask(l, t)).error().code, errc::impossible);
}

TEST(Find, EmptyTopology_IsPlaced) {
    const lab_builder l;
    const topology_builder t;
    const auto p = find(ask(l, t));
    ASSERT_TRUE(p);
    EXPECT_TRUE(p->devices.empty());
}

TEST(Find, ScarceDevice_IsSpared) {
    lab_builder l;
    l.device("rich", "ios", "ospf ipsec mpls").device("poor", "ios");
    topology_builder t;
    t.node("A");
    EXPECT_EQ(device_of(l, find(ask(l, t)), 0), "poor");
}

// A 4-cycle of wires and a topology that is a 5-cycle, many times over: no proof within three steps.
TEST(Find, BoundReached_IsUndecidedAndNeverImpossible) {
    lab_builder l;
    for (int g = 0; g < 12; ++g) {
        for (int i = 0; i < 4; ++i) {
            const std::string name = "r" + std::to_string(g) + "x" + std::to_string(i);
            l.device(name).interface(name, "e0").interface(name, "e1");
        }
        for (int i = 0; i < 4; ++i) {
            l.wire("r" + std::to_string(g) + "x" + std::to_string(i) + " e0",
                   "r" + std::to_string(g) + "x" + std::to_string((i + 1) % 4) + " e1");
        }
    }
    topology_builder t;
    t.node("A").node("B").node("C").node("D").node("E");
    t.link("1", {"A", "B"}).link("2", {"B", "C"}).link("3", {"C", "D"}).link("4", {"D", "E"}).link("5", {"E", "A"});
    request r = ask(l, t);
    r.bound = 3;
    EXPECT_EQ(find(r).error().code, errc::undecided);
    r.bound = 1'000'000;
    EXPECT_EQ(find(r).error().code, errc::impossible);
}

}  // namespace
}  // namespace rollover::placement
