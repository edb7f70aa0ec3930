#include "engine/model/reader.h"
#include "tests/engine/model/support.h"

#include <gtest/gtest.h>

namespace rollover::model::test {
namespace {

topology sample() {
    topology t;
    t.name = "sample";
    t.file = "t.xml";
    t.parameters = {{"pod", "1", {"t.xml", 2, 3}}, {"area", std::nullopt, {"t.xml", 3, 3}}};
    t.nodes.resize(3);
    t.nodes[0].name = "A";
    t.nodes[1].name = "B";
    t.nodes[2].name = "C";
    t.links.resize(2);
    t.links[0].name = "lan";
    t.links[0].ends = {{node_index{0}, "", {}}, {node_index{1}, "", {}}};
    t.links[1].name = "wan";
    t.links[1].ends = {{node_index{1}, "", {}}, {node_index{2}, "", {}}};
    return t;
}

result<std::string> expanded(std::string_view text, const arguments& given = {}) {
    const interface_lookup lookup = [](std::string_view node, std::string_view link) {
        return std::optional("if-" + std::string(node) + "-" + std::string(link));
    };
    return expand(text, {"t.xml", 7, 5}, sample(), given, lookup);
}

TEST(Expansion, ParametersAndInterfaces_AreReplaced) {
    EXPECT_EQ(expanded("ip 10.${pod}.0.1 on ${A.lan}${B.lan}").value(), "ip 10.1.0.1 on if-A-lanif-B-lan");
    EXPECT_EQ(expanded("${pod}${area}", {{"pod", "7"}, {"area", ""}}).value(), "7");
    EXPECT_EQ(expanded("").value(), "");
}

TEST(Expansion, DollarsThatMeanThemselves_Stay) {
    EXPECT_EQ(expanded("cost $5 $ $$ $x {pod} }").value(), "cost $5 $ $$ $x {pod} }");
    EXPECT_EQ(expanded("$${pod} ${pod}").value(), "${pod} 1");
    EXPECT_EQ(expanded("$$${pod}").value(), "$${pod}");
}

TEST(Expansion, ValuesAreNotExpandedAgain) {
    EXPECT_EQ(expanded("${area}", {{"area", "${pod}"}}).value(), "${pod}");
}

TEST(Expansion, UnknownNames_AreRefusedWithPlaceAndNearest) {
    const auto parameter = expanded("x ${pood}");
    ASSERT_FALSE(parameter);
    EXPECT_EQ(parameter.error().code, errc::bad_input);
    EXPECT_EQ(parameter.error().where, "t.xml:7:5");
    EXPECT_EQ(parameter.error().reason, "there is no parameter \"pood\"");
    EXPECT_EQ(parameter.error().hint, "did you mean \"pod\"? parameters: pod, area");
    EXPECT_EQ(expanded("${D.lan}").error().reason, "there is no node \"D\", named by \"${D.lan}\"");
    EXPECT_EQ(expanded("${A.wan}").error().reason, "node \"A\" is not on a link \"wan\"");
    EXPECT_EQ(expanded("${A.wan}").error().hint, "did you mean \"lan\"? its links: lan");
    EXPECT_EQ(expanded("${}").error().reason, "there is no parameter \"\"");
    EXPECT_EQ(expanded("${A.}").error().reason, "node \"A\" is not on a link \"\"");
    EXPECT_EQ(expanded("${ pod}").error().reason, "there is no parameter \" pod\"");
}

TEST(Expansion, UnclosedAndWithoutValue_AreRefused) {
    EXPECT_EQ(expanded("a ${pod").error().reason, "\"${pod\" is never closed");
    EXPECT_EQ(expanded("${area}").error().reason, "parameter \"area\" has no value");
}

TEST(Expansion, InterfaceThatThePlacementDoesNotGive_IsRefused) {
    const interface_lookup none = [](std::string_view, std::string_view) { return std::nullopt; };
    EXPECT_EQ(expand("${A.lan}", {}, sample(), {}, none).error().reason, "${A.lan} has no interface");
}

TEST(CheckArguments, MissingUnknownAndUntypable_AreAllReported) {
    EXPECT_TRUE(check_arguments(sample(), {{"area", "0"}}).empty());
    const auto wrong = check_arguments(sample(), {{"podd", "1"}, {"pod", "1\n2"}});
    ASSERT_EQ(wrong.size(), 3U);
    EXPECT_EQ(to_string(wrong[0]),
              "command line: error: the value of parameter \"pod\" cannot be typed; one line, at most 1024 characters, "
              "none of "
              "them a control character");
    EXPECT_EQ(
        to_string(wrong[1]),
        "command line: error: topology \"sample\" has no parameter \"podd\"; did you mean \"pod\"? it has pod, area");
    EXPECT_EQ(to_string(wrong[2]), "t.xml:3:3: error: parameter \"area\" has no value; give it: area=VALUE");
}

TEST(CheckExpansions, EveryMistakeOfEveryNode_AndBadExpressions) {
    topology t = sample();
    t.nodes[0].config = {{"a ${x} ${A.lan} ${area}", {"t.xml", 5, 1}}, {"${B.wan} ${C.lan} ${", {"t.xml", 6, 1}}};
    t.nodes[2].checks = {{"show ${y}", "(${pod}", {}, {"t.xml", 9, 1}}, {"show", "!!!", {}, {"t.xml", 10, 1}}};
    EXPECT_EQ(
        lines_of(check_expansions(t)),
        "5:1: there is no parameter \"x\"; parameters: pod, area\n"
        "6:1: node \"C\" is not on a link \"lan\"; did you mean \"wan\"? its links: wan\n"
        "6:1: \"${\" is never closed; write ${name}, or $${ for the characters ${ themselves\n"
        "9:1: there is no parameter \"y\"; parameters: pod, area\n"
        "9:1: \"(1\" is no regular expression: missing ): (1; the syntax is that of RE2; put a \\ before a character "
        "that should stand for itself\n");
    EXPECT_TRUE(check_expansions(sample()).empty());
}

}  // namespace
}  // namespace rollover::model::test
