// What is proposed when there is no placement: that it helps, that nothing cheaper does; and that reasons are minimal.
#include "engine/placement/changes.h"

#include "engine/placement/search.h"
#include "tests/engine/placement/lab_builder.h"
#include "tests/engine/placement/random_instance.h"
#include "tests/engine/placement/share.h"

#include <gtest/gtest.h>

namespace rollover::placement {
namespace {

using model::link_via;

/// Some of what is not available is in quarantine.
std::set<model::device_index> random_quarantine(const instance& i, std::uint64_t seed) {
    std::set<model::device_index> some;
    for (const model::device_index d : i.unavailable) {
        if ((d.value + seed) % 2 == 0) {
            some.insert(d);
        }
    }
    return some;
}

request asked_of(const instance& i, const asked& a) {
    return {i.lab, a.topology, a.unavailable, {}, 1, 1'000'000, a.unavailable_segments};
}

/// The cost of the cheapest single change with which there is a placement, by trying all that there are.
std::optional<int> least_cost(const instance& i, const std::set<model::device_index>& quarantined) {
    const asked now{i.topology, i.unavailable, i.unavailable_segments};
    for (int k = 0; k <= static_cast<int>(change_kind::drop_node); ++k) {
        for (const change& c : changes_of(static_cast<change_kind>(k), i.lab, now, quarantined)) {
            asked then = now;
            apply(c, then);
            if (find(asked_of(i, then))) {
                return k;
            }
        }
    }
    return std::nullopt;
}

verdict true_verdict(const instance& i, const std::set<model::device_index>& quarantined) {
    asked all_free{i.topology, {}, {}};
    if (!find(asked_of(i, all_free))) {
        return verdict::never;
    }
    all_free.unavailable = quarantined;
    return find(asked_of(i, all_free)) ? verdict::in_use : verdict::quarantined;
}

TEST(Changes, RandomInstances_EachHelps_NoneIsCheaper) {
    std::map<change_kind, int> proposed;
    std::map<verdict, int> verdicts;
    for (std::uint64_t seed = 0; seed < share_of(3000); ++seed) {
        const instance i = seed % 3 == 1 ? random_instance_with_interlinks(seed) : random_instance(seed);
        request r = i.ask(seed);
        r.quarantined = random_quarantine(i, seed);
        reason why;
        const result<placement> found = find(r, &why);
        if (found) {
            continue;
        }
        ASSERT_TRUE(why.all_tried) << "seed " << seed;
        ASSERT_EQ(why.missing, true_verdict(i, r.quarantined)) << "seed " << seed << ": " << why.text;
        ++verdicts[why.missing];
        const std::optional<int> least = least_cost(i, r.quarantined);
        ASSERT_EQ(why.changes.empty(), !least) << "seed " << seed << ": " << describe(found.error());
        ASSERT_LE(why.changes.size(), most_changes);
        for (const change& c : why.changes) {
            asked then{i.topology, i.unavailable, i.unavailable_segments};
            apply(c, then);
            ASSERT_TRUE(find(asked_of(i, then))) << "seed " << seed << ": " << c.text;
            ASSERT_EQ(cost_of(c.what), *least) << "seed " << seed << ": " << c.text;
            ASSERT_NE(found.error().hint.find(c.text), std::string::npos) << found.error().hint;
            ++proposed[c.what];
        }
    }
    EXPECT_EQ(verdicts.size(), 3U);
    EXPECT_GE(proposed.size(), 14U) << "the instances are of one kind only";
}

TEST(Core, RandomInstances_WithoutAnyOneItem_IsPossible) {
    std::uint64_t smallest = 0;
    std::uint64_t impossible = 0;
    for (std::uint64_t seed = 0; seed < share_of(6000); ++seed) {
        const instance i = seed % 3 == 1 ? random_instance_with_interlinks(seed) : random_instance(seed);
        const request r = i.ask(seed);
        const lab_facts facts(r);
        const selection everything = selection::everything(i.topology);
        const auto possible = [&](const selection& s) {
            return search(compile(facts, i.topology, s), 1, 1'000'000).what == outcome::placed;
        };
        if (possible(everything)) {
            continue;
        }
        ++impossible;
        const core c = find_core(facts, i.topology, seed, 1'000'000);
        ASSERT_FALSE(possible(c.part)) << "seed " << seed;
        if (!c.smallest) {
            continue;
        }
        ++smallest;
        std::vector<bool> spoken_of(i.topology.nodes.size(), false);
        for (std::size_t l = 0; l < c.part.links.size(); ++l) {
            if (c.part.links[l]) {
                selection without = c.part;
                without.links[l] = false;
                ASSERT_TRUE(possible(without)) << "seed " << seed << ", link " << l;
                for (const model::link_end& e : i.topology.links[l].ends) {
                    spoken_of[e.node.value] = true;
                }
            }
        }
        for (std::size_t n = 0; n < c.part.nodes.size(); ++n) {
            for (std::size_t q = 0; c.part.nodes[n] && q < c.part.requirements[n].size(); ++q) {
                if (!c.part.requirements[n][q]) {
                    continue;
                }
                selection without = c.part;
                without.requirements[n][q] = false;
                ASSERT_TRUE(possible(without)) << "seed " << seed << ", node " << n << ", requirement " << q;
                const model::requirement& said = i.topology.nodes[n].requirements[q];
                if (is_relation(said)) {
                    spoken_of[n] = spoken_of[said.other.value] = true;
                }
            }
        }
        for (std::size_t n = 0; n < c.part.nodes.size(); ++n) {
            if (c.part.nodes[n] && !spoken_of[n]) {
                selection without = c.part;
                without.nodes[n] = false;
                ASSERT_TRUE(possible(without)) << "seed " << seed << ", node " << n;
            }
        }
    }
    EXPECT_GT(impossible, share_of(1500));
    EXPECT_EQ(smallest, impossible) << "so small that nothing is left undecided";
}

struct Cheapest : testing::Test {
    std::string why_not() {
        request r{l.lab, t.topology, unavailable, words};
        r.quarantined = quarantined;
        r.unavailable_segments = segments;
        const auto p = find(r);
        return p ? "placed" : p.error().hint;
    }
    void take(const std::string& device, const std::string& why, bool quarantine = false) {
        unavailable.insert(l.index_of(device));
        words[l.index_of(device)] = why;
        if (quarantine) {
            quarantined.insert(l.index_of(device));
        }
    }
    /// r1 and r2 with one interface each on a cross-connect, nodes A and B with a link.
    void pair() {
        l.cross_connect("xc").device("r1").interface("r1", "e0", "xc").device("r2").interface("r2", "e0", "xc");
        t.node("A").node("B").link("lan", {"A", "B"});
    }

    lab_builder l;
    topology_builder t;
    std::set<model::device_index> unavailable;
    std::set<model::device_index> quarantined;
    std::map<model::device_index, std::string> words;
    std::map<std::uint32_t, std::string> segments;
};

TEST_F(Cheapest, WaitForADevice) {
    l.device("r1", "ios").device("r2", "ios").device("r3", "frr");
    t.node("A", "platform ios");
    take("r1", "busy in activation a3");
    take("r2", "in quarantine since activation a2: no prompt", true);
    EXPECT_EQ(why_not(),
              "possible when what is in use is free again; the cheapest change: wait until r1 is free: it is busy in "
              "activation a3");
}

TEST_F(Cheapest, ReleaseADeviceFromQuarantine) {
    l.device("r1", "ios").device("r2", "ios").device("r3", "frr");
    t.node("A", "platform ios");
    for (const char* name : {"r1", "r2"}) {
        take(name, "in quarantine since activation a2: no prompt", true);
    }
    EXPECT_EQ(why_not(),
              "not possible without what is in quarantine; the cheapest change: bring r1 back: it is in quarantine "
              "since activation a2: no prompt; or bring r2 back: it is in quarantine since activation a2: no prompt");
}

TEST_F(Cheapest, WaitForASegment) {
    l.device("r1").interface("r1", "e0").device("r2").interface("r2", "e0").segment({"r1 e0", "r2 e0"});
    t.node("A").node("B").link("lan", {"A", "B"});
    segments[0] = "busy in activation a1";
    EXPECT_EQ(why_not(), "possible when what is in use is free again; the cheapest change: wait until segment " +
                             l.lab.segments[0].name + " is free: it is busy in activation a1");
}

TEST_F(Cheapest, AnotherInterface) {
    pair();
    t.topology.links[0].ends[1].interface = "e7";
    EXPECT_EQ(why_not(),
              "never possible in this lab; the cheapest change: link lan: any interface of node B instead of e7 "
              "(t.xml:4:3)");
}

TEST_F(Cheapest, LowerSpeed_ToTheHighestThatThereIs) {
    pair();
    t.topology.links[0].speed = 10000;
    l.lab.devices[0].interfaces[0].speed = 1000;
    l.lab.devices[1].interfaces[0].speed = 2500;
    EXPECT_EQ(why_not(), "never possible in this lab; the cheapest change: link lan: 1g instead of 10g (t.xml:4:3)");
    l.lab.devices[0].interfaces[0].speed = 0;
    EXPECT_EQ(why_not(),
              "never possible in this lab; the cheapest change: link lan: any speed instead of 10g (t.xml:4:3)");
}

TEST_F(Cheapest, LowerCapacity_ToTheHighestThatFits) {
    l.device("r1").device("r2").device("r3");
    l.lab.devices[0].capacities = {{"gb", 4}};
    l.lab.devices[1].capacities = {{"gb", 8}};
    t.node("A").node("B");
    for (model::node& n : t.topology.nodes) {
        n.requirements.push_back({model::requirement::kind::capacity, "gb", {}, {"t.xml", 3, 5}, 8});
    }
    EXPECT_EQ(why_not(),
              "never possible in this lab; the cheapest change: node A: 4 of gb instead of 8 (t.xml:3:5); or node B: 4 "
              "of gb instead of 8 (t.xml:3:5)");
}

TEST_F(Cheapest, AnyMedium) {
    pair();
    t.topology.links[0].via = link_via::wire;
    EXPECT_EQ(why_not(),
              "never possible in this lab; the cheapest change: link lan: leave open what carries it (t.xml:4:3)");
}

TEST_F(Cheapest, LessTraffic) {
    pair();
    l.lab.cross_connects[0].passes = {static_cast<std::uint8_t>(model::traffic::lldp)};
    t.topology.links[0].needs.add(model::traffic::lldp);
    t.topology.links[0].needs.add(model::traffic::lacp);
    EXPECT_EQ(why_not(), "never possible in this lab; the cheapest change: link lan: do without lacp (t.xml:4:3)");
    t.topology.links[0].needs.add(model::traffic::cdp);
    EXPECT_EQ(why_not(),
              "never possible in this lab; the cheapest change: link lan: do without cdp lacp lldp (t.xml:4:3)");
}

TEST_F(Cheapest, OneRequirementLess_TheFeatureBeforeThePlatform) {
    l.device("r1", "ios", "ospf").device("r2", "frr", "ipsec");
    t.node("A", "platform ios, feature ipsec");
    EXPECT_EQ(why_not(),
              "never possible in this lab; the cheapest change: node A: do without feature ipsec (t.xml:4:5)");
}

TEST_F(Cheapest, AtMostThreeAreNamed) {
    l.device("r1", "ios", "ipsec").device("r2", "ios", "ipsec").device("r3").device("r4").device("r5");
    t.node("A", "feature ipsec").node("B", "feature ipsec").node("C", "feature ipsec").node("D", "feature ipsec");
    t.topology.nodes.pop_back();
    const std::string said = why_not();
    EXPECT_EQ(
        said,
        "never possible in this lab; the cheapest change: node A: do without feature ipsec (t.xml:3:5); or node B: "
        "do without feature ipsec (t.xml:5:5); or node C: do without feature ipsec (t.xml:7:5)");
}

TEST_F(Cheapest, OneLinkLess) {
    for (const char* name : {"r1", "r2", "r3"}) {
        l.device(name).interface(name, "e0").interface(name, "e1");
    }
    l.wire("r1 e0", "r2 e0").wire("r2 e1", "r3 e0");
    t.node("A").node("B").node("C").link("ab", {"A", "B"}).link("bc", {"B", "C"}).link("ca", {"C", "A"});
    EXPECT_EQ(why_not(),
              "never possible in this lab; the cheapest change: leave out link ab (t.xml:5:3); or leave out link bc "
              "(t.xml:6:3); or leave out link ca (t.xml:7:3)");
}

TEST_F(Cheapest, OneNodeLess) {
    l.device("r1").device("r2");
    t.node("A").node("B").node("C");
    EXPECT_EQ(why_not(),
              "never possible in this lab; the cheapest change: leave out node A (t.xml:2:3); or leave out node B "
              "(t.xml:3:3); or leave out node C (t.xml:4:3)");
}

TEST_F(Cheapest, NoSingleChange) {
    l.device("r1");
    t.node("A").node("B").node("C");
    EXPECT_EQ(why_not(), "never possible in this lab; no single change would do");
}

TEST_F(Cheapest, WordsOfAMistypedName_ComeFirst) {
    l.device("r1", "ios", "ipsec");
    t.node("A", "feature ipsek");
    EXPECT_EQ(why_not(),
              "did you mean ipsec? never possible in this lab; the cheapest change: node A: do without feature ipsek "
              "(t.xml:3:5)");
}

}  // namespace
}  // namespace rollover::placement
