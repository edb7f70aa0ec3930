// Several copies of a topology at once, and one node of a placement replaced.
#include "engine/placement/copies.h"

#include "engine/placement/replace.h"
#include "tests/engine/placement/brute_force.h"
#include "tests/engine/placement/lab_builder.h"
#include "tests/engine/placement/random_instance.h"

#include <gtest/gtest.h>
#include <set>

namespace rollover::placement {
namespace {

using model::device_index;
using model::node_index;

lab_builder routers(unsigned count) {
    lab_builder l;
    l.cross_connect("xc");
    for (unsigned i = 1; i <= count; ++i) {
        const std::string name = "r" + std::to_string(i);
        l.device(name).interface(name, "e0", "xc").interface(name, "e1", "xc");
    }
    return l;
}

topology_builder pair_of_routers() {
    topology_builder t;
    t.node("A").node("B").link("lan", {"A", "B"});
    return t;
}

TEST(FindCopies, AsManyAsTheLabHas_NoDeviceTwice) {
    const lab_builder l = routers(7);
    const topology_builder t = pair_of_routers();
    const request r{l.lab, t.topology, {}, {}};
    const auto three = find_copies(r, 3);
    ASSERT_TRUE(three);
    ASSERT_EQ(three->size(), 3U);
    std::set<device_index> used;
    for (const placement& one : *three) {
        EXPECT_FALSE(verify(r, one));
        used.insert(one.devices.begin(), one.devices.end());
    }
    EXPECT_EQ(used.size(), 6U);
    const auto four = find_copies(r, 4);
    ASSERT_FALSE(four);
    EXPECT_EQ(four.error().code, errc::impossible);
    EXPECT_EQ(four.error().reason, "the topology has 8 nodes: lab x has only 7 devices");
}

TEST(FindMostCopies, EveryNumberOfRouters_AllPairsAndTheReason) {
    for (const unsigned count : {2U, 3U, 4U, 7U, 10U, 13U}) {
        const lab_builder l = routers(count);
        const topology_builder t = pair_of_routers();
        const auto most = find_most_copies({l.lab, t.topology, {}, {}});
        ASSERT_TRUE(most) << count;
        EXPECT_EQ(most->copies.size(), count / 2);
        EXPECT_EQ(most->no_more.code, errc::impossible);
        EXPECT_NE(most->no_more.reason.find("lab x has only " + std::to_string(count)), std::string::npos)
            << most->no_more.reason;
    }
}

TEST(FindMostCopies, NotEvenOne_TheReasonOfFind) {
    const lab_builder l = routers(1);
    const topology_builder t = pair_of_routers();
    const auto most = find_most_copies({l.lab, t.topology, {}, {}});
    ASSERT_FALSE(most);
    EXPECT_EQ(most.error().reason, "the topology has 2 nodes: lab x has only 1 device");
}

TEST(FindCopies, NoneOrTooMany_BadInput) {
    const lab_builder l = routers(2);
    const topology_builder t = pair_of_routers();
    const request r{l.lab, t.topology, {}, {}};
    EXPECT_EQ(find_copies(r, 0).error().code, errc::bad_input);
    EXPECT_EQ(find_copies(r, most_copies + 1).error().code, errc::bad_input);
}

TEST(FindCopies, RelationsStayWithinACopy) {
    lab_builder l;
    l.cross_connect("xw", "west").cross_connect("xe", "east");
    for (const char* const name : {"w1", "w2", "e1", "e2"}) {
        const std::string site = name[0] == 'w' ? "west" : "east";
        l.device(name, "ios", "", site).interface(name, "e0", "x" + site.substr(0, 1));
    }
    topology_builder t;
    t.node("A").node("B", "same A").link("lan", {"A", "B"});
    const request r{l.lab, t.topology, {}, {}};
    const auto both = find_copies(r, 2);
    ASSERT_TRUE(both) << describe(both.error());
    for (const placement& one : *both) {
        EXPECT_EQ(l.lab.at(one.devices[0]).site, l.lab.at(one.devices[1]).site);
    }
}

TEST(FindCopies, RandomInstances_AgreeWithBruteForceOnTwice) {
    unsigned placed = 0;
    for (std::uint64_t seed = 0; seed < 1500; ++seed) {
        const instance i = random_instance(seed);
        if (i.topology.nodes.size() > 3) {
            continue;  // twice as many would be too many to try everything
        }
        const request r = i.ask();
        const auto answer = find_copies(r, 2);
        const model::topology twice = copies_of(i.topology, 2);
        const request whole{i.lab, twice, i.unavailable, {}, 1, 1'000'000, i.unavailable_segments};
        ASSERT_EQ(answer.has_value(), exists_by_brute_force(whole)) << "seed " << seed;
        if (answer) {
            ++placed;
            placement together = (*answer)[0];
            together.devices.insert(together.devices.end(), (*answer)[1].devices.begin(), (*answer)[1].devices.end());
            together.links.insert(together.links.end(), (*answer)[1].links.begin(), (*answer)[1].links.end());
            const auto breach = verify(whole, together);
            ASSERT_FALSE(breach) << "seed " << seed << ": " << *breach;
        }
    }
    EXPECT_GT(placed, 20U);
}

TEST(Replace, AnotherDevice_TheOthersKeepDevicesAndInterfaces) {
    const lab_builder l = routers(5);
    topology_builder t;
    t.node("A").node("B").node("C").link("ab", {"A", "B"}).link("bc", {"B", "C"}).link("ca", {"C", "A"});
    request r{l.lab, t.topology, {}, {}};
    const auto made = find(r);
    ASSERT_TRUE(made);
    r.unavailable.insert(made->devices.begin(), made->devices.end());  // they are: we have them
    const auto again = replace(r, *made, node_index{1});
    ASSERT_TRUE(again) << describe(again.error());
    EXPECT_NE(again->devices[1], made->devices[1]);
    EXPECT_EQ(again->devices[0], made->devices[0]);
    EXPECT_EQ(again->devices[2], made->devices[2]);
    EXPECT_EQ(again->links[2], made->links[2]);
    EXPECT_EQ(again->links[0].ends[0], made->links[0].ends[0]);
    EXPECT_EQ(again->links[1].ends[1], made->links[1].ends[1]);
}

TEST(Replace, NoOther_SaysWhy) {
    const lab_builder l = routers(2);
    const topology_builder t = pair_of_routers();
    const request r{l.lab, t.topology, {}, {}};
    const auto made = find(r);
    ASSERT_TRUE(made);
    const auto again = replace(r, *made, node_index{0});
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, errc::impossible);
    EXPECT_TRUE(
        again.error().reason.starts_with("no device can take the place of r1 as node A while the others stay: "))
        << again.error().reason;
}

// Whatever it answers, trying everything with the rest held says the same, and the answer is right for the whole.
TEST(Replace, RandomInstances_AgreeWithBruteForce) {
    unsigned replaced = 0;
    unsigned refused = 0;
    for (std::uint64_t seed = 0; seed < 3000; ++seed) {
        const instance i = random_instance(seed);
        const request r = i.ask();
        const auto made = find(r);
        if (!made) {
            continue;
        }
        const node_index node{static_cast<std::uint32_t>(seed % i.topology.nodes.size())};
        const auto again = replace(r, *made, node);
        if (again) {
            ++replaced;
            const auto breach = verify(r, *again);
            ASSERT_FALSE(breach) << "seed " << seed << ": " << *breach;
            ASSERT_NE(again->devices[node.value], made->devices[node.value]);
            for (std::uint32_t n = 0; n < made->devices.size(); ++n) {
                ASSERT_TRUE(n == node.value || again->devices[n] == made->devices[n]) << "seed " << seed;
            }
            for (std::size_t l = 0; l < made->links.size(); ++l) {
                bool touched = false;
                for (std::size_t e = 0; e < made->links[l].ends.size(); ++e) {
                    const bool moves = i.topology.links[l].ends[e].node == node;
                    touched = touched || moves;
                    ASSERT_TRUE(moves || again->links[l].ends[e] == made->links[l].ends[e]) << "seed " << seed;
                }
                ASSERT_TRUE(touched || again->links[l].by == made->links[l].by) << "seed " << seed;
            }
            continue;
        }
        ASSERT_EQ(again.error().code, errc::impossible) << "seed " << seed;
        ++refused;
        // With devices and interfaces of the others held, and the old device gone, nothing exists.
        model::topology held = i.topology;
        for (std::uint32_t n = 0; n < held.nodes.size(); ++n) {
            using kind = model::requirement::kind;
            held.nodes[n].requirements.push_back(
                {n == node.value ? kind::not_device : kind::device, i.lab.at(made->devices[n]).name, {}, {}});
        }
        for (std::size_t l = 0; l < held.links.size(); ++l) {
            for (std::size_t e = 0; e < held.links[l].ends.size(); ++e) {
                if (held.links[l].ends[e].node != node) {
                    held.links[l].ends[e].interface = i.lab.at(made->links[l].ends[e]).name;
                }
            }
        }
        request rest{i.lab, held, i.unavailable, {}, 1, 1'000'000, i.unavailable_segments};
        ASSERT_FALSE(exists_by_brute_force(rest)) << "seed " << seed;
    }
    EXPECT_GT(replaced, 100U);
    EXPECT_GT(refused, 100U);
}

}  // namespace
}  // namespace rollover::placement
