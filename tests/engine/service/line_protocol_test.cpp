#include "engine/service/line_protocol.h"

#include <gtest/gtest.h>

namespace rollover::service {
namespace {

TEST(LineCommand, IsTheSameCutAtEveryByte) {
    const std::string bytes = "\r\nActivate\r\nResID:r17\r\nTransactionID: x 7\r\n\r\nmore";
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        line_command_reader reader;
        auto got = reader.feed(bytes.substr(0, cut));
        ASSERT_TRUE(got) << cut;
        if (!*got) {
            got = reader.feed(bytes.substr(cut));
        }
        ASSERT_TRUE(got && *got) << cut;
        EXPECT_EQ((*got)->name, "activate");
        EXPECT_EQ((*got)->values.at("resid"), "r17");
        EXPECT_EQ((*got)->values.at("transactionid"), "x 7");
        EXPECT_EQ((*got)->values.size(), 2U);
    }
}

TEST(LineCommand, WhatIsNone_IsRefused) {
    for (const std::string& bytes : {std::string("status\nresid\n\n"), std::string("status\n:x\n\n"),
                                     std::string("a\tb\n\n"), std::string("a\0b\n\n", 5), std::string(9000, 'x')}) {
        line_command_reader reader;
        const auto got = reader.feed(bytes);
        ASSERT_FALSE(got) << bytes.substr(0, 20);
        EXPECT_EQ(got.error().code, errc::bad_input);
    }
}

TEST(LineCommand, NotWholeYet_IsNothing) {
    line_command_reader reader;
    const auto got = reader.feed("status\nresid:r1\n");
    ASSERT_TRUE(got);
    EXPECT_FALSE(*got);
}

}  // namespace
}  // namespace rollover::service
