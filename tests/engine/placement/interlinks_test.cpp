// Links over two cross-connects and the interlink between them, one rule at a time.
#include "engine/placement/format.h"
#include "engine/placement/read.h"
#include "tests/engine/placement/lab_builder.h"

#include <gtest/gtest.h>

namespace rollover::placement {
namespace {

using model::link_via;

/// Two sites with a cross-connect each; w1.. at west with interface e0 on xw, e1.. likewise at east on xe.
struct Interlink : testing::Test {
    Interlink() {
        l.cross_connect("xw", "west").cross_connect("xe", "east").interlink("we", "xw", "xe");
        l.lab.interlinks[0].passes = all();
        for (model::cross_connect& x : l.lab.cross_connects) {
            x.passes = all();
        }
        for (model::lab_switch& s : l.lab.switches) {
            s.passes = all();
        }
    }

    static model::traffic_set all() {
        auto set = model::traffic_set::all();
        set.add(model::traffic::shaped);
        return set;
    }

    void devices(unsigned west, unsigned east, unsigned interfaces = 1) {
        for (unsigned i = 0; i < west + east; ++i) {
            const bool at_west = i < west;
            const std::string name = at_west ? "w" + std::to_string(i + 1) : "e" + std::to_string(i - west + 1);
            l.device(name, "ios", at_west ? "snow" : "sun", at_west ? "west" : "east");
            for (unsigned k = 0; k < interfaces; ++k) {
                l.interface(name, "e" + std::to_string(k), at_west ? "xw" : "xe");
            }
        }
    }

    /// What find says: "placed", or why not. The judge agrees.
    std::string answer() {
        const request r{l.lab, t.topology, {}, {}};
        const auto p = find(r);
        if (!p) {
            return p.error().code == errc::impossible ? p.error().reason : describe(p.error());
        }
        made = *p;
        return verify(r, *p).value_or("placed");
    }

    lab_builder l;
    topology_builder t;
    placement made;
};

TEST_F(Interlink, TwoEndsAtTwoSites_TheHubIsTheFirstCrossConnect) {
    devices(1, 1);
    t.node("A", "site east").node("B", "site west").link("lan", {"A", "B"});
    ASSERT_EQ(answer(), "placed");
    EXPECT_EQ(made.links[0].by.cross_connect.value, 0U);
    EXPECT_EQ(describe(l.lab, t.topology, made),
              "node  device  platform  site\n"
              "A     e1      ios       east\n"
              "B     w1      ios       west\n"
              "\n"
              "link  carried by                      from interface to interface\n"
              "lan   cross-connect xw, interlink we  e1 e0 - w1 e0\n");
    const std::string text = to_json(l.lab, t.topology, made);
    std::string packed = text;
    std::erase_if(packed, [](char c) { return c == '\n' || c == ' '; });
    EXPECT_NE(packed.find(R"("interlinks":["we"])"), std::string::npos) << text;
    const auto again = read_placement(l.lab, t.topology, text);
    ASSERT_TRUE(again);
    EXPECT_EQ(*again, made);
    made.links[0].by.cross_connect = {1};
    EXPECT_EQ(verify({l.lab, t.topology, {}, {}}, made), "link lan: over interlink we its hub is cross-connect xw");
}

TEST_F(Interlink, WithoutIt_TheSitesAreApart) {
    devices(1, 1);
    t.node("A").node("B").link("lan", {"A", "B"});
    EXPECT_EQ(answer(), "placed");
    l.lab.interlinks.clear();
    EXPECT_NE(answer(), "placed");
}

TEST_F(Interlink, TwoSteps_AreTooMany) {
    devices(1, 1);
    l.cross_connect("xn", "north").interlink("en", "xe", "xn");
    l.device("n1", "ios", "", "north").interface("n1", "e0", "xn");
    t.node("A", "site west").node("B", "site north").link("lan", {"A", "B"});
    EXPECT_NE(answer(), "placed");
    t.node("C", "site east").link("lan2", {"B", "C"});
    t.topology.links.erase(t.topology.links.begin());
    EXPECT_EQ(answer(), "placed");
}

// A link of many ends is a star around its hub: only the middle one of three in a row will do.
TEST_F(Interlink, EndsAtThreeCrossConnects_TheHubIsTheOneInTheMiddle) {
    devices(1, 1);
    l.cross_connect("xn", "north").interlink("en", "xe", "xn");
    l.device("n1", "ios", "", "north").interface("n1", "e0", "xn");
    t.node("A", "site west").node("B", "site north").node("C").link("lan", {"A", "B", "C"});
    ASSERT_EQ(answer(), "placed");
    EXPECT_EQ(made.links[0].by.cross_connect.value, 1U);
    made.links[0].by.cross_connect = {0};
    EXPECT_EQ(verify({l.lab, t.topology, {}, {}}, made), "link lan: n1 e0 does not reach the cross-connect");
}

// All ends come over interlinks: nobody is at the hub.
TEST_F(Interlink, NoEndStraightOnTheHub_IsABreach) {
    devices(1, 1);
    l.cross_connect("xn", "north").interlink("en", "xe", "xn");
    l.device("n1", "ios", "", "north").interface("n1", "e0", "xn");
    l.device("n2", "ios", "", "north").interface("n2", "e0", "xn");
    t.node("A", "device w1").node("B", "device n1").node("C", "device n2").link("lan", {"A", "B", "C"});
    EXPECT_NE(answer(), "placed");
    placement p{{{0}, {2}, {3}}, {{{carrier::kind::cross_connect, {1}, 0}, {{{0}, 0}, {{2}, 0}, {{3}, 0}}}}};
    EXPECT_EQ(verify({l.lab, t.topology, {}, {}}, p), "link lan: no end of it is straight on cross-connect xe");
}

TEST_F(Interlink, ItsCapacity_IsForAllLinksOfATopology) {
    devices(3, 3);
    for (const std::string n : {"1", "2", "3"}) {
        t.node("W" + n, "site west").node("E" + n, "site east").link("lan" + n, {"W" + n, "E" + n});
    }
    l.lab.interlinks[0].capacity = 3000;
    EXPECT_EQ(answer(), "placed");
    l.lab.interlinks[0].capacity = 2999;
    EXPECT_NE(answer(), "placed");
    EXPECT_EQ(verify({l.lab, t.topology, {}, {}}, made), "interlink we is loaded with 3000 Mbit/s, and takes 2999");
    for (model::device& d : l.lab.devices) {
        d.interfaces[0].speed = 100;
    }
    EXPECT_EQ(answer(), "placed");
}

// Two ends of 1g on one side can send no more than the one of 100m on the other takes.
TEST_F(Interlink, TheSlowerSide_IsWhatALinkLoadsItWith) {
    devices(2, 1);
    l.lab.devices[2].interfaces[0].speed = 100;
    l.lab.interlinks[0].capacity = 100;
    t.node("A", "site west").node("B", "site west").node("C", "site east").link("lan", {"A", "B", "C"});
    EXPECT_EQ(answer(), "placed");
    l.lab.interlinks[0].capacity = 99;
    EXPECT_NE(answer(), "placed");
}

TEST_F(Interlink, TheTrunkToTheOtherCrossConnect_IsLoadedToo) {
    devices(1, 1, 2);
    t.node("A", "site west").node("B", "site east").link("1", {"A", "B"}).link("2", {"A", "B"});
    l.lab.switches[1].trunks[0].capacity = 2000;
    EXPECT_EQ(answer(), "placed");
    l.lab.switches[1].trunks[0].capacity = 1000;
    EXPECT_NE(answer(), "placed");
}

TEST_F(Interlink, WhatALinkNeeds_IsPassedByBothCrossConnectsAndTheInterlink) {
    devices(1, 1);
    t.node("A", "site west").node("B", "site east").link("lan", {"A", "B"}, link_via::cross_connect);
    for (const model::traffic needed : {model::traffic::jumbo, model::traffic::lacp, model::traffic::shaped}) {
        t.topology.links[0].needs = {};
        t.topology.links[0].needs.add(needed);
        EXPECT_EQ(answer(), "placed");
        for (model::traffic_set* passes :
             {&l.lab.interlinks[0].passes, &l.lab.cross_connects[0].passes, &l.lab.cross_connects[1].passes}) {
            passes->bits = static_cast<std::uint8_t>(all().bits & ~t.topology.links[0].needs.bits);
            EXPECT_NE(answer(), "placed");
            EXPECT_NE(verify({l.lab, t.topology, {}, {}}, made), std::nullopt);
            *passes = all();
        }
    }
}

// One interface of w1 is straight on xe, the other comes over the interlink.
TEST_F(Interlink, SwitchWithATrunkToTheOtherCrossConnect_SparesTheInterlink) {
    devices(1, 2, 1);
    l.lab_switch("far", {"xe"}).interface("w1", "far0", "far");
    l.lab.interlinks[0].capacity = 500;
    t.node("A", "site west").node("B", "site east").link("lan", {"A", "B"});
    EXPECT_EQ(answer(), "placed");
    t.node("C", "site east").link("lan2", {"A", "C"});
    EXPECT_NE(answer(), "placed");
}

}  // namespace
}  // namespace rollover::placement
