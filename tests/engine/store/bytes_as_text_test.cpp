#include "engine/store/bytes_as_text.h"

#include <gtest/gtest.h>
#include <random>
#include <utf8.h>

namespace rollover::store {
namespace {

TEST(BytesAsText, ValidText_IsItself) {
    for (const std::string text :
         {"", "interface Gi0/1\r\n", "\xc5\xbe \xe2\x82\xac \xf0\x9f\x98\x80", "\xef\xbb\xbf"}) {
        EXPECT_EQ(text_of_bytes(text), text);
        EXPECT_EQ(bytes_of_text(text), text);
    }
}

TEST(BytesAsText, AnyBytes_BecomeValidTextWithoutNul_AndComeBack) {
    std::mt19937 random(5);
    // Bytes that begin or continue sequences and those of the range that is used, more often than others.
    constexpr unsigned char liked[] = {0x00, 0x41, 0x80, 0x9C, 0x9F, 0xA0, 0xBF,
                                       0xC2, 0xE2, 0xED, 0xEF, 0xF0, 0xF4, 0xFF};
    for (int n = 0; n < 20'000; ++n) {
        std::string bytes;
        for (unsigned length = random() % 12; length > 0; --length) {
            bytes += static_cast<char>(random() % 4 == 0 ? random() % 256 : liked[random() % sizeof liked]);
        }
        const std::string text = text_of_bytes(bytes);
        ASSERT_TRUE(utf8::is_valid(text.begin(), text.end())) << n;
        ASSERT_EQ(text.find('\0'), std::string::npos) << n;
        ASSERT_EQ(bytes_of_text(text), bytes) << n;
    }
}

}  // namespace
}  // namespace rollover::store
