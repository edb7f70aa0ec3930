#include "engine/import/csv.h"

#include "tests/engine/import/support.h"

#include <gmock/gmock.h>

namespace rollover::importing::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct parsed {
    std::vector<csv_record> records;
    std::string errors;
};

parsed parse(const std::string& text) {
    findings out;
    parsed p;
    p.records = read_csv({"t.csv", text}, out);
    p.errors = short_of(out.errors());
    return p;
}

TEST(Csv, QuotesSeparatorsAndLineEnds_AreThoseOfRfc4180) {
    const auto p = parse(
        "\xEF\xBB\xBF"
        "a,b,c\r\n\"x,1\",\"say \"\"no\"\"\",\"two\r\nlines\"\r\n,,\r\nlast,\"\",end");
    EXPECT_EQ(p.errors, "");
    ASSERT_EQ(p.records.size(), 3U);  // the one of separators alone says nothing
    EXPECT_THAT(p.records[0].fields, ElementsAre("a", "b", "c"));
    EXPECT_THAT(p.records[1].fields, ElementsAre("x,1", "say \"no\"", "two\r\nlines"));
    EXPECT_EQ(p.records[1].line, 2U);
    EXPECT_THAT(p.records[2].fields, ElementsAre("last", "", "end"));
    EXPECT_EQ(p.records[2].line, 5U);
}

TEST(Csv, SemicolonsAndTabs_SeparateWhereTheHeaderHasThem) {
    EXPECT_THAT(parse("a;b\n1,5;2\n").records.at(1).fields, ElementsAre("1,5", "2"));
    EXPECT_THAT(parse("a\tb\n1,5\t2\n").records.at(1).fields, ElementsAre("1,5", "2"));
    EXPECT_THAT(parse("\"a,x\";b\n1;2\n").records.at(1).fields, ElementsAre("1", "2"));
    EXPECT_THAT(parse("a,b\n1,").records.at(1).fields, ElementsAre("1", ""));
}

TEST(Csv, WhatIsNotTheForm_IsAMistakeWithItsLine) {
    EXPECT_EQ(parse("a,b\nx\"y,1\n").errors, "t.csv:2: a quote inside of a field without quotes\n");
    EXPECT_EQ(parse("a,b\n\"x\"y,1\n").errors, "t.csv:2: text after the closing quote of a field\n");
    EXPECT_EQ(parse("a,b\n1,2\n\"never\nclosed,1\n").errors, "t.csv:3: a quote that is never closed\n");
    EXPECT_EQ(parse("a,b\n1\r2,3\n").errors, "t.csv:2: a carriage return that ends no line\n");
    EXPECT_EQ(parse("a,b\n1,\xC3\n").errors, "t.csv:2: a byte that is not UTF-8\n");
    EXPECT_EQ(parse(std::string("a,b\n1,\0\n", 8)).errors, "t.csv:2: a NUL byte\n");
}

TEST(Csv, Nothing_IsNoRecord) {
    for (const auto* text : {"", "\n\n", "\xEF\xBB\xBF", "# only a remark", ",,,\n"}) {
        const auto p = parse(text);
        EXPECT_THAT(p.records, IsEmpty()) << text;
        EXPECT_EQ(p.errors, "") << text;
    }
}

TEST(Csv, CutAnywhere_IsReadOrRefused) {
    const std::string whole = "a,b\r\n\"x,\"\"1\"\"\",2\r\n3,4\r\n";
    for (std::size_t i = 0; i <= whole.size(); ++i) {
        const std::string part = whole.substr(0, i);
        const bool open_quote = std::ranges::count(part, '"') % 2 == 1;
        const auto p = parse(part);
        EXPECT_EQ(p.errors.empty(), !open_quote && !part.ends_with('\r')) << i << p.errors;
    }
}

}  // namespace
}  // namespace rollover::importing::test
