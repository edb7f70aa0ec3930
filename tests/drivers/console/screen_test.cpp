#include "drivers/console/screen.h"

#include <gmock/gmock.h>
#include <random>

namespace rollover::console {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

screen_text show(std::string_view bytes) {
    screen s;
    s.feed(bytes);
    return s.take(false);
}

TEST(Screen, LinesAndOpenLine) {
    const auto text = show("one\r\ntwo\r\r\nthree\n\rR1#");
    EXPECT_THAT(text.lines, ElementsAre("one", "two", "three"));
    EXPECT_EQ(text.open_line, "R1#");
    EXPECT_EQ(text.received, 21U);
}

TEST(Screen, CarriageReturnOverwrites) {
    EXPECT_EQ(show("abcdef\rXY").open_line, "XYcdef");
    EXPECT_EQ(show("10%\r20%\r100%").open_line, "100%");
}

TEST(Screen, BackspaceMovesAndBlanksErase) {
    EXPECT_EQ(show("R1#conft\b \b").open_line, "R1#conf");
    EXPECT_EQ(show("\b\b\babc").open_line, "abc");
    EXPECT_EQ(show("login: ").open_line, "login: ");
}

TEST(Screen, PagerPromptThatErasesItself_LeavesNothing) {
    const std::string more = " --More-- ", back(10, '\b'), blanks(10, ' ');
    EXPECT_THAT(show("a\r\n" + more + back + blanks + back + "b\r\n").lines, ElementsAre("a", "b"));
    EXPECT_THAT(show("a\r\n" + more + "\r" + blanks + "\rb\r\n").lines, ElementsAre("a", "b"));
    EXPECT_THAT(show(more + back + blanks + back + "\r\n").lines, ElementsAre(""));
}

TEST(Screen, BlanksOfTheTextAreKept) {
    EXPECT_THAT(show("banner  \r\nx \n").lines, ElementsAre("banner  ", "x "));
}

TEST(Screen, TabGoesToTheNextStop) {
    EXPECT_EQ(show("ab\tc").open_line, "ab      c");
    EXPECT_EQ(show("abcdefgh\tc").open_line, "abcdefgh        c");
}

TEST(Screen, CursorAndEraseSequences) {
    EXPECT_EQ(show("abcdef\x1b[3DX").open_line, "abcXef");
    EXPECT_EQ(show("abc\x1b[2Cd").open_line, "abc  d");
    EXPECT_EQ(show("abcdef\x1b[2G\x1b[K").open_line, "a");
    EXPECT_EQ(show("abcdef\x1b[3D\x1b[1K").open_line, "    ef");
    EXPECT_EQ(show("junk\x1b[24;1H\x1b[2Kprompt# ").open_line, "prompt# ");
    EXPECT_EQ(show("abcdef\r\x1b[2P").open_line, "cdef");
    EXPECT_EQ(show("cdef\r\x1b[2@ab").open_line, "abcdef");
    EXPECT_EQ(show("abcdef\r\x1b[2X").open_line, "  cdef");
    EXPECT_EQ(show("x\x1b[2J\x1b[H>").open_line, ">");
}

TEST(Screen, DecorationIsDropped) {
    EXPECT_EQ(show("\x1b[1;32mR1\x1b[0m\x07#\x1b[?2004h").open_line, "R1#");
    EXPECT_EQ(show("\x1b]0;root@r1: ~\x07$ ").open_line, "$ ");
    EXPECT_EQ(show("\x1b]0;title\x1b\\$ ").open_line, "$ ");
    EXPECT_EQ(show(std::string_view("H\0>\x1b(B\x1b=", 8)).open_line, "H>");
}

TEST(Screen, UnfinishedTitle_CannotSwallowTheRest) {
    EXPECT_THAT(show("\x1b]0;never ended\r\nline\r\n").lines, ElementsAre("", "line"));
    EXPECT_EQ(show("\x1b]" + std::string(100, 'x')).open_line.size(), 100U - 65U);
}

TEST(Screen, Take_KeepsTheOpenLineWhenAsked) {
    screen s;
    s.feed("a\r\nR1#");
    EXPECT_THAT(s.take(true).lines, ElementsAre("a"));
    s.feed("sh");
    EXPECT_EQ(s.take(false).open_line, "R1#sh");
    s.feed("x");
    EXPECT_EQ(s.text().open_line, "x");
    EXPECT_THAT(s.text().lines, IsEmpty());
}

TEST(Screen, LongLineIsCutAndManyLinesDropTheOldest) {
    EXPECT_EQ(show(std::string(10'000, 'x')).open_line.size(), 4096U);
    screen s(100);
    for (int i = 0; i < 1000; ++i) {
        s.feed(std::to_string(i) + "\n");
    }
    EXPECT_LE(s.text().lines.size(), 100U);
    EXPECT_GE(s.text().lines.size(), 87U);
    EXPECT_EQ(s.text().lines.back(), "999");
    EXPECT_EQ(s.lines_ended(), 1000U);
}

TEST(Screen, ForgetAfter_RemovesWhatCameSince) {
    screen s;
    s.feed("a\nb\n");
    const auto mark = s.lines_ended();
    s.feed("c\nd\ne");
    s.forget_after(mark);
    EXPECT_THAT(s.text().lines, ElementsAre("a", "b"));
    EXPECT_EQ(s.text().open_line, "e");
}

TEST(Screen, AnyCutOfTheInput_ShowsTheSame) {
    const std::string bytes = "one\r\n\x1b[1;32mR1\x1b[0m# sh\b \bow\x1b]0;t\x07\x1b[3D\x1b[K\ttail\r\n\r<window";
    const auto whole = show(bytes);
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        screen s;
        s.feed(std::string_view(bytes).substr(0, cut));
        (void)s.text();  // looking changes nothing
        s.feed(std::string_view(bytes).substr(cut));
        EXPECT_EQ(s.text().lines, whole.lines);
        EXPECT_EQ(s.text().open_line, whole.open_line);
    }
}

TEST(Screen, RandomBytes_StayWithinBounds) {
    std::mt19937 random(7);
    screen s(50);
    for (int i = 0; i < 500'000; ++i) {
        const auto r = random();
        s.feed(static_cast<char>(r % 4 == 0 ? "\x1b[;5DCHKJ@P\r\b"[r / 4 % 13] : static_cast<int>(r >> 8U)));
        ASSERT_LE(s.before_cursor().size(), screen::longest_line);
    }
    EXPECT_LE(s.text().lines.size(), 50U);
    EXPECT_LE(s.text().open_line.size(), screen::longest_line);
}

}  // namespace
}  // namespace rollover::console
