#include "drivers/console/cast_reader.h"

#include <gmock/gmock.h>
#include <sstream>

namespace rollover::console {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr auto header = "{\"version\": 2, \"width\": 80, \"height\": 24}\n";

/// The failure that reading `text` to its end meets.
failure trouble_in(const std::string& text) {
    std::istringstream in(text);
    cast_reader reader(in, "r1.cast");
    if (const auto head = reader.header(); !head) {
        return head.error();
    }
    for (;;) {
        const auto event = reader.next();
        if (!event) {
            return event.error();
        }
        if (!*event) {
            return {errc::internal, "no trouble"};
        }
    }
}

TEST(CastReader, AForeignCast) {
    std::istringstream in(
        "{\"version\": 2, \"width\": 80, \"height\": 24, \"timestamp\": 1504467315, \"title\": \"Demo\", "
        "\"idle_time_limit\": 1.5, \"env\": {\"TERM\": \"xterm\"}}\r\n"
        "[0.248848, \"o\", \"\\u001b[1;31mHello\\n\"]\n"
        "\n"
        "[2, \"r\", \"80x24\"]\n"
        "[2.5, \"new\", \"\"]");
    cast_reader reader(in, "demo.cast");
    const auto head = reader.header();
    ASSERT_TRUE(head);
    EXPECT_EQ(head->timestamp, 1504467315);
    EXPECT_EQ(head->idle_time_limit, 1500ms);
    EXPECT_EQ(head->title, "Demo");
    const auto first = reader.next();
    ASSERT_TRUE(first && *first);
    EXPECT_EQ((*first)->at, 248848us);
    EXPECT_EQ((*first)->code, 'o');
    EXPECT_EQ((*first)->text, "\x1b[1;31mHello\n");
    EXPECT_EQ(reader.next().value()->code, 'r');
    EXPECT_EQ(reader.next().value()->code, 0) << "a kind of the future";
    EXPECT_FALSE(reader.next().value());
}

TEST(CastReader, WhatIsWrong_IsSaidWithItsLine) {
    const auto first = trouble_in("hello\n");
    EXPECT_EQ(first.code, errc::bad_input);
    EXPECT_EQ(first.where, "r1.cast:1");
    EXPECT_THAT(first.reason, HasSubstr("header"));
    EXPECT_THAT(trouble_in("{\"version\": 3}\n").reason, HasSubstr("version 2"));
    EXPECT_THAT(trouble_in("{\"version\": \"2\"}\n").reason, HasSubstr("version 2"));
    EXPECT_THAT(trouble_in("").reason, HasSubstr("empty"));
    for (const std::string line :
         {"[1, \"o\"", "[1, \"o\"]", "{}", "[\"1\", \"o\", \"\"]", "[-1, \"o\", \"\"]", "[1e300, \"o\", \"\"]",
          "[1e999, \"o\", \"\"]", "[1, 2, \"\"]", "[1, \"o\", 2]", "[1, \"o\", \"\xff\"]", "[1, \"o\", \"\\ud800\"]"}) {
        const auto bad = trouble_in(header + std::string("[0, \"o\", \"fine\"]\n") + line + "\n");
        EXPECT_EQ(bad.code, errc::bad_input) << line;
        EXPECT_EQ(bad.where, "r1.cast:3") << line;
    }
}

TEST(CastReader, EndlessLineAndDeepNesting_CostLittle) {
    const auto endless = trouble_in(header + std::string(cast_reader::longest_line + 1, ' '));
    EXPECT_THAT(endless.reason, HasSubstr("at most"));
    EXPECT_EQ(endless.where, "r1.cast:2");
    const auto deep = trouble_in(header + std::string(cast_reader::longest_line, '['));
    EXPECT_EQ(deep.code, errc::bad_input);
}

}  // namespace
}  // namespace rollover::console
