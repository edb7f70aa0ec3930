// Every XML example of the guides is what the reader and the schema accept. An example that is a part of a file is put
// where it belongs in a small frame first.
#include "engine/base/text.h"
#include "engine/model/reader.h"
#include "tests/engine/model/support.h"

#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

namespace rollover::model::test {
namespace {

struct example {
    std::string where;  ///< "docs/labs.md:20"
    std::string text;
};

std::vector<example> examples_of(const std::filesystem::path& guide) {
    std::vector<example> found;
    bool inside = false;
    std::size_t number = 0;
    const std::string text = contents_of(guide);
    for (const std::string_view line : split_lines(text)) {
        ++number;
        if (line == "```xml") {
            found.push_back({guide.string() + ":" + std::to_string(number), {}});
            inside = true;
        } else if (line.starts_with("```")) {
            inside = false;
        } else if (inside) {
            found.back().text += std::string(line) + '\n';
        }
    }
    EXPECT_FALSE(inside) << guide << ": an example is never closed";
    return found;
}

std::string lab_around(const std::string& part) {
    const bool of_interlink = part.starts_with("<interlink");
    const bool of_lab = part.starts_with("<hook") || of_interlink;
    const std::string cross_connects = R"(<cross-connect name="xc1" kind="openvswitch" bridge="f1"/>
              <cross-connect name="xc2" kind="openvswitch" bridge="f2"/>)";
    return R"(<lab name="frame"><credentials name="admin" user="admin" password="env:P"/>)" + (of_lab ? part : "") +
           R"(<site name="frame"><converter name="cs1" protocol="raw" host="h"><line number="1" port="1"/>
              <line number="2" port="2"/><line number="3" port="3"/></converter>
              <device name="r1" platform="p"><console line="cs1/1"/><interface name="FastEthernet0/1"/></device>
              <device name="r2" platform="p"><console line="cs1/2"/><interface name="FastEthernet0/1"/></device>)" +
           (of_interlink ? cross_connects : "") + (of_lab ? "" : part) + "</site></lab>";
}

std::string topology_around(const std::string& part) {
    const bool of_node = part.starts_with("<config") || part.starts_with("<check");
    std::string whole = R"(<topology name="frame"><parameter name="pod" default="1"/><node name="A">)";
    whole += (of_node ? part : "") + R"(</node><node name="B"/>)" + (of_node ? "" : part);
    if (part.find("<node name=\"C\"") == std::string::npos) {
        whole += "<node name=\"C\"/>";
    }
    return whole + "</topology>";
}

bool is_whole(const example& e) {
    return e.text.starts_with("<lab") || e.text.starts_with("<topology");
}

void expect_valid(const std::string& schema, const example& e, const std::string& whole) {
    const std::filesystem::path file = testing::TempDir() + "rollover_example_" + std::to_string(getpid()) + ".xml";
    std::ofstream(file) << whole;
    EXPECT_TRUE(xmllint("topologies/schema/" + schema, {file}).at(file)) << e.where << " breaks the schema:\n" << whole;
    std::filesystem::remove(file);
}

TEST(DocsExamples, OfLabs_AreRead) {
    const auto examples = examples_of("docs/labs.md");
    EXPECT_GE(examples.size(), 4U);
    for (const auto& e : examples) {
        const std::string whole = is_whole(e) ? e.text : lab_around(e.text);
        diagnostics unread;
        const auto models = read_converter_models({"drivers/converters"}, unread);
        EXPECT_TRUE(unread.empty());
        const auto read = read_lab(whole, e.where, models);
        EXPECT_TRUE(read.value) << e.where << ":\n" << lines_of(read.mistakes);
        expect_valid("lab.xsd", e, whole);
    }
}

TEST(DocsExamples, OfTopologies_AreReadAndExpand) {
    const auto examples = examples_of("docs/topologies.md");
    EXPECT_GE(examples.size(), 6U);
    for (const auto& e : examples) {
        const std::string whole = is_whole(e) ? e.text : topology_around(e.text);
        const auto read = read_topology(whole, e.where);
        ASSERT_TRUE(read.value) << e.where << ":\n" << lines_of(read.mistakes);
        EXPECT_EQ(lines_of(check_expansions(*read.value)), "") << e.where;
        expect_valid("topology.xsd", e, whole);
    }
}

}  // namespace
}  // namespace rollover::model::test
