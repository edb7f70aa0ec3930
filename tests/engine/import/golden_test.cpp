// Whole imports of each kind, compared with drafts that were read by a person: NAME.xml is the draft, NAME.txt what it
// still needs and what was left out. A draft that needs nothing is what the schema and the reader of lab files accept.
#include "engine/model/reader.h"
#include "tests/engine/import/support.h"
#include "tests/engine/model/support.h"

#include <algorithm>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

namespace rollover::importing::test {
namespace {

using model::test::contents_of;

struct golden {
    source from;
    std::string name;
    std::vector<std::string> files;
};

class Golden : public testing::TestWithParam<golden> {};

TEST_P(Golden, Draft_IsAsExpected) {
    const std::string folder = "tests/engine/import/golden/";
    const auto& wanted = GetParam();
    std::vector<input> files;
    for (const auto& name : wanted.files) {
        files.push_back({name, contents_of(folder + name)});
        ASSERT_FALSE(files.back().text.empty()) << name;
    }
    diagnostics unread;
    import_options options;
    options.lab = wanted.name;
    options.models = model::read_converter_models({"drivers/converters"}, unread);
    ASSERT_TRUE(unread.empty());
    const auto report = draft_lab(wanted.from, files, options);
    EXPECT_EQ(text_of(report.errors), "");
    EXPECT_EQ(report.xml, contents_of(folder + wanted.name + ".xml"));
    EXPECT_EQ("to be completed:\n" + text_of(report.incomplete) + "left out:\n" + text_of(report.left_out),
              contents_of(folder + wanted.name + ".txt"));

    const std::filesystem::path file = testing::TempDir() + "rollover_import_" + std::to_string(getpid()) + ".xml";
    std::ofstream(file) << report.xml;
    const auto read = model::read_lab(report.xml, file.string(), options.models);
    EXPECT_EQ(read.value.has_value(), report.incomplete.empty()) << model::test::lines_of(read.mistakes);
    EXPECT_EQ(model::test::xmllint("topologies/schema/lab.xsd", {file}).at(file), report.incomplete.empty());
    std::filesystem::remove(file);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, Golden,
    testing::Values(golden{source::csv, "whole", {"whole.csv"}}, golden{source::csv, "partial", {"partial.csv"}},
                    golden{source::virtlab,
                           "virtlab",
                           {"sites.localvlans.conf", "sites.localserials.conf", "sites.portsetter.conf",
                            "sites.tunservers.conf"}},
                    golden{source::netbox, "netbox", {"nb.cables.json", "nb.devices.json", "nb.ports.json"}}),
    [](const auto& one) { return one.param.name; });

TEST(Import, OrderOfFiles_DoesNotChangeWhatIsFound) {
    const std::string folder = "tests/engine/import/golden/";
    std::vector<input> files;
    for (const auto* name : {"nb.cables.json", "nb.devices.json", "nb.ports.json"}) {
        files.push_back({name, contents_of(folder + name)});
    }
    const std::string first = draft_lab(source::netbox, files, {}).xml;
    std::ranges::reverse(files);
    EXPECT_EQ(draft_lab(source::netbox, files, {}).xml, first);
}

TEST(Import, ProtocolOfAllConverters_CompletesThemByTheirModel) {
    diagnostics unread;
    import_options options;
    options.models = model::read_converter_models({"drivers/converters"}, unread);
    options.protocol = "rfc2217";
    const auto report = draft_lab(
        source::netbox, {{"d", R"([{"id": 3, "url": "/api/dcim/devices/3/", "name": "cs1", "site": {"slug": "a"},
                                     "device_type": {"manufacturer": {"slug": "opengear"}, "model": "x"}, "primary_ip": {"address": "192.0.2.1/24"}},
                                    {"id": 1, "url": "/api/dcim/console-server-ports/1/", "name": "Port 1", "device": {"id": 3}}])"}},
        options);
    EXPECT_EQ(text_of(report.errors) + text_of(report.incomplete), "");
    const auto lab = model::read_lab(report.xml, "draft", options.models);
    ASSERT_TRUE(lab.value);
    EXPECT_EQ(lab.value->converters.at(0).lines.at(0).port, 5001);  // Opengear: 5000 + port
}

}  // namespace
}  // namespace rollover::importing::test
