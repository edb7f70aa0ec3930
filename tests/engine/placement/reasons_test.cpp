// What is said when there is no placement.
#include "tests/engine/placement/lab_builder.h"

#include <gtest/gtest.h>

namespace rollover::placement {
namespace {

using model::link_via;

struct Reason : testing::Test {
    std::string why() {
        const auto p = find({l.lab, t.topology, unavailable, words});
        return p ? "placed" : p.error().code == errc::impossible ? p.error().reason : describe(p.error());
    }
    std::string hint() { return find({l.lab, t.topology, unavailable, words}).error().hint; }
    std::string where() { return find({l.lab, t.topology, unavailable, words}).error().where; }
    void take(const std::string& device, const std::string& reason) {
        unavailable.insert(l.index_of(device));
        words[l.index_of(device)] = reason;
    }

    lab_builder l;
    topology_builder t;
    std::set<model::device_index> unavailable;
    std::map<model::device_index, std::string> words;
};

TEST_F(Reason, PlatformThatTheLabDoesNotHave) {
    l.device("r1", "cisco-ios").device("r2", "frr");
    t.node("A", "platform junos");
    EXPECT_EQ(why(), "node A needs platform junos: no device of lab x has it; there are: cisco-ios and frr");
    EXPECT_EQ(where(), "t.xml:3:5");
}

TEST_F(Reason, MisspelledFeature_NamesTheNearest) {
    l.device("r1", "ios", "ipsec");
    t.node("A", "feature ipsek");
    EXPECT_EQ(hint().find("did you mean ipsec? "), 0U) << hint();
}

TEST_F(Reason, DeviceThatTheLabDoesNotHave) {
    l.device("r1");
    t.node("A", "device r7");
    EXPECT_EQ(why(), "node A needs device r7: lab x has no device of that name");
}

TEST_F(Reason, OnlyTheClashingRequirementsAreNamed) {
    l.device("r1", "ios", "ospf").device("r2", "frr", "ospf ipsec");
    t.node("A", "feature ospf, platform ios, feature ipsec");
    EXPECT_EQ(why(),
              "node A needs platform ios and feature ipsec: no device of lab x has both; platform ios: r1; feature "
              "ipsec: r2");
}

TEST_F(Reason, OnlyFittingDeviceIsBusy) {
    l.device("r1", "ios").device("r2", "frr");
    t.node("A", "platform ios");
    take("r1", "busy in activation a3");
    EXPECT_EQ(why(), "node A needs platform ios: only r1 fits and it is busy in activation a3");
}

TEST_F(Reason, BusyAndQuarantined_AreToldApart) {
    l.device("r1", "ios").device("r2", "ios").device("r3", "frr");
    t.node("A", "platform ios");
    take("r1", "busy in activation a3");
    take("r2", "quarantined");
    EXPECT_EQ(why(),
              "node A needs platform ios: only r1 and r2 fit, and r1 is busy in activation a3 and r2 is quarantined");
}

TEST_F(Reason, NeverPossible_DoesNotSpeakOfBusyDevices) {
    l.device("r1", "ios").device("r2", "ios");
    t.node("A").node("B", "platform junos");
    take("r1", "busy in activation a3");
    take("r2", "busy in activation a3");
    EXPECT_EQ(why(), "node B needs platform junos: no device of lab x has it; there are: ios");
}

TEST_F(Reason, MoreNodesThanDevices) {
    l.device("r1").device("r2");
    t.node("A").node("B").node("C");
    EXPECT_EQ(why(), "the topology has 3 nodes: lab x has only 2 devices");
}

TEST_F(Reason, NodesThatShareTooFewDevices) {
    l.device("r1", "ios", "ipsec").device("r2", "ios", "ipsec ospf").device("r3").device("r4").device("r5");
    t.node("A", "feature ipsec, platform ios").node("D").node("B", "platform ios, feature ipsec");
    t.node("C", "feature ipsec").node("E");
    EXPECT_EQ(why(), "nodes A, B and C need feature ipsec: only r1 and r2 have it");
}

TEST_F(Reason, NodesThatShareTooFewFreeDevices) {
    l.device("r1", "ios", "ipsec").device("r2", "ios", "ipsec").device("r3");
    t.node("A", "feature ipsec").node("B", "feature ipsec");
    take("r2", "quarantined");
    EXPECT_EQ(why(), "nodes A and B need feature ipsec: only r1 has it; would fit too, but r2 is quarantined");
    EXPECT_NE(hint().find("wait until r2 is free"), std::string::npos) << hint();
}

TEST_F(Reason, DifferentNeedsForTheSameDevice) {
    l.device("r1", "ios", "ipsec").device("r2", "frr");
    t.node("A", "feature ipsec").node("B", "platform ios");
    EXPECT_EQ(why(), "nodes A and B have only r1 to share; node A needs feature ipsec; node B needs platform ios");
}

TEST_F(Reason, TooFewInterfaces) {
    l.cross_connect("xc");
    for (const char* name : {"r1", "r2"}) {
        l.device(name).interface(name, "e0", "xc").interface(name, "s0", "", model::interface_type::serial);
    }
    t.node("A").node("B").link("lan", {"A", "B"}).link("wan", {"A", "B"});
    EXPECT_EQ(why(),
              "links lan and wan: node A needs 2 ethernet interfaces; its devices have at most 1 of use: r1 has 1 and "
              "r2 has 1");
}

TEST_F(Reason, PinnedInterfaceThatDoesNotExist) {
    l.cross_connect("xc").device("r1").interface("r1", "e0", "xc").device("r2").interface("r2", "e0", "xc");
    t.node("A").node("B").link("lan", {"A", "B e7"});
    EXPECT_EQ(
        why(),
        "link lan: node B needs 1 ethernet interface (lan on e7); its devices have at most 0 of use: r1 has 0 and "
        "r2 has 0");
}

TEST_F(Reason, LinkThatNoCrossConnectJoins) {
    l.cross_connect("x1").cross_connect("x2");
    l.device("r1", "ios").interface("r1", "e0", "x1").device("r2", "frr").interface("r2", "e0", "x2");
    l.device("r3", "junos").interface("r3", "e0", "x1").device("r4", "junos").interface("r4", "e0", "x2");
    t.node("A", "platform ios").node("B", "platform frr").link("lan", {"A", "B"}, link_via::cross_connect);
    EXPECT_EQ(why(),
              "link lan: no cross-connect joins devices for its nodes; node A (platform ios): r1; node B (platform "
              "frr): r2");
}

TEST_F(Reason, RequirementThatDoesNotMatter_IsLeftOut) {
    l.cross_connect("x1").cross_connect("x2");
    l.device("r1", "ios").interface("r1", "e0", "x1").device("r2", "frr").interface("r2", "e0", "x2");
    t.node("A", "platform ios").node("B").link("lan", {"A", "B"});
    EXPECT_EQ(why(),
              "link lan: no cross-connect, wire or segment joins devices for its nodes; node A: r1 and r2; node B: r1 "
              "and r2");
}

TEST_F(Reason, WireWithThreeEnds) {
    for (const char* name : {"r1", "r2", "r3"}) {
        l.device(name).interface(name, "e0");
    }
    l.wire("r1 e0", "r2 e0").segment({"r1 e0", "r2 e0", "r3 e0"});
    t.node("A").node("B").node("C").link("lan", {"A", "B", "C"}, link_via::wire);
    EXPECT_EQ(why(), "link lan: a wire has 2 ends, the link has 3");
}

TEST_F(Reason, TriangleOnAChainOfWires_NamesTheLinksWithTheirPlaces) {
    for (const char* name : {"r1", "r2", "r3"}) {
        l.device(name).interface(name, "e0").interface(name, "e1");
    }
    l.device("r4").interface("r4", "e0");
    l.wire("r1 e0", "r2 e0").wire("r2 e1", "r3 e0").wire("r3 e1", "r4 e0");
    t.node("A").node("B").node("C").node("D");
    t.link("ab", {"A", "B"}).link("bc", {"B", "C"}).link("ca", {"C", "A"});
    EXPECT_EQ(why(),
              "these cannot all hold at once, and leaving out any one would do; link ab joins A and B (t.xml:6:3); "
              "link bc joins B and C (t.xml:7:3); link ca joins C and A (t.xml:8:3)");
    const auto full = explain({l.lab, t.topology, {}, {}});
    ASSERT_TRUE(full);
    EXPECT_EQ(full->places.size(), 3U);
}

TEST_F(Reason, SitesThatContradictEachOther) {
    l.device("r1").device("r2").device("r3", "ios", "", "east");
    t.node("A").node("C").node("B", "same A, different A");
    EXPECT_EQ(why(),
              "these cannot all hold at once, and leaving out any one would do; node B needs the same site as node A "
              "(t.xml:5:5); node B needs another site than node A (t.xml:6:5)");
}

TEST_F(Reason, TooLittleOfACapacity) {
    l.device("r1").device("r2");
    l.lab.devices[1].capacities.push_back({"gb", 8});
    t.node("A");
    t.topology.nodes[0].requirements.push_back({model::requirement::kind::capacity, "gb", {}, {"t.xml", 3, 5}, 16});
    EXPECT_EQ(why(), "node A needs 16 of gb or more: no device of lab x has it; there are: 8 (r2)");
}

TEST_F(Reason, ConverterThatMayHaveFew) {
    l.device("r1").device("r2").device("r3");
    l.lab.converters[0].most_devices = 2;
    t.node("A").node("B").node("C");
    EXPECT_EQ(why(), "nodes A, B and C do not fit: a topology may have at most 2 of converter " +
                         l.lab.converters[0].name + " devices");
}

TEST_F(Reason, TrunkThatTakesLittle) {
    l.cross_connect("xc").device("r1").interface("r1", "e0", "xc").device("r2").interface("r2", "e0", "xc");
    l.lab.switches[0].trunks[0].capacity = 1000;
    t.node("A").node("B").link("lan", {"A", "B"});
    EXPECT_NE(why().find("trunk"), std::string::npos) << why();
    EXPECT_NE(why().find("of switch xc takes 1g"), std::string::npos) << why();
    l.lab.switches[0].trunks[0].capacity = 2000;
    EXPECT_EQ(why(), "placed");
}

TEST_F(Reason, InterlinkThatTakesTooLittle_NamesTheLinksThatPassIt) {
    l.cross_connect("xw", "west").cross_connect("xe", "east").interlink("we", "xw", "xe", 2000);
    for (const char* const name : {"w1", "w2", "w3", "w4", "e1", "e2", "e3", "e4"}) {
        const bool west = name[0] == 'w';
        l.device(name, "ios", "", west ? "west" : "east").interface(name, "e0", west ? "xw" : "xe");
    }
    for (const std::string n : {"1", "2", "3"}) {
        t.node("W" + n, "site west").node("E" + n, "site east").link("lan" + n, {"W" + n, "E" + n});
    }
    EXPECT_EQ(
        why(),
        "interlink we between cross-connects xw and xe takes 2g: links lan1, lan2 and lan3, with ends on both "
        "sides, need 3g; node W1 needs site west; node E1 needs site east; node W2 needs site west; node E2 needs "
        "site east; node W3 needs site west; node E3 needs site east");
    l.lab.interlinks[0].capacity = 3000;
    EXPECT_EQ(why(), "placed");
}

TEST_F(Reason, WhatNoFabricPasses) {
    l.cross_connect("xc").device("r1").interface("r1", "e0", "xc").device("r2").interface("r2", "e0", "xc");
    l.lab.cross_connects[0].passes = {};
    t.node("A").node("B").link("lan", {"A", "B"});
    t.topology.links[0].needs.add(model::traffic::lacp);
    EXPECT_NE(why().find("passing lacp"), std::string::npos) << why();
    l.lab.cross_connects[0].passes = model::traffic_set::all();
    EXPECT_EQ(why(), "placed");
}

TEST_F(Reason, EmptyLab) {
    t.node("A", "platform ios");
    EXPECT_EQ(why(), "node A needs a device: lab x has none");
}

}  // namespace
}  // namespace rollover::placement
