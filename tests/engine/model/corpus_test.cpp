// Our reader and `xmllint --schema` on the same files: they agree on good/ and bad/; in reader_only/ are the mistakes
// that no schema can see. Beside every file with mistakes stands what the reader says about it, to the character.
#include "engine/model/reader.h"
#include "tests/engine/model/support.h"

#include <gtest/gtest.h>
#include <pugixml.hpp>

namespace rollover::model::test {
namespace {

const std::filesystem::path corpus = "tests/engine/model/corpus";
const std::filesystem::path schemas = "topologies/schema";

class Corpus : public testing::TestWithParam<std::string> {
protected:
    [[nodiscard]] std::filesystem::path schema() const { return schemas / (GetParam() + ".xsd"); }
    [[nodiscard]] std::vector<std::filesystem::path> group(const std::string& name) const {
        auto files = files_in(corpus / GetParam() / name, ".xml");
        EXPECT_GE(files.size(), 10U);
        return files;
    }
    static void expect_said(const std::filesystem::path& file) {
        const auto read = read_document(file);
        EXPECT_FALSE(read.value) << file;
        auto beside = file;
        EXPECT_EQ(lines_of(read.mistakes), contents_of(beside.replace_extension(".expect"))) << file;
    }
};

TEST_P(Corpus, Good_BothAccept) {
    for (const auto& [file, valid] : xmllint(schema(), group("good"))) {
        EXPECT_TRUE(valid) << "xmllint refuses " << file;
        const auto read = read_document(file);
        EXPECT_TRUE(read.value) << file << ":\n" << lines_of(read.mistakes);
        EXPECT_TRUE(read.mistakes.empty());
    }
}

TEST_P(Corpus, Bad_BothRefuse) {
    for (const auto& [file, valid] : xmllint(schema(), group("bad"))) {
        EXPECT_FALSE(valid) << "xmllint accepts " << file;
        expect_said(file);
    }
}

TEST_P(Corpus, ReaderOnly_SchemaAcceptsReaderRefuses) {
    for (const auto& [file, valid] : xmllint(schema(), group("reader_only"))) {
        EXPECT_TRUE(valid) << "xmllint refuses " << file << ": it belongs into bad/";
        expect_said(file);
    }
}

INSTANTIATE_TEST_SUITE_P(Kinds, Corpus, testing::Values("lab", "topology"),
                         [](const auto& kind) { return kind.param; });

TEST(Shipped, LabsAndTopologies_AreValidAndExpand) {
    std::vector<std::filesystem::path> labs;
    std::vector<std::filesystem::path> topologies;
    for (const auto& file : files_in("topologies", ".xml")) {
        const auto read = read_document(file);
        ASSERT_TRUE(read.value) << file << ":\n" << lines_of(read.mistakes);
        if (const auto* const t = std::get_if<topology>(&*read.value)) {
            topologies.push_back(file);
            EXPECT_EQ(lines_of(check_expansions(*t)), "") << file;
        } else {
            labs.push_back(file);
        }
    }
    EXPECT_GE(labs.size(), 1U);
    EXPECT_GE(topologies.size(), 3U);
    for (const auto& [file, valid] : xmllint(schemas / "lab.xsd", labs)) {
        EXPECT_TRUE(valid) << file;
    }
    for (const auto& [file, valid] : xmllint(schemas / "topology.xsd", topologies)) {
        EXPECT_TRUE(valid) << file;
    }
}

/// The text of xs:annotation/xs:documentation, trimmed of nothing: only its being there counts.
bool is_documented(pugi::xml_node n) {
    return n.child("xs:annotation").child("xs:documentation").text().as_string()[0] != '\0';
}

TEST(Schema, EveryElementAttributeTypeAndWord_IsDocumented) {
    for (const auto& file : files_in(schemas, ".xsd")) {
        pugi::xml_document document;
        ASSERT_TRUE(document.load_file(file.c_str()));
        std::size_t seen = 0;
        for (const auto& found : document.select_nodes(
                 "//xs:element[@name]|//xs:attribute[@name]|//xs:simpleType[@name]|//xs:enumeration")) {
            const pugi::xml_node n = found.node();
            EXPECT_TRUE(is_documented(n)) << file << ": " << n.name() << ' ' << n.first_attribute().value();
            ++seen;
        }
        EXPECT_GT(seen, 30U) << file;
    }
}

}  // namespace
}  // namespace rollover::model::test
