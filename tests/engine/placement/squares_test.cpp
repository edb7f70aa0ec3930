// What squares of wires rule out before the search begins: never too much, and enough to settle grids.
#include "engine/placement/facts.h"
#include "engine/placement/problem.h"
#include "engine/placement/search.h"
#include "tests/engine/placement/brute_force.h"
#include "tests/engine/placement/lab_builder.h"
#include "tests/engine/placement/share.h"

#include <gtest/gtest.h>
#include <random>
#include <utility>
#include <vector>

namespace rollover::placement {
namespace {

using pairs = std::vector<std::pair<unsigned, unsigned>>;

/// Devices r0, r1, ... with a wire for each pair, and two interfaces on a cross-connect where that is asked for.
lab_builder wired(unsigned devices, const pairs& wires, bool on_cross_connect = false) {
    lab_builder l;
    if (on_cross_connect) {
        l.cross_connect("xc");
    }
    std::vector<unsigned> used(devices);
    const auto name = [](unsigned d) { return "r" + std::to_string(d); };
    for (unsigned d = 0; d < devices; ++d) {
        l.device(name(d));
        if (on_cross_connect) {
            l.interface(name(d), "x0", "xc").interface(name(d), "x1", "xc");
        }
    }
    for (const auto& [a, b] : wires) {
        const std::string at_a = "e" + std::to_string(used[a]++);
        const std::string at_b = "e" + std::to_string(used[b]++);
        l.interface(name(a), at_a).interface(name(b), at_b);
        l.wire(name(a) + " " + at_a, name(b) + " " + at_b);
    }
    return l;
}

topology_builder linked(unsigned nodes, const pairs& links) {
    topology_builder t;
    const auto name = [](unsigned n) { return "N" + std::to_string(n); };
    for (unsigned n = 0; n < nodes; ++n) {
        t.node(name(n));
    }
    for (const auto& [a, b] : links) {
        t.link("l" + std::to_string(t.topology.links.size()), {name(a), name(b)});
    }
    return t;
}

search_result answer_to(const lab_builder& l, const topology_builder& t, std::set<model::device_index> busy = {}) {
    const request r{l.lab, t.topology, std::move(busy), {}};
    const lab_facts facts(r);
    return search(compile(facts, t.topology, selection::everything(t.topology)), 1, 10'000);
}

const pairs square{{0, 1}, {1, 2}, {2, 3}, {3, 0}};
/// Two nodes with three neighbours in common.
const pairs three_between{{0, 2}, {0, 3}, {0, 4}, {1, 2}, {1, 3}, {1, 4}};
/// Two squares side by side.
const pairs ladder{{0, 1}, {1, 2}, {3, 4}, {4, 5}, {0, 3}, {1, 4}, {2, 5}};

pairs ring(unsigned devices) {
    pairs all;
    for (unsigned d = 0; d < devices; ++d) {
        all.emplace_back(d, (d + 1) % devices);
    }
    return all;
}

TEST(Squares, WiringWithoutSquares_SquareIsImpossibleWithoutSearch) {
    const search_result r = answer_to(wired(12, ring(12)), linked(4, square));
    EXPECT_EQ(r.what, outcome::impossible);
    EXPECT_EQ(r.visited, 0U);
}

TEST(Squares, OneSquare_TwoSideBySideAreImpossibleWithoutSearch) {
    pairs wires = square;
    wires.insert(wires.end(), {{0, 4}, {1, 5}, {2, 6}, {3, 7}, {4, 8}, {5, 9}, {8, 9}});
    EXPECT_EQ(answer_to(wired(10, wires), linked(4, square)).what, outcome::placed);
    const search_result r = answer_to(wired(10, wires), linked(6, ladder));
    EXPECT_EQ(r.what, outcome::impossible);
    EXPECT_EQ(r.visited, 0U);
}

TEST(Squares, ThreeNeighboursInCommon_NeedThree) {
    EXPECT_EQ(answer_to(wired(5, three_between), linked(5, three_between)).what, outcome::placed);
    EXPECT_EQ(answer_to(wired(6, ladder), linked(5, three_between)).what, outcome::impossible);
}

TEST(Squares, BusyDevice_MakesNoSquare) {
    const lab_builder l = wired(4, square);
    EXPECT_EQ(answer_to(l, linked(4, square)).what, outcome::placed);
    EXPECT_EQ(answer_to(l, linked(4, square), {l.index_of("r2")}).what, outcome::impossible);
}

// Two wires between the same devices are one neighbour.
TEST(Squares, DoubleWires_AreNoSquare) {
    const pairs twice{{0, 1}, {0, 1}, {1, 2}, {1, 2}, {2, 3}, {2, 3}};
    EXPECT_EQ(answer_to(wired(4, twice), linked(4, square)).what, outcome::impossible);
    EXPECT_EQ(answer_to(wired(4, twice), linked(4, twice)).what, outcome::placed);
}

TEST(Squares, LinksThatNeedNoWire_AreNotAsked) {
    EXPECT_EQ(answer_to(wired(12, ring(12), true), linked(4, square)).what, outcome::placed);
}

TEST(Squares, RandomWirings_AgreeWithBruteForce) {
    std::uint64_t placed = 0;
    constexpr std::uint64_t instances = share_of(1000);
    for (std::uint64_t seed = 0; seed < instances; ++seed) {
        std::mt19937_64 random(seed);
        const auto some = [&random](unsigned members, unsigned percent) {
            pairs all;
            for (unsigned a = 0; a < members; ++a) {
                for (unsigned b = a + 1; b < members; ++b) {
                    if (random() % 100 < percent) {
                        all.emplace_back(a, b);
                    }
                }
            }
            return all;
        };
        const auto nodes = static_cast<unsigned>(4 + random() % 2);
        const topology_builder t = linked(nodes, random() % 3 == 0 ? square : some(nodes, 55));
        const lab_builder l = wired(7, some(7, 38));
        const request r{l.lab, t.topology, {}, {}, seed};
        const bool exists = exists_by_brute_force(r);
        ASSERT_EQ(find(r).has_value(), exists) << "seed " << seed;
        placed += exists ? 1 : 0;
    }
    EXPECT_GT(placed, instances / 4);  // worth something only when both answers are common
    EXPECT_LT(placed, instances * 3 / 4);
}

}  // namespace
}  // namespace rollover::placement
