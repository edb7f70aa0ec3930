#include "drivers/console/transcript.h"

#include "drivers/console/transcript_writer.h"
#include "engine/runtime/virtual_runtime.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <sstream>

namespace rollover::console {
namespace {

using namespace std::chrono_literals;
using kind = transcript_writer::kind;

instant at(duration t) {
    return {time_point(t), wall_time(std::chrono::sys_days(std::chrono::year(2000) / 1 / 1)) + t};
}

TEST(TranscriptWriter, TypingAndItsEcho_AreOneLineEach) {
    transcript_writer w(time_point(0s));
    duration t = 1500ms;
    for (const char c : std::string("sh\r")) {
        w.bytes(kind::sent, {&c, 1}, at(t));
        w.bytes(kind::received, c == '\r' ? "\r\n" : std::string_view(&c, 1), at(t + 1ms));
        t += 10ms;
    }
    EXPECT_EQ(w.take_lines(),
              "2000-01-01T00:00:01.500Z 1.500 > sh\\r\n"
              "2000-01-01T00:00:01.501Z 1.501 < sh\\r\\n\n");
    EXPECT_TRUE(w.is_empty());
}

TEST(TranscriptWriter, PauseEndsAPiece) {
    transcript_writer w(time_point(0s));
    w.bytes(kind::received, "R1", at(0ms));
    w.bytes(kind::received, "#", at(50ms));
    w.bytes(kind::received, "x", at(101ms));
    w.end_pieces();
    EXPECT_EQ(w.take_lines(),
              "2000-01-01T00:00:00.000Z 0.000 < R1#\n"
              "2000-01-01T00:00:00.101Z 0.101 < x\n");
}

TEST(TranscriptWriter, Secret_IsALength) {
    transcript_writer w(time_point(0s));
    w.bytes(kind::sent, "en", at(0ms));
    w.secret(1, at(10ms));
    w.secret(7, at(20ms));
    w.bytes(kind::sent, "x", at(30ms));
    w.end_pieces();
    EXPECT_EQ(w.take_lines(),
              "2000-01-01T00:00:00.000Z 0.000 > en\n"
              "2000-01-01T00:00:00.010Z 0.010 * 8 characters\n"
              "2000-01-01T00:00:00.030Z 0.030 > x\n");
}

TEST(TranscriptWriter, EveryByteCanBeReadBack) {
    EXPECT_EQ(escape_as_in_c(std::string_view("a\\\r\n\t\x1b\x00\xff~\x7f", 10)),
              "a\\\\\\r\\n\\t\\x1b\\x00\\xff~\\x7f");
}

struct FileTranscript : ::testing::Test {
    std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("transcript_test_" + std::to_string(::getpid()));
    FileTranscript() { std::filesystem::create_directories(folder); }
    ~FileTranscript() override { std::filesystem::remove_all(folder); }
    [[nodiscard]] std::string content() const {
        std::ifstream in(folder / "r1.log");
        std::stringstream text;
        text << in.rdbuf();
        return text.str();
    }
    void pass(duration time) {
        auto wait = [](virtual_runtime& r, duration t) -> task<void> { co_await sleep_for(r, t); };
        EXPECT_EQ(rt.run(wait(rt, time)), virtual_end::finished);
    }
    virtual_runtime rt;
};

TEST_F(FileTranscript, IsOnDiskWithinASecondAndForItsOwnerOnly) {
    const auto opened = open_transcript(rt, folder / "r1.log");
    ASSERT_TRUE(opened);
    (*opened)->received("hello\r\n");
    pass(999ms);
    EXPECT_EQ(content(), "");
    pass(2ms);
    EXPECT_EQ(content(), "2000-01-01T00:00:00.000Z 0.000 < hello\\r\\n\n");
    EXPECT_EQ(std::filesystem::status(folder / "r1.log").permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    const auto before = rt.alarms_fired();
    pass(1h);
    EXPECT_EQ(rt.alarms_fired() - before, 1U) << "no timer while nothing is said";
}

TEST_F(FileTranscript, Appends) {
    for (int i = 0; i < 2; ++i) {
        const auto opened = open_transcript(rt, folder / "r1.log");
        ASSERT_TRUE(opened);
        (*opened)->remark("opened");
    }
    EXPECT_EQ(content(), "2000-01-01T00:00:00.000Z 0.000 - opened\n2000-01-01T00:00:00.000Z 0.000 - opened\n");
}

TEST_F(FileTranscript, NoFolder_SaysWhichFile) {
    const auto opened = open_transcript(rt, folder / "missing" / "r1.log");
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, errc::io);
    EXPECT_THAT(opened.error().reason, ::testing::HasSubstr("missing/r1.log"));
}

TEST_F(FileTranscript, FullDisk_IsReportedByFlush) {
    const auto opened = open_transcript(rt, "/dev/full");
    ASSERT_TRUE(opened);
    (*opened)->received("x");
    const auto flushed = (*opened)->flush();
    ASSERT_FALSE(flushed);
    EXPECT_EQ(flushed.error().code, errc::io);
}

}  // namespace
}  // namespace rollover::console
