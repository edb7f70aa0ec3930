#include "simulators/device/ios/line_editor.h"

#include <gtest/gtest.h>

namespace rollover::sim::ios {
namespace {

// Shows what a terminal makes of the bytes: one line, overwritten by BS and what follows.
std::string rendered(std::string_view bytes) {
    std::string screen;
    std::size_t at = 0;
    for (const char c : bytes) {
        if (c == '\b') {
            at -= at > 0 ? 1 : 0;
        } else if (static_cast<unsigned char>(c) >= 0x20) {
            screen.resize(std::max(screen.size(), at + 1), ' ');
            screen[at++] = c;
        }
    }
    screen.erase(screen.find_last_not_of(' ') + 1);
    return screen;
}

struct LineEditor : testing::Test {
    line_editor editor;
    std::string echo;
    void SetUp() override { editor.start(7, 80); }
    key_event type(std::string_view keys) {
        key_event last = key_event::none;
        for (const char c : keys) {
            last = editor.key(c, echo);
        }
        return last;
    }
};

TEST_F(LineEditor, PlainText_EchoesItself) {
    EXPECT_EQ(type("show version"), key_event::none);
    EXPECT_EQ(echo, "show version");
    EXPECT_EQ(type("\r"), key_event::line);
    EXPECT_EQ(editor.text(), "show version");
}

TEST_F(LineEditor, BackspaceAndDelete_TakeOneCharacterAway) {
    type("abc\b\x7f");
    EXPECT_EQ(editor.text(), "a");
    EXPECT_EQ(echo, "abc\b \b\b \b");
    type("\b\b\b");
    EXPECT_EQ(editor.text(), "");
}

TEST_F(LineEditor, ControlU_ClearsTheLineAndTheScreen) {
    type("abc\x15");
    EXPECT_EQ(editor.text(), "");
    EXPECT_EQ(echo, "abc\b\b\b   \b\b\b");
    EXPECT_EQ(rendered(echo), "");
}

TEST_F(LineEditor, ControlW_TakesAWordAway) {
    type("show ip route\x17");
    EXPECT_EQ(editor.text(), "show ip ");
    EXPECT_EQ(rendered(echo), "show ip");
}

TEST_F(LineEditor, MovedCursor_InsertsInTheMiddle) {
    type(
        "show ver\x01"
        "do \x05sion");
    EXPECT_EQ(editor.text(), "do show version");
    EXPECT_EQ(rendered(echo), "do show version");
}

TEST_F(LineEditor, SpecialKeys_ActAtOnce) {
    EXPECT_EQ(type("sh ?"), key_event::help);
    EXPECT_EQ(editor.text(), "sh ") << "the question mark is no part of the line";
    EXPECT_EQ(type("\x1a"), key_event::end);
    EXPECT_EQ(type("\x03"), key_event::abort);
    EXPECT_EQ(type("\t"), key_event::complete);
    editor.start(7, 80);
    type("a\x16?b");
    EXPECT_EQ(editor.text(), "a?b") << "^V quotes";
}

// The bytes of a real IOS line that reached the edge (netmiko issue 160): back to the prompt, "$", the line from its
// tenth character on, nine blanks, nine times back.
TEST_F(LineEditor, LineAtTheEdge_ShiftsByTenWithADollar) {
    const std::string line = "show archive config differences flash:/candidate_config.txt system:running";
    type(line.substr(0, 72));
    EXPECT_EQ(echo, line.substr(0, 72));
    echo.clear();
    type(line.substr(72, 1));
    EXPECT_EQ(echo, std::string(72, '\b') + "$e config differences flash:/candidate_config.txt system:runnin" +
                        std::string(9, ' ') + std::string(9, '\b'));
    EXPECT_EQ(editor.text(), line.substr(0, 73));
    echo.clear();
    type("g");
    EXPECT_EQ(echo, "g");
}

TEST_F(LineEditor, EndlessWidth_NeverShifts) {
    editor.start(7, 0);
    type(std::string(200, 'x'));
    EXPECT_EQ(echo, std::string(200, 'x'));
}

TEST_F(LineEditor, TooLongLine_IsRefusedWithABell) {
    editor.start(7, 0);
    type(std::string(line_editor::longest, 'x'));
    echo.clear();
    type("y");
    EXPECT_EQ(echo, "\a");
    EXPECT_EQ(editor.text().size(), line_editor::longest);
}

TEST_F(LineEditor, History_ComesBack) {
    editor.remember("show clock");
    editor.start(7, 80);
    type("\x10");
    EXPECT_EQ(editor.text(), "show clock");
    EXPECT_EQ(rendered(echo), "show clock");
}

}  // namespace
}  // namespace rollover::sim::ios
