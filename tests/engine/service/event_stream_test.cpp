#include "engine/service/event_stream.h"

#include <gtest/gtest.h>

namespace rollover::service {
namespace {

using namespace std::chrono_literals;

/// "id|event|data;" for each event of `bytes`, fed in pieces of `size`.
std::string read(std::string_view bytes, std::size_t size = std::string::npos) {
    event_parser parser;
    std::string out;
    for (std::size_t begin = 0; begin < bytes.size(); begin += std::min(size, bytes.size())) {
        const auto events = parser.feed(bytes.substr(begin, size));
        EXPECT_TRUE(events);
        for (const auto& one : *events) {
            out += one.id + "|" + one.event + "|" + one.data + ";";
        }
    }
    return out;
}

TEST(EventStream, Written_HasALineForEachLineOfData) {
    EXPECT_EQ(written_event("7", "ready", "a\nb").value(), "id: 7\nevent: ready\ndata: a\ndata: b\n\n");
    EXPECT_EQ(written_event("", "", "").value(), "data: \n\n");
    EXPECT_EQ(written_event("", "", "a\r\nb\rc\n").value(), "data: a\ndata: b\ndata: c\ndata: \n\n");
    EXPECT_EQ(written_comment("still\r\nhere"), ": still  here\n\n");
}

TEST(EventStream, LineEndsInIdOrKind_InjectNothing) {
    for (const std::string& bad : {std::string("1\ndata: x"), std::string("1\r"), std::string("1\0", 2)}) {
        EXPECT_EQ(written_event(bad, "", "").error().code, errc::bad_input);
        EXPECT_EQ(written_event("", bad, "").error().code, errc::bad_input);
    }
    EXPECT_EQ(read(written_event("1", "e", "x\n\nevent: other\ndata: y\n\n: z").value()),
              "1|e|x\n\nevent: other\ndata: y\n\n: z;");
}

// The examples of the standard, section 9.2.6.
TEST(EventStream, ExamplesOfTheStandard_AreReadAsItSays) {
    EXPECT_EQ(read("data: YHOO\ndata: +2\ndata: 10\n\n"), "|message|YHOO\n+2\n10;");
    EXPECT_EQ(read(": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n"),
              "1|message|first event;|message|second event;|message| third event;");
    EXPECT_EQ(read("data\n\ndata\ndata\n\ndata:"), "|message|;|message|\n;");
    EXPECT_EQ(read("data:test\n\ndata: test\n\n"), "|message|test;|message|test;");
    EXPECT_EQ(read("event: add\ndata: 73857293\n\nevent: remove\ndata: 2153\n\n"), "|add|73857293;|remove|2153;");
}

TEST(EventStream, CutAtEveryByte_IsReadTheSame) {
    const std::string bytes =
        "\xef\xbb\xbf"
        "id: 1\r\nevent: a\r\ndata: x\r\n\r\ndata: y\r\rid: a" +
        std::string(1, '\0') + "b\ndata: z\n\nevent: dropped\n\nunknown: q\ndata\n\n";
    for (std::size_t size = 1; size <= bytes.size(); ++size) {
        EXPECT_EQ(read(bytes, size), "1|a|x;1|message|y;1|message|z;1|message|;") << size;
    }
}

TEST(EventStream, Retry_IsRemembered) {
    event_parser parser;
    EXPECT_TRUE(parser.feed("retry: 1500\nid: 9\n\nretry: -1\nretry: x\nretry: 99999999999\n\n"));
    EXPECT_EQ(parser.retry(), 1500ms);
    EXPECT_EQ(parser.last_id(), "9");
}

TEST(EventStream, TooLarge_IsRefused) {
    for (const std::string& line : {"data: " + std::string(90, 'x'), std::string("data: x\n"), std::string("a")}) {
        event_parser parser(200);
        bool refused = false;
        for (int i = 0; i < 300 && !refused; ++i) {
            refused = !parser.feed(line);
        }
        EXPECT_TRUE(refused) << line;
    }
    event_parser comments(200);
    for (int i = 0; i < 300; ++i) {
        EXPECT_TRUE(comments.feed(": this is only a comment\n"));
    }
}

}  // namespace
}  // namespace rollover::service
