// Links on cross-connects as joins, and joins that were written down.
#include "engine/plan/format.h"
#include "engine/plan/read_joins.h"
#include "tests/engine/placement/lab_builder.h"

#include <gtest/gtest.h>

namespace rollover::plan {
namespace {

using namespace std::chrono_literals;

/// Three cross-connects in a row, north - middle - south; device d1 and d4 north, d2 middle, d3 south.
struct Joins : testing::Test {
    Joins() {
        l.cross_connect("north").cross_connect("middle").cross_connect("south");
        l.interlink("nm", "middle", "north").interlink("ms", "middle", "south");
        std::uint16_t vlan = 100;
        const std::vector<std::pair<const char*, const char*>> places{
            {"d1", "north"}, {"d2", "middle"}, {"d3", "south"}, {"d4", "north"}};
        for (const auto& [name, on] : places) {
            l.device(name).interface(name, "e0", on);
            l.lab.devices.back().interfaces[0].port->vlan = ++vlan;
        }
        std::uint32_t n = 0;
        for (model::interlink& one : l.lab.interlinks) {
            one.ends[0].address = "192.0.2." + std::to_string(++n);
            one.ends[1].address = "192.0.2." + std::to_string(++n);
            one.vni = model::vnis_of_interlink * n;
        }
    }

    static placement::placed_link on(std::uint32_t hub, const std::vector<std::uint32_t>& devices) {
        placement::placed_link placed;
        placed.by.cross_connect = {hub};
        for (const std::uint32_t d : devices) {
            placed.ends.push_back({{d}, 0});
        }
        return placed;
    }

    placement::lab_builder l;
    model::link link{"lan", {}, {}, {}, {}, 0, {}, {}};
};

TEST_F(Joins, OneCrossConnect_OneJoinWithoutTunnels) {
    const auto joins = joins_of(l.lab, link, on(0, {0, 3}));
    ASSERT_TRUE(joins);
    ASSERT_EQ(joins->size(), 1U);
    EXPECT_EQ(joins->front().members.size(), 2U);
    EXPECT_TRUE(joins->front().tunnels.empty());
}

TEST_F(Joins, AcrossAnInterlink_BothEndsOfTheTunnelAgree) {
    const auto joins = joins_of(l.lab, link, on(0, {0, 1}));
    ASSERT_TRUE(joins);
    ASSERT_EQ(joins->size(), 2U);
    const auto& [hub, other] = std::tie((*joins)[0], (*joins)[1]);
    EXPECT_EQ(hub.cross_connect.value, 0U);
    EXPECT_EQ(other.cross_connect.value, 1U);
    ASSERT_EQ(hub.tunnels.size(), 1U);
    ASSERT_EQ(other.tunnels.size(), 1U);
    EXPECT_EQ(hub.tunnels[0].local, "192.0.2.2") << "the north is the second end of nm";
    EXPECT_EQ(hub.tunnels[0].remote, other.tunnels[0].local);
    EXPECT_EQ(hub.tunnels[0].local, other.tunnels[0].remote);
    EXPECT_EQ(hub.tunnels[0].vni, other.tunnels[0].vni);
    EXPECT_EQ(hub.tunnels[0].vni, 2U * 8192 + 4096 + 101) << "upper half, by the VLAN of the hub's member";
}

TEST_F(Joins, TheOtherCrossConnectAsHub_HasAnotherNumber) {
    const auto there = joins_of(l.lab, link, on(1, {0, 1}));
    ASSERT_TRUE(there);
    EXPECT_EQ(there->front().tunnels[0].vni, 2U * 8192 + 102);
}

TEST_F(Joins, ManyEnds_AStarAroundTheHub) {
    const auto joins = joins_of(l.lab, link, on(1, {0, 1, 2, 3}));
    ASSERT_TRUE(joins);
    ASSERT_EQ(joins->size(), 3U);
    EXPECT_EQ((*joins)[0].tunnels.size(), 2U);
    EXPECT_EQ((*joins)[1].members.size(), 2U) << "d1 and d4";
    EXPECT_EQ((*joins)[1].tunnels.size(), 1U);
    EXPECT_EQ((*joins)[2].tunnels.size(), 1U);
    EXPECT_NE((*joins)[1].tunnels[0].vni, (*joins)[2].tunnels[0].vni);
}

TEST_F(Joins, NoWay_IsAFailure) {
    const auto far = joins_of(l.lab, link, on(0, {0, 2}));
    ASSERT_FALSE(far);
    EXPECT_EQ(far.error().reason, "link lan: d3 e0 has no way to cross-connect north");
    const auto beside = joins_of(l.lab, link, on(1, {0, 2}));
    ASSERT_FALSE(beside);
    EXPECT_EQ(beside.error().reason, "link lan: no end of it is straight on cross-connect middle");
}

TEST_F(Joins, WrittenDown_ComeBackAsTheyWere) {
    link.shaped = {20ms, 1ms, 5000, 10};
    const auto joins = joins_of(l.lab, link, on(0, {0, 1}));
    ASSERT_TRUE(joins);
    model::topology none;
    plan p{"lab", "t", {}, {}, {}, *joins, {}, {}};
    const auto text = to_json(l.lab, none, p, {}, "");
    const auto read = read_joins(l.lab, text);
    ASSERT_TRUE(read) << describe(read.error());
    ASSERT_EQ(read->size(), 2U);
    for (std::size_t i = 0; i < 2; ++i) {
        const auto& [was, is] = std::tie((*joins)[i], (*read)[i]);
        EXPECT_EQ(is.cross_connect, was.cross_connect);
        EXPECT_EQ(is.link, was.link);
        EXPECT_EQ(is.members[0].vlan, was.members[0].vlan);
        EXPECT_EQ(is.members[0].interface, was.members[0].interface);
        EXPECT_EQ(is.tunnels[0].remote, was.tunnels[0].remote);
        EXPECT_EQ(is.tunnels[0].vni, was.tunnels[0].vni);
        EXPECT_EQ(is.tunnels[0].mtu, was.tunnels[0].mtu);
        EXPECT_EQ(is.shaped, was.shaped);
    }
    auto smaller = l.lab;
    smaller.interlinks.clear();
    const auto lost = read_joins(smaller, text);
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().reason, "the interlink is no longer in the lab file");
    EXPECT_FALSE(read_joins(l.lab, "[]"));
    EXPECT_FALSE(read_joins(l.lab, R"({"joins": [{"link": 1}]})"));
}

}  // namespace
}  // namespace rollover::plan
