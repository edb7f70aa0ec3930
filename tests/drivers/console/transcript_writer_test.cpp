#include "drivers/console/transcript_writer.h"

#include "drivers/console/cast_reader.h"
#include "drivers/console/cast_text.h"
#include "engine/base/text.h"

#include <gmock/gmock.h>

namespace rollover::console {
namespace {

using namespace std::chrono_literals;
using kind = transcript_writer::kind;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr wall_time new_year = std::chrono::sys_days(std::chrono::year(2000) / 1 / 1);

time_point at(duration t) {
    return time_point(t);
}

struct TranscriptWriter : ::testing::Test {
    TranscriptWriter() { w.begin_file(new_year, at(0s)); }
    std::string events(duration t = 1h) { return w.take_all(at(t)).events; }
    transcript_writer w{"device r1 (line cs1/1)"};
};

TEST_F(TranscriptWriter, TypingAndItsEcho_AreOneEventEach) {
    duration t = 1500ms;
    for (const char c : std::string("sh\r")) {
        w.bytes(kind::sent, {&c, 1}, at(t));
        w.bytes(kind::received, c == '\r' ? "\r\n" : std::string_view(&c, 1), at(t + 1ms));
        t += 10ms;
    }
    const auto chunk = w.take(at(t));
    EXPECT_EQ(chunk.events,
              "[1.500, \"i\", \"sh\\r\"]\n"
              "[1.501, \"o\", \"sh\\r\\n\"]\n");
    EXPECT_EQ(chunk.bytes, 7U);
    EXPECT_EQ(chunk.header,
              "{\"version\": 2, \"width\": 80, \"height\": 24, \"timestamp\": 946684800, \"title\": \"device r1 (line "
              "cs1/1)\"}\n");
    EXPECT_TRUE(w.is_empty());
    EXPECT_TRUE(w.take(at(t)).is_empty());
}

TEST_F(TranscriptWriter, PauseEndsAPiece) {
    w.bytes(kind::received, "R1", at(0ms));
    w.bytes(kind::received, "#", at(50ms));
    w.bytes(kind::received, "x", at(101ms));
    EXPECT_EQ(events(), "[0.000, \"o\", \"R1#\"]\n[0.101, \"o\", \"x\"]\n");
}

TEST_F(TranscriptWriter, LongPiece_IsCutAt4096) {
    w.bytes(kind::received, std::string(5000, 'x'), at(0ms));
    EXPECT_EQ(events(), "[0.000, \"o\", \"" + std::string(4096, 'x') + "\"]\n[0.000, \"o\", \"" +
                            std::string(904, 'x') + "\"]\n");
}

TEST_F(TranscriptWriter, Secret_IsALength) {
    w.bytes(kind::sent, "en", at(0ms));
    w.secret(1, at(10ms));
    w.secret(7, at(20ms));
    w.bytes(kind::sent, "x", at(30ms));
    const auto chunk = w.take(at(1h));
    EXPECT_EQ(chunk.events,
              "[0.000, \"i\", \"en\"]\n"
              "[0.010, \"m\", \"a secret was sent: 8 characters\"]\n"
              "[0.030, \"i\", \"x\"]\n");
}

TEST_F(TranscriptWriter, Header_HasWholeSeconds_AndTimesCountFromIt) {
    w.begin_file(new_year + 12750ms, at(5s));
    w.remark("opened", at(6s));
    const auto chunk = w.take(at(6s));
    EXPECT_THAT(chunk.header, HasSubstr("\"timestamp\": 946684812,"));
    EXPECT_EQ(chunk.events, "[1.750, \"m\", \"opened\"]\n");
}

TEST_F(TranscriptWriter, ContinuedFile_HasNoHeader) {
    transcript_writer again("x");
    again.continue_file(100s, at(5s));
    again.remark("opened", at(6s));
    const auto chunk = again.take(at(6s));
    EXPECT_EQ(chunk.header, "");
    EXPECT_EQ(chunk.events, "[101.000, \"m\", \"opened\"]\n");
}

TEST_F(TranscriptWriter, HeaderGoesWithTheFirstEvent_NotAlone) {
    w.bytes(kind::received, "\xc3", at(0ms));
    EXPECT_TRUE(w.take(at(10ms)).is_empty());
    w.bytes(kind::received, "\xa9", at(20ms));
    EXPECT_THAT(w.take(at(30ms)).header, HasSubstr("version"));
}

/// Cut by a pause, by a take, by the longest piece: the character stays whole.
TEST_F(TranscriptWriter, Utf8_IsWholeWhereverItIsCut) {
    const std::string text = "é—🙂";
    for (const duration pause : {duration(60ms), duration(999ms)}) {
        for (std::size_t cut = 0; cut <= text.size(); ++cut) {
            for (const bool taken : {false, true}) {
                transcript_writer one("x");
                one.continue_file(0s, at(0s));
                one.bytes(kind::received, text.substr(0, cut), at(0s));
                std::string all = taken ? one.take(at(pause)).events : "";
                one.bytes(kind::received, text.substr(cut), at(pause));
                all += one.take_all(at(pause)).events;
                EXPECT_THAT(all, Not(HasSubstr("\\uef"))) << cut;
            }
        }
    }
    w.bytes(kind::received, std::string(4095, 'x') + "é", at(0s));
    EXPECT_THAT(events(), HasSubstr("[0.000, \"o\", \"\\u00e9\"]"));
}

TEST_F(TranscriptWriter, Utf8WhoseRestNeverComes_IsWrittenAsBytes) {
    w.bytes(kind::received, "a\xe2\x80", at(0s));
    EXPECT_EQ(w.take(at(500ms)).events, "[0.000, \"o\", \"a\"]\n");
    EXPECT_FALSE(w.is_empty());
    EXPECT_EQ(w.take(at(1500ms)).events, "[0.500, \"o\", \"\\uefe2\\uef80\"]\n");
    EXPECT_TRUE(w.is_empty());
    w.bytes(kind::received, "\xe2\x80", at(2s));
    w.bytes(kind::received, "\x94", at(10s));
    EXPECT_THAT(events(), HasSubstr("\\uefe2\\uef80")) << "eight seconds are no pause in a character";
}

TEST_F(TranscriptWriter, Dropped_IsCountedAndSaidWithTheNextChunk) {
    w.remark("opened", at(0s));
    (void)w.take(at(1s));
    w.bytes(kind::received, "12345", at(2s));
    w.secret(3, at(2s));
    w.drop(at(3s));
    EXPECT_FALSE(w.is_empty()) << "there is something to say";
    w.bytes(kind::received, "67", at(4s));
    w.drop(at(5s));
    w.bytes(kind::received, "8", at(6s));
    const auto chunk = w.take(at(7s));
    EXPECT_EQ(chunk.dropped, 10U);
    EXPECT_EQ(chunk.from, 1s);
    EXPECT_EQ(chunk.events, "[6.000, \"o\", \"8\"]\n");
    EXPECT_TRUE(w.is_empty());
}

TEST_F(TranscriptWriter, DroppedBeforeTheHeader_TheHeaderIsKept) {
    w.remark("opened", at(0s));
    w.drop(at(1s));
    const auto chunk = w.take(at(2s));
    EXPECT_THAT(chunk.header, HasSubstr("version"));
    EXPECT_EQ(chunk.dropped, 6U);
}

}  // namespace
}  // namespace rollover::console
