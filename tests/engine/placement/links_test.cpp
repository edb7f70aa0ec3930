// What can carry a link, one rule at a time.
#include "tests/engine/placement/lab_builder.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>

namespace rollover::placement {
namespace {

using model::interface_type;
using model::link_via;

// What carries link `i`, and that the judge agrees: "wire", "segment", "cross-connect 0", "patch", or why not.
std::string carried_by(const lab_builder& l, const topology_builder& t, std::size_t i = 0) {
    const request r = ask(l, t);
    const auto p = find(r);
    if (!p) {
        return std::string(name_of(p.error().code));
    }
    if (const auto breach = verify(r, *p)) {
        return "breach: " + *breach;
    }
    const carrier& c = p->links[i].by;
    switch (c.what) {
        case carrier::kind::cross_connect: return "cross-connect " + std::to_string(c.cross_connect.value);
        case carrier::kind::wire: return "wire " + std::to_string(c.medium);
        case carrier::kind::segment: return "segment " + std::to_string(c.medium);
        case carrier::kind::patch: return "patch";
    }
    return "";
}

// r1 and r2 with: e0 on cross-connect xc, e1 wired, e2 on a segment.
lab_builder all_media() {
    lab_builder l;
    l.cross_connect("xc");
    for (const char* name : {"r1", "r2"}) {
        l.device(name).interface(name, "e0", "xc").interface(name, "e1").interface(name, "e2");
    }
    l.wire("r1 e1", "r2 e1").segment({"r1 e2", "r2 e2"});
    return l;
}

topology_builder pair_of_nodes(link_via via = link_via::any, const std::string& a = "A", const std::string& b = "B") {
    topology_builder t;
    t.node("A").node("B").link("lan", {a, b}, via);
    return t;
}

TEST(Link, Any_PrefersTheWire) {
    EXPECT_EQ(carried_by(all_media(), pair_of_nodes()), "wire 0");
}
TEST(Link, ViaCrossConnect_IsOnIt) {
    EXPECT_EQ(carried_by(all_media(), pair_of_nodes(link_via::cross_connect)), "cross-connect 0");
}
TEST(Link, ViaSegment_IsOnIt) {
    EXPECT_EQ(carried_by(all_media(), pair_of_nodes(link_via::segment)), "segment 0");
}
TEST(Link, ViaWire_IsOnIt) {
    EXPECT_EQ(carried_by(all_media(), pair_of_nodes(link_via::wire)), "wire 0");
}

TEST(Link, PinnedInterfaces_DecideTheCarrier) {
    EXPECT_EQ(carried_by(all_media(), pair_of_nodes(link_via::any, "A e0", "B")), "cross-connect 0");
    EXPECT_EQ(carried_by(all_media(), pair_of_nodes(link_via::any, "A e2", "B")), "segment 0");
    EXPECT_EQ(carried_by(all_media(), pair_of_nodes(link_via::any, "A e0", "B e1")), "impossible");
    EXPECT_EQ(carried_by(all_media(), pair_of_nodes(link_via::any, "A e9", "B")), "impossible");
}

TEST(Link, ThreeParallelLinks_UseAllThreeMedia) {
    topology_builder t = pair_of_nodes();
    t.link("lan2", {"A", "B"}).link("lan3", {"A", "B"});
    const request r = ask(all_media(), t);
    EXPECT_NE(carried_by(all_media(), t), "impossible");
    t.link("lan4", {"A", "B"});
    EXPECT_EQ(carried_by(all_media(), t), "impossible");
}

TEST(Link, WirePreferredThoughAPinNeedsIt_TheOtherLinkGivesWay) {
    topology_builder t = pair_of_nodes();
    t.link("pinned", {"A e1", "B"});
    EXPECT_EQ(carried_by(all_media(), t, 1), "wire 0");
    EXPECT_NE(carried_by(all_media(), t, 0), "wire 0");
}

TEST(Link, SerialType_NeedsSerialInterfacesAtBothEnds) {
    lab_builder l;
    l.device("r1").device("r2").interface("r1", "s0", "", interface_type::serial).interface("r1", "e0");
    l.interface("r2", "s0", "", interface_type::serial).interface("r2", "e0");
    l.wire("r1 e0", "r2 e0");
    topology_builder t;
    t.node("A").node("B").link("lan", {"A", "B"}, link_via::any, interface_type::serial);
    EXPECT_EQ(carried_by(l, t), "impossible");
    l.wire("r1 s0", "r2 s0");
    EXPECT_EQ(carried_by(l, t), "wire 1");
}

TEST(Link, ThreeEndsOnCrossConnect_ArePlaced) {
    lab_builder l;
    l.cross_connect("xc");
    for (const char* name : {"r1", "r2", "r3"}) {
        l.device(name).interface(name, "e0", "xc");
    }
    topology_builder t;
    t.node("A").node("B").node("C").link("lan", {"A", "B", "C"});
    EXPECT_EQ(carried_by(l, t), "cross-connect 0");
}

TEST(Link, ThreeEndsOnWires_AreImpossible) {
    lab_builder l;
    for (const char* name : {"r1", "r2", "r3"}) {
        l.device(name).interface(name, "e0").interface(name, "e1");
    }
    l.wire("r1 e0", "r2 e0").wire("r2 e1", "r3 e0").wire("r3 e1", "r1 e1");
    topology_builder t;
    t.node("A").node("B").node("C").link("lan", {"A", "B", "C"});
    EXPECT_EQ(carried_by(l, t), "impossible");
}

TEST(Link, TwoCrossConnects_BothEndsOnTheSameOne) {
    lab_builder l;
    l.cross_connect("x1").cross_connect("x2");
    l.device("r1").interface("r1", "e0", "x1").device("r2").interface("r2", "e0", "x2");
    EXPECT_EQ(carried_by(l, pair_of_nodes()), "impossible");
    l.device("r3").interface("r3", "e0", "x2");
    EXPECT_EQ(carried_by(l, pair_of_nodes()), "cross-connect 1");
}

TEST(Link, SwitchWithTrunksToTwoCrossConnects_TakesTheCommonOne) {
    lab_builder l;
    l.cross_connect("x1").cross_connect("x2").lab_switch("both", {"x1", "x2"});
    l.device("r1").interface("r1", "e0", "both").device("r2").interface("r2", "e0", "x2");
    EXPECT_EQ(carried_by(l, pair_of_nodes()), "cross-connect 1");
}

// The wire's interface is the only one on the cross-connect too: wires first would be a dead end.
TEST(Link, InterfaceOnWireAndSwitch_IsLeftToTheLinkThatNeedsIt) {
    lab_builder l;
    l.cross_connect("xc");
    l.device("r1").interface("r1", "e0", "xc").interface("r1", "e1", "xc");
    l.device("r2").interface("r2", "e0", "xc").interface("r2", "e1", "xc");
    l.wire("r1 e0", "r2 e0");
    topology_builder t;
    t.node("A", "device r1").node("B", "device r2");
    t.link("first", {"A", "B"}).link("second", {"A e0", "B e1"}, link_via::cross_connect);
    EXPECT_EQ(carried_by(l, t, 0), "cross-connect 0");
    EXPECT_EQ(carried_by(l, t, 1), "cross-connect 0");
}

TEST(Segment, CarriesOneLinkOnly) {
    lab_builder l;
    std::vector<std::string> ends;
    for (const char* name : {"r1", "r2", "r3", "r4"}) {
        l.device(name).interface(name, "e0");
        ends.push_back(std::string(name) + " e0");
    }
    l.segment(ends);
    topology_builder t;
    t.node("A").node("B").node("C").node("D").link("lan1", {"A", "B"});
    EXPECT_EQ(carried_by(l, t), "segment 0");
    t.link("lan2", {"C", "D"});
    EXPECT_EQ(carried_by(l, t), "impossible");
}

TEST(Segment, InUseElsewhere_IsNotUsed) {
    const lab_builder l = all_media();
    const topology_builder t = pair_of_nodes(link_via::segment);
    request r = ask(l, t);
    r.unavailable_segments[0] = "in use by activation a3";
    const auto p = find(r);
    ASSERT_FALSE(p);
    EXPECT_NE(p.error().reason.find("in use by activation a3"), std::string::npos) << p.error().reason;
}

TEST(Segment, DeviceWithTwoInterfacesOnIt_UsesOne) {
    lab_builder l;
    l.device("r1").interface("r1", "e0").interface("r1", "e1").device("r2").interface("r2", "e0");
    l.segment({"r1 e0", "r1 e1", "r2 e0"});
    EXPECT_EQ(carried_by(l, pair_of_nodes()), "segment 0");
    EXPECT_EQ(carried_by(l, pair_of_nodes(link_via::any, "A e1", "B e0")), "segment 0");
}

// r1 and r2 with: s0 on a converter line, s1 wired; both serial.
lab_builder serial_pair() {
    lab_builder l;
    for (const char* name : {"r1", "r2"}) {
        l.device(name).interface(name, "s0", "", interface_type::serial).line(name);
        l.interface(name, "s1", "", interface_type::serial);
    }
    l.wire("r1 s1", "r2 s1");
    return l;
}

topology_builder serial_link(link_via via, const std::string& a = "A") {
    topology_builder t;
    t.node("A").node("B").link("wan", {a, "B"}, via);
    t.topology.links.back().type = interface_type::serial;
    return t;
}

TEST(Patch, SerialInterfacesOnConverterLines_ArePatched) {
    EXPECT_EQ(carried_by(serial_pair(), serial_link(link_via::patch)), "patch");
    EXPECT_EQ(carried_by(serial_pair(), serial_link(link_via::any, "A s0")), "patch");
}
TEST(Patch, Any_PrefersTheWire) {
    EXPECT_EQ(carried_by(serial_pair(), serial_link(link_via::any)), "wire 0");
}
TEST(Patch, NeedsALineAtBothEnds) {
    EXPECT_EQ(carried_by(serial_pair(), serial_link(link_via::patch, "A s1")), "impossible");
    lab_builder l = serial_pair();
    l.lab.devices[1].interfaces[0].line.reset();
    EXPECT_EQ(carried_by(l, serial_link(link_via::patch)), "impossible");
}
TEST(Patch, StaysWithinOneSite) {
    lab_builder l = serial_pair();
    l.lab.sites.emplace_back().name = "other";
    l.lab.devices[1].site = {1};
    EXPECT_EQ(carried_by(l, serial_link(link_via::patch)), "impossible");
}

/// A lab of `devices` in which every device plays a node, and the trunks are as full as a random topology makes them.
struct full_lab {
    full_lab(std::uint64_t seed, std::size_t devices) : random(seed) {
        static const std::vector<std::size_t> sizes{2, 4, 6, 8, 12, 12};
        constexpr std::size_t ports_of_switch = 20;
        constexpr std::uint32_t most = 10;  // ends on a trunk
        std::size_t ports = 0;
        std::vector<std::vector<std::size_t>> free;  // by device: its ports' switches
        l.cross_connect("xc");
        for (std::size_t d = 0; d < devices; ++d) {
            const std::size_t type = random() % sizes.size();
            const std::string name = "r" + std::to_string(d);
            l.device(name, "t" + std::to_string(type), random() % 3 == 0 ? "ipsec" : "");
            free.emplace_back();
            for (std::size_t p = 0; p < sizes[type]; ++p, ++ports) {
                const std::string sw = "sw" + std::to_string(ports / ports_of_switch);
                if (ports % ports_of_switch == 0) {
                    l.lab_switch(sw, {"xc"});
                    l.lab.switches.back().trunks[0].capacity = most * 1000;
                    room.push_back(most);
                }
                l.interface(name, "e" + std::to_string(p), sw);
                free.back().push_back(ports / ports_of_switch);
            }
            t.node("n" + std::to_string(d), "platform t" + std::to_string(type) +
                                                (l.lab.devices.back().features.empty() ? "" : ",feature ipsec"));
        }
        // Node i on device i is an answer; the search does not know.
        std::size_t links = 0;
        for (std::size_t tries = 0; tries < 40 * devices; ++tries) {
            const std::size_t a = random() % devices;
            const std::size_t b = random() % devices;
            if (a == b || !has_room(free[a]) || !has_room(free[b])) {
                continue;
            }
            const std::size_t used = take(free[a]);
            if (!has_room(free[b])) {
                ++room[used];
                free[a].push_back(used);
                continue;
            }
            take(free[b]);
            t.link("l" + std::to_string(links++), {"n" + std::to_string(a), "n" + std::to_string(b)});
        }
    }

    bool has_room(const std::vector<std::size_t>& ports) const {
        return std::any_of(ports.begin(), ports.end(), [&](std::size_t s) { return room[s] > 0; });
    }
    std::size_t take(std::vector<std::size_t>& ports) {
        const auto at = std::find_if(ports.begin(), ports.end(), [&](std::size_t s) { return room[s] > 0; });
        const std::size_t s = *at;
        --room[s];
        ports.erase(at);
        return s;
    }

    std::mt19937_64 random;
    lab_builder l;
    topology_builder t;
    std::vector<std::uint32_t> room;  ///< by switch
};

TEST(Find, LabThatIsUsedUpToTheLastDeviceAndTrunk_IsPlaced) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        const full_lab full(seed, 60);
        request r{full.l.lab, full.t.topology, {}, {}};
        r.bound = 5'000;
        const auto p = find(r);
        ASSERT_TRUE(p) << "seed " << seed << ": " << describe(p.error());
        const auto breach = verify(r, *p);
        EXPECT_FALSE(breach) << *breach;
    }
}

}  // namespace
}  // namespace rollover::placement
