// Thousands of small instances: what the search says is what trying everything says.
#include "tests/engine/placement/brute_force.h"
#include "tests/engine/placement/random_instance.h"
#include "tests/engine/placement/share.h"

#include <gtest/gtest.h>

namespace rollover::placement {
namespace {

constexpr std::uint64_t instances = share_of(6000);

/// How many of them are placed.
std::uint64_t agree_with_brute_force(instance (*make)(std::uint64_t)) {
    std::uint64_t placed = 0;
    for (std::uint64_t seed = 0; seed < instances && !testing::Test::HasFatalFailure(); ++seed) {
        const instance i = make(seed);
        const request r = i.ask(seed);
        const result<placement> answer = find(r);
        const bool exists = exists_by_brute_force(r);
        [&] {
            ASSERT_EQ(answer.has_value(), exists)
                << "seed " << seed << ": " << (answer ? "placed" : describe(answer.error()));
            if (answer) {
                ++placed;
                const auto breach = verify(r, *answer);
                ASSERT_FALSE(breach) << "seed " << seed << ": " << *breach;
            } else {
                ASSERT_EQ(answer.error().code, errc::impossible) << "seed " << seed;
                ASSERT_FALSE(answer.error().reason.empty());
            }
        }();
    }
    return placed;
}

// The tests are worth something only when both answers are common.
TEST(Find, RandomInstances_AgreeWithBruteForce) {
    const std::uint64_t placed = agree_with_brute_force(random_instance);
    EXPECT_GT(placed, instances / 4);
    EXPECT_LT(placed, instances * 3 / 4);
}

TEST(Find, RandomInstancesWithInterlinks_AgreeWithBruteForce) {
    const std::uint64_t placed = agree_with_brute_force(random_instance_with_interlinks);
    EXPECT_GT(placed, instances / 4);
    EXPECT_LT(placed, instances * 3 / 4);
}

TEST(Find, SameRequest_SameAnswer) {
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        const instance i = random_instance(seed);
        const result<placement> one = find(i.ask(7));
        const result<placement> two = find(i.ask(7));
        ASSERT_EQ(one.has_value(), two.has_value());
        if (one) {
            EXPECT_EQ(*one, *two);
        } else {
            EXPECT_EQ(describe(one.error()), describe(two.error()));
        }
    }
}

// The parts that a reason names have no placement by themselves.
TEST(Explain, RandomInstances_NamedPartsAreImpossibleAlone) {
    for (std::uint64_t seed = 0; seed < instances / 4; ++seed) {
        const instance i = random_instance(seed);
        const result<reason> why = explain(i.ask());
        if (!why) {
            continue;
        }
        const auto named = [&](const source_place& p) {
            return std::any_of(why->places.begin(), why->places.end(),
                               [&](const source_place& q) { return q.line == p.line && q.column == p.column; });
        };
        instance smaller = i;
        for (model::node& n : smaller.topology.nodes) {
            std::erase_if(n.requirements, [&](const model::requirement& q) { return !named(q.place); });
        }
        std::erase_if(smaller.topology.links, [&](const model::link& l) { return !named(l.place); });
        ASSERT_FALSE(exists_by_brute_force(smaller.ask())) << "seed " << seed << ": " << why->text;
    }
}

}  // namespace
}  // namespace rollover::placement
