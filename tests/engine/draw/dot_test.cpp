#include "engine/draw/dot.h"

#include "tests/engine/placement/lab_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rollover::draw {
namespace {

using placement::lab_builder;
using placement::topology_builder;
using testing::HasSubstr;
using testing::Not;

TEST(Dot, Topology_HasItsNodesWithWhatTheyRequireAndItsLinks) {
    topology_builder t;
    t.node("A", "platform ios").node("B").node("C").link("ab", {"A", "B e0"}).link("lan", {"A", "B", "C"});
    const std::string text = dot_of(t.topology, medium::picture);
    EXPECT_THAT(text, HasSubstr("\"node A\" [label=\"A\\nios\",shape=box];"));
    EXPECT_THAT(text, HasSubstr("\"node A\" -- \"node B\" [style=solid,label=\"ab\",headlabel=\"e0\"];"));
    EXPECT_THAT(text, HasSubstr("\"link lan\" [label=\"lan\",shape=ellipse];"));
    EXPECT_THAT(text, HasSubstr("\"node C\" -- \"link lan\""));
}

TEST(Dot, ForATerminal_BoxesHaveTheSizeOfTheirTextsAndLinesHaveNone) {
    topology_builder t;
    t.node("A", "platform ios").node("B").link("ab", {"A", "B"});
    const std::string text = dot_of(t.topology, medium::terminal);
    EXPECT_THAT(text, HasSubstr("\"node A\" [label=\"A\\nios\",shape=box,width=0.60,height=0.75,fixedsize=true];"));
    EXPECT_THAT(text, HasSubstr("\"node A\" -- \"node B\" [style=solid];"));
}

TEST(Dot, Placement_NamesDevicesInterfacesAndCarriers) {
    lab_builder l;
    l.cross_connect("xc");
    for (const char* name : {"r1", "r2"}) {
        l.device(name, "ios").interface(name, "e0", "xc").interface(name, "e1");
    }
    l.wire("r1 e1", "r2 e1");
    topology_builder t;
    t.node("A").node("B").link("x", {"A", "B"}).link("w", {"A", "B"});
    placement::placement p;
    p.devices = {{1}, {0}};
    p.links = {{{placement::carrier::kind::cross_connect, {0}, 0}, {{{1}, 0}, {{0}, 0}}},
               {{placement::carrier::kind::wire, {}, 0}, {{{1}, 1}, {{0}, 1}}}};
    const std::string text = dot_of(l.lab, t.topology, p, medium::picture);
    EXPECT_THAT(text, HasSubstr("\"node A\" [label=\"A\\nr2 (ios)\",shape=box];"));
    EXPECT_THAT(text, HasSubstr("[style=solid,label=\"x (cross-connect xc)\",taillabel=\"e0\",headlabel=\"e0\"];"));
    EXPECT_THAT(text, HasSubstr("[style=bold,label=\"w (wire "));
}

TEST(Dot, NamesOfAnyCharacters_StayInsideTheirQuotes) {
    lab_builder l;
    l.device("r1", "ios");
    l.lab.devices[0].model = "a\"] -- b\\";
    l.lab.converters.push_back({});
    l.lab.converters[0].lines.push_back({});
    const std::string text = dot_of(l.lab, medium::picture);
    EXPECT_THAT(text, HasSubstr("label=\"r1\\nios a\\\"] -- b\\\\\""));
    EXPECT_THAT(text, Not(HasSubstr("a\"]")));
}

}  // namespace
}  // namespace rollover::draw
