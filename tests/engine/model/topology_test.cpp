#include "engine/model/reader.h"
#include "tests/engine/model/support.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rollover::model::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Pair;

topology good_topology(std::string_view xml) {
    const auto read = read_topology(xml, "t.xml");
    EXPECT_TRUE(read.value) << lines_of(read.mistakes);
    return read.value.value_or(topology());
}

/// The lines of the configuration of a node, with "line:column".
std::vector<std::pair<std::string, std::string>> config_of(std::string_view inside) {
    const topology t = good_topology("<topology name=\"t\"><node name=\"A\"><config>" + std::string(inside) +
                                     "</config></node></topology>");
    std::vector<std::pair<std::string, std::string>> out;
    for (const auto& line : t.nodes.at(0).config) {
        out.emplace_back(to_string(line.place).substr(6), line.text);
    }
    return out;
}

TEST(TopologyReader, Config_LosesCommonIndentationAndBlankLines_KeepsPlaces) {
    EXPECT_THAT(config_of("\n\n    interface e0\n     ip address 1.2.3.4\n   \n\n    end\n  "),
                ElementsAre(Pair("3:5", "interface e0"), Pair("4:5", " ip address 1.2.3.4"), Pair("7:5", "end")));
}

TEST(TopologyReader, Config_OnTheLineOfItsTag_CountsItsColumn) {
    EXPECT_THAT(config_of("hostname A"), ElementsAre(Pair("1:43", "hostname A")));
    EXPECT_THAT(config_of(""), ElementsAre());
    EXPECT_THAT(config_of(" \n "), ElementsAre());
}

TEST(TopologyReader, Config_ReferencesCdataAndComments_KeepTheLinesOfTheFile) {
    EXPECT_THAT(config_of("\n a &lt; &#66;\n <!-- two\n lines --> b\n<![CDATA[ c <d> &amp;\n e]]> f\r\n g"),
                ElementsAre(Pair("2:2", "a < B"), Pair("3:2", " b"), Pair("5:11", "c <d> &amp;"), Pair("6:2", "e f"),
                            Pair("7:2", "g")));
}

TEST(TopologyReader, Config_EmptyCdata_IsNothing) {
    EXPECT_THAT(config_of("<![CDATA[]]>x<![CDATA[]]>"), ElementsAre(Pair("1:55", "x")));
    EXPECT_THAT(config_of("a<![CDATA[]]]]><![CDATA[>]]>"), ElementsAre(Pair("1:43", "a]]>")));
}

TEST(TopologyReader, Config_TabsAreAllReported) {
    const auto read =
        read_topology("<topology name=\"t\"><node name=\"A\"><config>\n\ta\n b\tc\n</config></node></topology>", "t");
    EXPECT_EQ(lines_of(read.mistakes),
              "2:1: a tab in a configuration; write blanks: typed into a console, a tab completes commands\n"
              "3:3: a tab in a configuration; write blanks: typed into a console, a tab completes commands\n");
}

constexpr std::string_view full_topology = R"(<topology name="full">
  <link name="lan" type="ethernet" via="segment"><end node="B" interface="Gi0/1"/><end node="A"/><end node="C"/></link>
  <link name="wan" type="serial" via="wire"><end node="A"/><end node="C"/></link>
  <parameter name="pod" default=""/>
  <parameter name="area"/>
  <node name="A"><require same-site-as="C"/><require model="Catalyst 2960"/>
    <check command="show x" expect="a|b" within="2m"/><check command="show y" expect="c"/></node>
  <node name="B"><require device="r1"/><require feature="x"/><require site="s"/><require platform="p"/></node>
  <node name="C"><require different-site-from="B"/></node>
</topology>)";

TEST(TopologyReader, Requirements_AsWritten) {
    const topology t = good_topology(full_topology);
    using kind = requirement::kind;
    EXPECT_EQ(t.nodes[0].requirements[0].what, kind::same_site_as);
    EXPECT_EQ(t.nodes[0].requirements[0].other, node_index{2});
    EXPECT_EQ(t.nodes[0].requirements[1].what, kind::model);
    EXPECT_EQ(t.nodes[0].requirements[1].value, "Catalyst 2960");
    EXPECT_EQ(t.nodes[1].requirements[0].what, kind::device);
    EXPECT_EQ(t.nodes[1].requirements[1].what, kind::feature);
    EXPECT_EQ(t.nodes[1].requirements[2].what, kind::site);
    EXPECT_EQ(t.nodes[1].requirements[3].what, kind::platform);
    EXPECT_EQ(t.nodes[2].requirements[0].what, kind::different_site_from);
    EXPECT_EQ(t.nodes[2].requirements[0].other, node_index{1});
    EXPECT_EQ(t.nodes[2].requirements[0].value, "B");
    EXPECT_EQ(to_string(t.nodes[2].requirements[0].place), "t.xml:9:18");
}

TEST(TopologyReader, LinksChecksParameters_AsWritten) {
    const topology t = good_topology(full_topology);
    ASSERT_EQ(t.links.size(), 2U);
    EXPECT_EQ(t.links[0].via, link_via::segment);
    ASSERT_EQ(t.links[0].ends.size(), 3U);
    EXPECT_EQ(t.links[0].ends[0].node, node_index{1});
    EXPECT_EQ(t.links[0].ends[0].interface, "Gi0/1");
    EXPECT_EQ(t.links[1].type, interface_type::serial);
    EXPECT_EQ(t.links[1].via, link_via::wire);
    EXPECT_EQ(t.nodes[0].checks[0].expect, "a|b");
    EXPECT_EQ(t.nodes[0].checks[0].within, 2min);
    EXPECT_EQ(t.nodes[0].checks[1].within, 30s);
    EXPECT_EQ(t.parameters[0].default_value, "");
    EXPECT_EQ(t.parameters[1].default_value, std::nullopt);
}

TEST(TopologyReader, DemoTopologies_HaveTheirShapes) {
    const auto triangle = read_topology(std::filesystem::path("topologies/triangle.xml"));
    ASSERT_TRUE(triangle.value) << lines_of(triangle.mistakes);
    EXPECT_EQ(triangle.value->nodes.size(), 3U);
    EXPECT_EQ(triangle.value->links.size(), 3U);
    const auto lan = read_topology(std::filesystem::path("topologies/lan.xml"));
    ASSERT_TRUE(lan.value) << lines_of(lan.mistakes);
    EXPECT_EQ(lan.value->links.at(0).ends.size(), 3U);
}

}  // namespace
}  // namespace rollover::model::test
