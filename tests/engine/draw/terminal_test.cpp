#include "engine/draw/terminal.h"

#include <gtest/gtest.h>

namespace rollover::draw {
namespace {

// As dot 2.43 prints it: two boxes of 7 columns, one line between them that turns twice.
constexpr const char* two_boxes =
    "graph 1 2.9 2.25\n"
    "node \"node A\" 0.35 2 0.7 0.5 A solid box black lightgrey\n"
    "node \"node B\" 2.45 0.25 0.7 0.5 \"B\\nios\" solid box black lightgrey\n"
    "edge \"node A\" \"node B\" 7 0.7 2 1 2 1.4 2 1.4 1.25 1.4 0.5 1.8 0.25 2.1 0.25 solid black\n"
    "stop\n";

TEST(Terminal, BoxesAndALine_AreDrawnWithBoxCharacters) {
    const auto drawn = on_terminal(two_boxes);
    ASSERT_TRUE(drawn) << describe(drawn.error());
    EXPECT_EQ(*drawn,
              "┌──────┐\n"
              "│ A    ├──────┐\n"
              "└──────┘      │\n"
              "              │\n"
              "              │\n"
              "              │\n"
              "              │\n"
              "              └───┐  ┌──────┐\n"
              "                  └──┤ B    │\n"
              "                     │ ios  │\n"
              "                     └──────┘\n");
}

TEST(Terminal, WhatIsNoGraph_IsRefused) {
    for (const char* text : {"", "hello\n", "graph 1 2\n", "graph 1 2 nan\n", "graph 1 2 2\nnode A 1\n",
                             "graph 1 2 2\nnode \"A 1 1 1 1 A\n", "graph 1 2 2\nedge A B 3 1 1 2\n"}) {
        const auto drawn = on_terminal(text);
        ASSERT_FALSE(drawn) << text;
        EXPECT_EQ(drawn.error().code, errc::bad_input);
    }
}

TEST(Terminal, GraphOfAMile_IsRefusedWithAdvice) {
    const auto drawn = on_terminal("graph 1 63360 2\nstop\n");
    ASSERT_FALSE(drawn);
    EXPECT_EQ(drawn.error().hint, "draw it as SVG");
}

TEST(Terminal, QuotesAndLettersOfSeveralBytes_KeepTheirPlace) {
    const auto drawn =
        on_terminal("graph 1 1 0.5\nnode a 0.5 0.25 1 0.5 \"Ž \\\"q\\\"\" solid box black lightgrey\nstop\n");
    ASSERT_TRUE(drawn) << describe(drawn.error());
    EXPECT_EQ(*drawn,
              "┌─────────┐\n"
              "│ Ž \"q\"   │\n"
              "└─────────┘\n"
              "\n");
}

}  // namespace
}  // namespace rollover::draw
