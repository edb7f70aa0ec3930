#include "drivers/platform/noise.h"

#include <bit>
#include <gtest/gtest.h>
#include <string>

namespace rollover::platform {
namespace {

std::string with_parity(std::string_view text, int odd) {
    std::string sent;
    for (const char c : text) {
        const auto bits = std::popcount(static_cast<unsigned char>(c));
        sent.push_back(static_cast<char>(static_cast<unsigned char>(c) | (bits % 2 == 1 - odd ? 0x80U : 0U)));
    }
    return sent;
}

TEST(Noise, Text_IsNone) {
    for (const std::string_view text :
         {"", "R1#", "R\xc3\xa9seau#", "\xe8\xb7\xaf\xe7\x94\xb1\xe5\x99\xa8#", "a \xff in it"}) {
        EXPECT_FALSE(recognize_noise(text)) << text;
    }
}

TEST(Noise, ParityBits_AreNamed) {
    for (const int odd : {0, 1}) {
        const auto noise = recognize_noise(with_parity("R1 con0 is now available", odd));
        ASSERT_TRUE(noise);
        EXPECT_NE(noise->reason.find(odd == 1 ? "odd parity" : "even parity"), std::string::npos) << noise->reason;
        EXPECT_NE(noise->hint.find("data-bits"), std::string::npos);
    }
}

TEST(Noise, BytesOfAnotherSpeed_PointToTheSpeed) {
    const auto noise = recognize_noise("\xf8\x80\xfe\xe0?\xf8\x80");
    ASSERT_TRUE(noise);
    EXPECT_NE(noise->hint.find("baud"), std::string::npos);
}

}  // namespace
}  // namespace rollover::platform
