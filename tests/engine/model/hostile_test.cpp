// Input that wants to do harm: every one gets one clear error, and costs no more than its own length.
#include "engine/model/reader.h"
#include "tests/engine/model/support.h"

#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

namespace rollover::model::test {
namespace {

std::string repeated(std::string_view text, std::size_t times) {
    std::string out;
    out.reserve(text.size() * times);
    for (std::size_t i = 0; i < times; ++i) {
        out += text;
    }
    return out;
}

std::string said(std::string_view xml) {
    const auto read = read_document(xml, "x.xml");
    EXPECT_FALSE(read.value);
    return lines_of(read.mistakes);
}

TEST(HostileXml, EntityBomb_IsRefusedAtItsDoctype) {
    const std::string bomb = R"(<?xml version="1.0"?>
<!DOCTYPE lab [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>
<lab name="&c;"/>)";
    EXPECT_EQ(said(bomb),
              "2:1: a DOCTYPE is not allowed; remove it; entities are not used here, and the rules are in "
              "topologies/schema\n");
}

TEST(HostileXml, MillionNestedElements_AreRefusedAtTheThirtyThird) {
    const std::string nested = repeated("<a>", 1'000'000);
    EXPECT_EQ(said(nested),
              "1:97: elements are nested deeper than 32; a lab or a topology needs five levels at most\n");
    EXPECT_EQ(said(nested + repeated("</a>", 1'000'000)),
              "1:97: elements are nested deeper than 32; a lab or a topology needs five levels at most\n");
}

TEST(HostileXml, ThirtyTwoLevels_AreReadAndReportedAsUnknown) {
    const std::string text = "<lab name=\"x\">" + repeated("<a>", 31) + repeated("</a>", 31) + "</lab>";
    EXPECT_NE(said(text).find("<a> is not allowed in <lab>"), std::string::npos);
}

TEST(HostileXml, HundredMegabytes_AreRefusedByTheirSize) {
    const std::string big(std::size_t{100} << 20U, ' ');
    EXPECT_EQ(said(big), " the file has 104857600 bytes; at most 33554432 are read\n");
}

class file_of_test {
public:
    file_of_test() : path_(testing::TempDir() + "rollover_hostile_" + std::to_string(getpid()) + ".xml") {}
    ~file_of_test() { std::filesystem::remove(path_); }
    file_of_test(const file_of_test&) = delete;
    file_of_test& operator=(const file_of_test&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

TEST(HostileXml, HundredMegabyteFile_IsNotEvenLoaded) {
    const file_of_test file;
    std::ofstream(file.path()) << "<lab/>";
    std::filesystem::resize_file(file.path(), std::size_t{100} << 20U);
    const auto read = read_document(file.path());
    EXPECT_EQ(lines_of(read.mistakes), " the file has 104857600 bytes; at most 33554432 are read\n");
}

TEST(HostileXml, EndlessDevice_IsReadUpToTheLimit) {
    const auto read = read_document(std::filesystem::path("/dev/zero"));
    EXPECT_NE(lines_of(read.mistakes).find("at most 33554432 are read"), std::string::npos);
}

TEST(HostileXml, MissingFileAndFolder_SaySo) {
    EXPECT_EQ(lines_of(read_document(std::filesystem::path("/nowhere/x.xml")).mistakes),
              " the file cannot be read: No such file or directory; is the name right, and may this user read it?\n");
    EXPECT_NE(lines_of(read_document(std::filesystem::path("/tmp")).mistakes).find("cannot be read: Is a directory"),
              std::string::npos);
}

TEST(HostileXml, BrokenUtf8AndNuls_AreShownOneByOneUpToTwenty) {
    EXPECT_EQ(said(std::string("<lab name=\"\xc5\"/>\n\0", 17)),
              "1:12: a byte that is not UTF-8 (0xc5); save the file as UTF-8\n"
              "2:1: a NUL character; only tab, line feed and carriage return are allowed\n");
    const auto read = read_document(std::string(1'000'000, '\xff'), "x.xml");
    EXPECT_EQ(read.mistakes.size(), 20U);
}

TEST(HostileXml, AMillionMistakes_KeepsAThousandAndCountsTheRest) {
    const std::string text = "<lab name=\"x\"><site name=\"s\">" + repeated("<devise/>", 200'000) + "</site></lab>";
    const auto read = read_document(text, "x.xml");
    ASSERT_EQ(read.mistakes.size(), 1001U);
    EXPECT_EQ(to_string(read.mistakes.back()), "x.xml: error: 199000 more mistakes are not shown; mend these first");
}

TEST(HostileXml, TooManyElementsOrAttributes_AreRefused) {
    EXPECT_NE(said("<lab>" + repeated("<a/>", 1'100'000) + "</lab>").find("more than 1000000 elements"),
              std::string::npos);
    std::string many = "<lab ";
    for (int i = 0; i < 100'000; ++i) {
        many += "a" + std::to_string(i) + "=\"\" ";
    }
    EXPECT_NE(said(many + "/>").find("more than 64 attributes"), std::string::npos);
}

TEST(HostileXml, TwoHundredThousandWrongReferences_TakeNoQuadraticTime) {
    // With every wrong name compared to every known one this would take hours.
    std::string text = "<lab name=\"x\"><site name=\"s\">";
    for (int i = 0; i < 100'000; ++i) {
        const std::string n = std::to_string(i);
        text += "<device name=\"device-number-" + n + "\" platform=\"p\"><console line=\"converter-" + n +
                "/1\"/></device>";
    }
    const auto read = read_document(text + "</site></lab>", "x.xml");
    EXPECT_EQ(read.mistakes.size(), 1001U);
}

TEST(HostileXml, ControlCharactersInAMessage_CannotReachTheTerminal) {
    const auto read = read_document("<lab name=\"a&#27;[31m\"><site name=\"s\"/></lab>", "x.xml");
    ASSERT_FALSE(read.mistakes.empty());
    const auto tab = read_document("<lab name=\"a&#9;\xc2\x9b\"><site name=\"s\"/></lab>", "x.xml");
    EXPECT_NE(lines_of(tab.mistakes).find("\"a^I\\xc2\\x9b\""), std::string::npos) << lines_of(tab.mistakes);
}

TEST(HostileXml, EveryPrefixOfAFile_IsRefusedWithAPlace) {
    const std::string whole = contents_of("tests/engine/model/corpus/lab/good/ssh_and_tty.xml");
    const std::size_t end = whole.rfind('>');
    for (std::size_t length = 1; length < end; ++length) {
        const auto read = read_document(std::string_view(whole).substr(0, length), "x.xml");
        ASSERT_EQ(read.mistakes.size(), 1U) << length;
        ASSERT_FALSE(read.value);
    }
}

TEST(HostileXml, EverySingleByteChanged_NeverCrashes) {
    const std::string whole = contents_of("tests/engine/model/corpus/topology/good/config_with_references.xml");
    for (std::size_t at = 0; at < whole.size(); ++at) {
        for (const char c : {'<', '>', '&', '"', '\0', '\xff', ']', '/', ' '}) {
            std::string changed = whole;
            changed[at] = c;
            const auto read = read_document(changed, "x.xml");
            ASSERT_NE(read.value.has_value(), !read.mistakes.empty());
        }
    }
}

}  // namespace
}  // namespace rollover::model::test
