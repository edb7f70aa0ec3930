#include "engine/base/mac.h"

#include <gtest/gtest.h>

namespace rollover {
namespace {

TEST(Mac, EveryVendorsForm_IsTheSameAddress) {
    const mac_address expected{{0x00, 0x1b, 0xd4, 0xaa, 0xbb, 0xcc}};
    for (const auto* text : {"00:1b:d4:aa:bb:cc", "00:1B:D4:AA:BB:CC", "001b.d4aa.bbcc", "00-1b-d4-aa-bb-cc",
                             "001b-d4aa-bbcc", "001bd4-aabbcc", "001bd4aabbcc"}) {
        EXPECT_EQ(read_mac(text), expected) << text;
    }
    EXPECT_EQ(to_string(expected), "00:1b:d4:aa:bb:cc");
}

TEST(Mac, AnythingElse_IsNone) {
    for (const auto* text : {"", "00:1b:d4:aa:bb", "00:1b:d4:aa:bb:cc:dd", "00:1b:d4:aa:bb:cg", "001b:d4aa.bbcc",
                             "0:01b:d4:aa:bb:cc", "00:1b:d4:aa:bb:cc:", ":001bd4aabbcc", "001bd4aabbc", "001bd4aabbccd",
                             "0x1bd4aabbcc", "00 1b d4 aa bb cc", "001-bd4-aab-bcc"}) {
        EXPECT_EQ(read_mac(text), std::nullopt) << text;
    }
}

TEST(Mac, OfOne_IsNeitherAGroupNorNothing) {
    EXPECT_TRUE(read_mac("02:00:00:00:00:01")->is_of_one());
    EXPECT_FALSE(read_mac("00:00:00:00:00:00")->is_of_one());
    EXPECT_FALSE(read_mac("ff:ff:ff:ff:ff:ff")->is_of_one());
    EXPECT_FALSE(read_mac("01:80:c2:00:00:0e")->is_of_one());
}

}  // namespace
}  // namespace rollover
