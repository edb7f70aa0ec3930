// The judge finds every breach.
#include "engine/placement/format.h"
#include "tests/engine/placement/lab_builder.h"

#include <gtest/gtest.h>

namespace rollover::placement {
namespace {

struct Verify : testing::Test {
    Verify() {
        l.cross_connect("xc");
        for (const char* name : {"r1", "r2", "r3"}) {
            l.device(name, "ios").interface(name, "e0", "xc").interface(name, "e1", "xc");
            l.interface(name, "e2").interface(name, "s0", "xc", model::interface_type::serial);
        }
        l.wire("r1 e2", "r2 e2").segment({"r1 e0", "r2 e0", "r3 e0"});
        t.node("A", "platform ios").node("B").link("lan", {"A", "B e0"}).link("lan2", {"A", "B"});
        good.devices = {{0}, {1}};
        good.links = {{{carrier::kind::cross_connect, {0}, 0}, {{{0}, 0}, {{1}, 0}}},
                      {{carrier::kind::cross_connect, {0}, 0}, {{{0}, 1}, {{1}, 1}}}};
    }

    std::string judge(const placement& p) const { return verify({l.lab, t.topology, {}, {}}, p).value_or("fine"); }

    lab_builder l;
    topology_builder t;
    placement good;
};

TEST_F(Verify, Good_IsFine) {
    EXPECT_EQ(judge(good), "fine");
}

TEST_F(Verify, NodeOrLinkMissing_IsABreach) {
    placement p = good;
    p.links.pop_back();
    EXPECT_NE(judge(p), "fine");
    p = good;
    p.devices.pop_back();
    EXPECT_NE(judge(p), "fine");
}

TEST_F(Verify, DeviceTwice_IsABreach) {
    placement p = good;
    p.devices[1] = {0};
    EXPECT_EQ(judge(p), "node B: device r1 plays two nodes");
}

TEST_F(Verify, DeviceThatDoesNotExist_IsABreach) {
    placement p = good;
    p.devices[1] = {77};
    EXPECT_NE(judge(p), "fine");
}

TEST_F(Verify, RequirementBroken_IsABreach) {
    l.lab.devices[0].platform = "frr";
    EXPECT_EQ(judge(good), "node A: device r1 breaks the requirement at t.xml:3:5");
}

TEST_F(Verify, UnavailableDevice_IsABreach) {
    EXPECT_TRUE(verify({l.lab, t.topology, {model::device_index{1}}, {}}, good));
}

TEST_F(Verify, InterfaceTwice_IsABreach) {
    placement p = good;
    p.links[1].ends[0].interface = 0;
    EXPECT_EQ(judge(p), "link lan2: r1 e0 is used twice");
}

TEST_F(Verify, WrongInterface_IsABreach) {
    placement p = good;
    p.links[0].ends[1] = {{1}, 2};
    EXPECT_EQ(judge(p), "link lan: e2 is not the pinned e0");
    p = good;
    p.links[1].ends[1] = {{1}, 3};
    EXPECT_EQ(judge(p), "link lan2: s0 has another type");
    p.links[1].ends[1] = {{2}, 1};
    EXPECT_NE(judge(p), "fine");
    p.links[1].ends[1] = {{1}, 99};
    EXPECT_NE(judge(p), "fine");
}

TEST_F(Verify, CarrierThatDoesNotReach_IsABreach) {
    placement p = good;
    p.links[1].ends[1] = {{1}, 2};
    EXPECT_EQ(judge(p), "link lan2: r2 e2 does not reach the cross-connect");
    p.links[1].by = {carrier::kind::wire, {}, 0};
    EXPECT_EQ(judge(p), "link lan2: its ends are not those of the wire");
    p.links[1].ends[0] = {{0}, 2};
    EXPECT_EQ(judge(p), "fine");
    p.links[1].by = {carrier::kind::segment, {}, 0};
    EXPECT_NE(judge(p), "fine");
    p.links[1].by = {carrier::kind::wire, {}, 9};
    EXPECT_NE(judge(p), "fine");
}

TEST_F(Verify, SegmentTwice_IsABreach) {
    l.segment({"r1 e0", "r2 e0", "r1 e1", "r2 e1"});
    placement p = good;
    p.links[0].by = p.links[1].by = {carrier::kind::segment, {}, 1};
    EXPECT_EQ(judge(p), "link lan2: its segment carries another link too");
}

TEST_F(Verify, CarrierThatTheLinkForbids_IsABreach) {
    t.topology.links[0].via = model::link_via::wire;
    EXPECT_EQ(judge(good), "link lan: may not be on a cross-connect");
}

TEST_F(Verify, Described_AsTables) {
    EXPECT_EQ(describe(l.lab, t.topology, good),
              "node  device  platform  site\n"
              "A     r1      ios       main\n"
              "B     r2      ios       main\n"
              "\n"
              "link  carried by        from interface to interface\n"
              "lan   cross-connect xc  r1 e0 - r2 e0\n"
              "lan2  cross-connect xc  r1 e1 - r2 e1\n");
}

TEST_F(Verify, AsJson_HasAStableOrder) {
    t.topology.links.pop_back();
    good.links.pop_back();
    std::string text = to_json(l.lab, t.topology, good);
    std::erase_if(text, [](char c) { return c == '\n' || c == ' '; });
    EXPECT_EQ(text, R"({"lab":"x","topology":"t","nodes":[{"node":"A","device":"r1","platform":"ios","site":"main"},)"
                    R"({"node":"B","device":"r2","platform":"ios","site":"main"}],"links":[{"link":"lan",)"
                    R"("carrier":"cross-connect","name":"xc","ends":[{"node":"A","device":"r1","interface":"e0"},)"
                    R"({"node":"B","device":"r2","interface":"e0"}]}]})");
}

}  // namespace
}  // namespace rollover::placement
