// What an author may try to have a forbidden command typed all the same.
#include "drivers/platform/forbidden.h"

#include <gtest/gtest.h>

namespace rollover::platform {
namespace {

const forbidden_commands& forbidden() {
    static const std::vector<forbidden_command> rules{{"reload", "", "others use its neighbours"},
                                                      {"crypto key zeroize", "", ""},
                                                      {"system reboot", "", ""},
                                                      {"", R"(^username \S+ privilege 15)", ""}};
    static const forbidden_commands all(rules);
    return all;
}

bool refused(const std::string& line) {
    return forbidden().find(line).has_value();
}

TEST(Forbidden, CommandItself_AndAbbreviated) {
    for (const char* line : {"reload", "rel", "RELOAD", "reload in 5", "do reload", "do rel", "do do reload",
                             "crypto key zeroize rsa", "cry k z", "username eva privilege 15 secret x"}) {
        EXPECT_TRUE(refused(line)) << line;
    }
    for (const char* line : {"reloads", "preload", "router ospf 1", "description reload it", "crypto key generate rsa",
                             "no crypto key", "username eva privilege 1", "banner motd x", "", "   ", "relax"}) {
        EXPECT_FALSE(refused(line)) << line;
    }
}

TEST(Forbidden, SaysWhichOne_AndWhy) {
    const auto found = forbidden().find(std::string("do rel"));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->because, "'reload' is forbidden: others use its neighbours");
    EXPECT_EQ(forbidden().find(std::string("username a privilege 15"))->because,
              "'/^username \\S+ privilege 15/' is forbidden");
}

TEST(Forbidden, BlanksAround_ChangeNothing) {
    for (const char* line : {" reload", "\treload", "reload   ", "crypto   key  zeroize", "do\treload", "  do  rel  ",
                             " username eva  privilege   15"}) {
        EXPECT_TRUE(refused(line)) << line;
    }
}

TEST(Forbidden, TabCompletion_IsTheWordsBeginning) {
    EXPECT_TRUE(refused("rel\t"));
    EXPECT_TRUE(refused("rel\t in 5"));
    EXPECT_TRUE(refused("re\tload"));
    EXPECT_TRUE(refused("cry\tk\tz\t"));
}

TEST(Forbidden, ControlCharacters_AreRefusedWhateverTheyDo) {
    for (const char* line : {"x\x15reload", "x\rreload", "x\nreload", "relX\x08oad", "\x10", "a\x1b[A", "a\x7f", "\x16",
                             "\x18", "x\x03"}) {
        EXPECT_TRUE(refused(line)) << line;
    }
    EXPECT_TRUE(refused(std::string("re\0load", 7)));
}

TEST(Forbidden, EighthBit_HidesNothing) {
    EXPECT_TRUE(refused("x \xc3\x8d reload")) << "U+00CD: C and CR, on seven bits";
    EXPECT_TRUE(refused("re\xc3\x88load")) << "U+00C8: C and a backspace";
    EXPECT_TRUE(
        refused("\xf2"
                "eload"));
    EXPECT_FALSE(refused("description \xc3\xa9t\xc3\xa9"));
}

TEST(Forbidden, WhatAShellPutsTogether) {
    for (const char* line : {"true; system reboot", "x=1&& system  reboot", "$(system reboot)", "`reload`", "a|reload",
                             "sudo reload", "vtysh -c \"reload\"", "re''load", "re\\load", "\"reload\"",
                             "/system reboot", "/system/reboot", "! reload"}) {
        EXPECT_TRUE(refused(line)) << line;
    }
}

TEST(Forbidden, ContinuedLines_AreLookedAtTogether) {
    const auto places = [](std::vector<std::string> lines) {
        std::string out;
        for (const auto& one : forbidden().find(lines)) {
            out += std::to_string(one.index) + " ";
        }
        return out;
    };
    EXPECT_EQ(places({"hostname a", "rel\\", "oad"}), "1 ");
    EXPECT_EQ(places({"rel\\", "   oad"}), "0 ");
    EXPECT_EQ(places({"crypto \\", "key \\", "zeroize"}), "0 ");
    EXPECT_EQ(places({"crypto\\", "key\\", "zeroize"}), "0 ");
    EXPECT_EQ(places({"x \\\\", "oad"}), "") << "two of them are a character";
    EXPECT_EQ(places({"hostname a\\"}), "");
    EXPECT_EQ(places({"a", "reload", "b", "do rel"}), "1 3 ");
}

TEST(Forbidden, NothingForbidden_RefusesNothing) {
    const forbidden_commands none({});
    EXPECT_TRUE(none.empty());
    EXPECT_FALSE(none.find(std::string("reload\r")));
}

TEST(Forbidden, PatternThatDoesNotCompile_ForbidsAll) {
    const std::vector<forbidden_command> rules{{"", "(", ""}};
    EXPECT_TRUE(forbidden_commands(rules).find(std::string("hostname a")));
}

}  // namespace
}  // namespace rollover::platform
