// The second phase: cheaper, never wrong, the same every time.
#include "engine/placement/improve.h"

#include "engine/placement/prices.h"
#include "tests/engine/placement/cheapest.h"
#include "tests/engine/placement/lab_builder.h"
#include "tests/engine/placement/random_instance.h"

#include <gtest/gtest.h>

namespace rollover::placement {
namespace {

std::int64_t cost(const request& r, const placement& p, const preferences& wishes) {
    return costs_of(r, p, wishes).total();
}

/// Uses and an earlier placement by seed: any devices, often such as do not suit.
preferences random_wishes(const instance& i, std::uint64_t seed) {
    preferences wishes;
    if (seed % 2 == 0) {
        for (std::uint64_t d = 0; d < i.lab.devices.size(); ++d) {
            wishes.uses.push_back(seed * (d + 3) % 7);
        }
    }
    if (seed % 3 == 0) {
        placement& p = wishes.earlier.emplace();
        for (std::uint64_t n = 0; n < i.topology.nodes.size(); ++n) {
            p.devices.push_back({static_cast<std::uint32_t>((seed + n) % i.lab.devices.size())});
        }
    }
    return wishes;
}

instance any_instance(std::uint64_t seed) {
    return seed % 3 == 1 ? random_instance_with_interlinks(seed) : random_instance(seed);
}

TEST(Improve, SmallInstances_AreAsCheapAsCanBe) {
    std::uint64_t placed = 0;
    std::uint64_t cheaper = 0;
    for (std::uint64_t seed = 0; seed < 700; ++seed) {
        const instance i = any_instance(seed);
        const request r = i.ask(seed);
        const result<placement> found = find(r);
        if (!found) {
            continue;
        }
        ++placed;
        const preferences wishes = random_wishes(i, seed);
        const placement better = improve(r, *found, wishes, 100'000'000);
        const auto breach = verify(r, better);
        ASSERT_FALSE(breach) << "seed " << seed << ": " << *breach;
        ASSERT_EQ(cost(r, better, wishes), cheapest_by_brute_force(r, wishes)) << "seed " << seed;
        cheaper += cost(r, better, wishes) < cost(r, *found, wishes) ? 1U : 0U;
    }
    EXPECT_GT(placed, 200U);
    EXPECT_GT(cheaper, placed / 5);
}

TEST(Improve, MoreMoves_AreNeverWorse_AndTheSameIsTheSame) {
    for (std::uint64_t seed = 0; seed < 1500; ++seed) {
        const instance i = any_instance(seed);
        const request r = i.ask(seed);
        const result<placement> found = find(r);
        if (!found) {
            continue;
        }
        const preferences wishes = random_wishes(i, seed);
        std::int64_t last = cost(r, *found, wishes);
        EXPECT_EQ(improve(r, *found, wishes, 0), *found);
        for (const std::uint64_t moves : {1U, 2U, 3U, 5U, 9U, 20U, 50U, 200U, 1000U}) {
            const placement better = improve(r, *found, wishes, moves);
            ASSERT_FALSE(verify(r, better)) << "seed " << seed;
            ASSERT_LE(cost(r, better, wishes), last) << "seed " << seed << ", " << moves << " moves";
            ASSERT_EQ(better, improve(r, *found, wishes, moves)) << "seed " << seed;
            last = cost(r, better, wishes);
        }
    }
}

TEST(Improve, WrongPlacement_ComesBackAsItIs) {
    lab_builder l;
    topology_builder t;
    l.device("r1", "ios").device("r2", "frr");
    t.node("A", "platform ios");
    const request r{l.lab, t.topology, {}, {}};
    const placement wrong{{{1}}, {}};
    EXPECT_EQ(improve(r, wrong, {}), wrong);
}

struct Costs : testing::Test {
    request ask() const { return {l.lab, t.topology, unavailable, {}}; }
    placement improved(const preferences& wishes = {}) const { return improve(ask(), find(ask()).value(), wishes); }
    std::string device_of(const placement& p, std::size_t n = 0) const { return l.lab.at(p.devices[n]).name; }

    lab_builder l;
    topology_builder t;
    std::set<model::device_index> unavailable;
};

TEST(Bits, AreLogarithms) {
    EXPECT_EQ(bits_of(1), 0);
    EXPECT_EQ(bits_of(2), 1024);
    EXPECT_EQ(bits_of(3), 1623);
    EXPECT_EQ(bits_of(1000), 10204);
    EXPECT_EQ(bits_of(std::uint64_t{1} << 40U), 40 * 1024);
    EXPECT_EQ(bits_of(~std::uint64_t{0}), 63 * 1024 + 1023);
}

TEST_F(Costs, AreTheSumThatIsPromised) {
    l.cross_connect("x1").cross_connect("x2", "east");
    l.device("r1", "ios", "ipsec").interface("r1", "e0", "x1").interface("r1", "e1", "x1");
    l.device("r2", "ios", "ipsec bgp").interface("r2", "e0", "x1");
    l.device("r3", "ios", "bgp", "east").interface("r3", "e0", "x1");
    l.device("r4", "frr", "bgp", "east").interface("r4", "e0", "x2");
    t.node("A", "feature ipsec, platform ios").node("B").link("lan", {"A", "B"});
    // r2 has bgp, which three of four have, beyond what is asked; r3 has bgp and its platform.
    const placement p{{{1}, {2}}, {{{carrier::kind::cross_connect, {0}, 0}, {{{1}, 0}, {{2}, 0}}}}};
    preferences wishes;
    wishes.uses = {5, 5, 7, 1};
    wishes.earlier = placement{{{1}, {0}}, {}};
    const costs c = costs_of(ask(), p, wishes);
    const std::int64_t three_of_four = bits_of(4) - bits_of(3);
    EXPECT_EQ(c.scarcity, three_of_four + 2 * three_of_four);
    EXPECT_EQ(c.wear, wishes.wear * 1 / 4 + wishes.wear * 3 / 4);
    EXPECT_EQ(c.moved, wishes.moved);
    EXPECT_EQ(c.links, wishes.join + wishes.site);
    EXPECT_EQ(c.total(), c.scarcity + c.wear + c.moved + c.links);
}

TEST_F(Costs, ScarceFeatureIsSpared) {
    l.device("r1", "ios", "ipsec ospf").device("r2", "ios", "ospf bgp").device("r3", "ios", "ospf bgp mpls");
    l.device("r4", "ios", "bgp mpls").device("r5", "ios", "mpls bgp");
    t.node("A", "feature ospf");
    EXPECT_EQ(device_of(improved()), "r2");  // ipsec is on one device only, mpls on three
}

TEST_F(Costs, MoreOfACapacityThanIsAskedForIsSpared) {
    l.device("r1").device("r2").device("r3");
    l.lab.devices[0].capacities = {{"gb", 64}};
    l.lab.devices[1].capacities = {{"gb", 32}};
    l.lab.devices[2].capacities = {{"gb", 64}};
    t.node("A");
    t.topology.nodes[0].requirements.push_back({model::requirement::kind::capacity, "gb", {}, {}, 16});
    EXPECT_EQ(device_of(improved()), "r2");
}

TEST_F(Costs, FastInterfacesAreSpared) {
    l.cross_connect("xc");
    for (const char* name : {"r1", "r2", "r3"}) {
        l.device(name).interface(name, "e0", "xc");
    }
    l.lab.devices[0].interfaces[0].speed = 10000;
    l.lab.devices[1].interfaces[0].speed = 1000;
    l.lab.devices[2].interfaces[0].speed = 1000;
    t.node("A").node("B").link("lan", {"A", "B"});
    const placement p = improved();
    EXPECT_NE(device_of(p, 0), "r1");
    EXPECT_NE(device_of(p, 1), "r1");
}

TEST_F(Costs, WireBeforeJoin_AndOneSiteBeforeTwo) {
    l.cross_connect("xc");
    l.device("r1", "ios", "", "east").interface("r1", "e0", "xc").interface("r1", "e1");
    l.device("r2", "frr").interface("r2", "e0", "xc").interface("r2", "e1");
    l.device("r3", "frr").interface("r3", "e0", "xc").interface("r3", "e1");
    l.device("r4", "ios").interface("r4", "e0", "xc").interface("r4", "e1");
    l.wire("r3 e1", "r4 e1").wire("r1 e1", "r2 e1");
    t.node("A", "platform ios").node("B", "platform frr").link("lan", {"A", "B"});
    const placement p = improved();
    EXPECT_EQ(device_of(p, 0), "r4");
    EXPECT_EQ(device_of(p, 1), "r3");
    EXPECT_EQ(p.links[0].by.what, carrier::kind::wire);
}

TEST_F(Costs, WearSpreadsOverPlacements) {
    for (int d = 0; d < 12; ++d) {
        l.device("r" + std::to_string(d), "ios", d < 2 ? "rare" : "");
    }
    t.node("A").node("B").node("C");
    preferences wishes;
    wishes.uses.assign(12, 0);
    for (int round = 0; round < 100; ++round) {
        for (const model::device_index d : improved(wishes).devices) {
            ++wishes.uses[d.value];
        }
    }
    for (std::size_t d = 0; d < 12; ++d) {
        EXPECT_EQ(wishes.uses[d], d < 2 ? 0U : 30U) << d;
    }
}

TEST_F(Costs, EarlierPlacementIsKept_WhereItCan) {
    l.cross_connect("xc");
    for (int d = 0; d < 40; ++d) {
        const std::string name = "r" + std::to_string(d);
        l.device(name, d % 2 == 0 ? "ios" : "frr").interface(name, "e0", "xc").interface(name, "e1", "xc");
    }
    preferences wishes;
    placement& before = wishes.earlier.emplace();
    for (std::uint32_t n = 0; n < 12; ++n) {
        t.node("N" + std::to_string(n), n % 2 == 0 ? "platform ios" : "platform frr");
        before.devices.push_back({39 - (n % 2 == 0 ? n + 1 : n - 1)});
    }
    for (int n = 0; n < 12; ++n) {
        t.link("l" + std::to_string(n), {"N" + std::to_string(n), "N" + std::to_string((n + 1) % 12)});
    }
    unavailable.insert(before.devices[3]);
    const placement p = improved(wishes);
    for (std::size_t n = 0; n < 12; ++n) {
        EXPECT_EQ(p.devices[n] == before.devices[n], n != 3) << n;
    }
    EXPECT_EQ(costs_of(ask(), p, wishes).moved, wishes.moved);
}

}  // namespace
}  // namespace rollover::placement
