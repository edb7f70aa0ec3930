#include "drivers/platform/keys.h"

#include <gtest/gtest.h>

namespace rollover::platform {
namespace {

TEST(Keys, EveryWayOfWriting_Decodes) {
    const auto keys = decode_keys("a{^Z}{CR}{LF}{ESC}{TAB}{SPACE}{DEL}{BS}{^@}{^_}{^?}{{}");
    ASSERT_TRUE(keys);
    EXPECT_EQ(*keys, std::string("a\x1a\r\n\x1b\t \x7f\b\0\x1f\x7f{}", 14));
}

TEST(Keys, UnknownName_IsRefusedWithTheAllowedOnes) {
    const auto keys = decode_keys("{F1}");
    ASSERT_FALSE(keys);
    EXPECT_EQ(keys.error().code, errc::bad_input);
    EXPECT_NE(keys.error().reason.find("{F1}"), std::string::npos);
    EXPECT_NE(keys.error().hint.find("{CR}"), std::string::npos);
}

TEST(Keys, OpenBraceAlone_IsRefused) {
    EXPECT_FALSE(decode_keys("abc{"));
}

TEST(Keys, EncodedAgain_ReadsBack) {
    std::string all;
    for (int c = 0; c < 128; ++c) {
        all.push_back(static_cast<char>(c));
    }
    const auto again = decode_keys(encode_keys(all));
    ASSERT_TRUE(again);
    EXPECT_EQ(*again, all);
}

}  // namespace
}  // namespace rollover::platform
