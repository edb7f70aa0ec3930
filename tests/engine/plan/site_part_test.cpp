// A plan over two sites, cut into what each site has of it.
#include "engine/plan/site_part.h"

#include "tests/engine/placement/lab_builder.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace rollover::plan {
namespace {

using namespace std::chrono_literals;

/// d1 and d2 north, d3 south; links d1-d2, and d2-d3 across the interlink.
struct SitePart : testing::Test {
    SitePart() {
        l.cross_connect("xn", "north").cross_connect("xs", "south").interlink("between", "xn", "xs");
        std::uint16_t vlan = 100;
        for (const auto& [name, site, on] :
             {std::tuple("d1", "north", "xn"), std::tuple("d2", "north", "xn"), std::tuple("d3", "south", "xs")}) {
            l.device(name, "ios", "", site).interface(name, "e0", on).interface(name, "e1", on);
            for (auto& one : l.lab.devices.back().interfaces) {
                one.port->vlan = ++vlan;
            }
        }
        l.lab.interlinks[0].ends[0].address = "192.0.2.1";
        l.lab.interlinks[0].ends[1].address = "192.0.2.2";
        for (std::uint32_t n = 0; n < 3; ++n) {
            device_plan one{{n}, {n}, {}, {}, 0, {}};
            one.typing_time = (n + 1) * 10s;
            whole.devices.push_back(std::move(one));
        }
        whole.time = 30s;
        add("inside", {{{0}, 0}, {{1}, 0}});
        add("across", {{{1}, 1}, {{2}, 1}});
    }

    void add(const std::string& name, const std::vector<model::interface_reference>& ends) {
        placement::placed_link placed;
        placed.by.cross_connect = {0};
        placed.ends = ends;
        const model::link link{name, {}, {}, {}, {}, 0, {}, {}};
        auto made = joins_of(l.lab, link, placed);
        ASSERT_TRUE(made) << made.error().reason;
        std::ranges::move(*made, std::back_inserter(whole.joins));
    }

    placement::lab_builder l;
    plan whole;
};

TEST_F(SitePart, EachSite_HasItsDevices_AndItsEndOfTheTunnel) {
    const auto north = part_at(l.lab, whole, "north");
    const auto south = part_at(l.lab, whole, "south");
    ASSERT_EQ(north.devices.size(), 2U);
    ASSERT_EQ(south.devices.size(), 1U);
    EXPECT_EQ(south.devices[0].node.value, 2U) << "the node keeps its number";
    EXPECT_EQ(north.time, 20s);
    EXPECT_EQ(south.time, 30s);
    ASSERT_EQ(north.joins.size(), 2U);
    ASSERT_EQ(south.joins.size(), 1U);
    EXPECT_TRUE(north.joins[0].tunnels.empty());
    ASSERT_EQ(north.joins[1].tunnels.size(), 1U);
    ASSERT_EQ(south.joins[0].tunnels.size(), 1U);
    EXPECT_EQ(north.joins[1].tunnels[0].vni, south.joins[0].tunnels[0].vni);
    EXPECT_EQ(north.joins[1].tunnels[0].local, south.joins[0].tunnels[0].remote);
    EXPECT_TRUE(can_be_parted(l.lab, whole));
}

TEST_F(SitePart, TheParts_AreTheWhole) {
    EXPECT_EQ(part_at(l.lab, whole, "north").devices.size() + part_at(l.lab, whole, "south").devices.size(),
              whole.devices.size());
    EXPECT_EQ(part_at(l.lab, whole, "north").joins.size() + part_at(l.lab, whole, "south").joins.size(),
              whole.joins.size());
    const auto nowhere = part_at(l.lab, whole, "west");
    EXPECT_TRUE(nowhere.devices.empty());
    EXPECT_TRUE(nowhere.joins.empty());
}

TEST_F(SitePart, APatch_BelongsToTheSiteOfItsDevices) {
    whole.patches.push_back({"serial", {{{{0}, 0}, {{1}, 0}}}});
    EXPECT_EQ(part_at(l.lab, whole, "north").patches.size(), 1U);
    EXPECT_TRUE(part_at(l.lab, whole, "south").patches.empty());
}

TEST_F(SitePart, ACrossConnectWhereNoDeviceIs_IsNobodys) {
    whole.devices.pop_back();
    const auto no = can_be_parted(l.lab, whole);
    ASSERT_FALSE(no);
    EXPECT_NE(no.error().reason.find("cross-connect xs of site south"), std::string::npos) << no.error().reason;
}

TEST_F(SitePart, JoinsThatDifferInAnything_AreNotTheSame) {
    EXPECT_EQ(whole.joins, std::vector(whole.joins));
    const auto differs = [this](const std::function<void(std::vector<planned_join>&)>& change) {
        auto other = whole.joins;
        change(other);
        return whole.joins != other;
    };
    EXPECT_TRUE(differs([](auto& j) { j.pop_back(); }));
    EXPECT_TRUE(differs([](auto& j) { j[1].tunnels[0].vni++; }));
    EXPECT_TRUE(differs([](auto& j) { j[1].tunnels[0].remote = "192.0.2.9"; }));
    EXPECT_TRUE(differs([](auto& j) { j[0].members[0].vlan++; }));
    EXPECT_TRUE(differs([](auto& j) { j[0].members[0].port = "other"; }));
    EXPECT_TRUE(differs([](auto& j) { j[0].shaped.rate = 3; }));
    EXPECT_TRUE(differs([](auto& j) { j[0].link = "other"; }));
}

}  // namespace
}  // namespace rollover::plan
