#include "drivers/console/cast_text.h"

#include "drivers/console/cast_events.h"
#include "drivers/console/cast_reader.h"
#include "engine/base/text.h"

#include <gmock/gmock.h>

namespace rollover::console {
namespace {

using namespace std::chrono_literals;

TEST(CastText, Utf8StandsAsItIs) {
    for (const std::string text : {"", "R1#", "č — ﷐ 🙂", "\x1b[2J\r\n", "\xc2\x9b"}) {
        EXPECT_EQ(to_cast_text(text), text);
    }
}

TEST(CastText, OtherBytes_StandAsPrivateCharacters) {
    EXPECT_EQ(to_cast_text("\x80 \xff"), "\uEF80 \uEFFF");
    EXPECT_EQ(to_cast_text("\xc3("), "\uEFC3(");
    EXPECT_EQ(to_cast_text("\xed\xa0\x80"), "\uEFED\uEFA0\uEF80") << "a surrogate is no UTF-8";
}

TEST(CastText, EveryPairOfBytesComesBack) {
    for (int first = 0; first < 256; ++first) {
        for (int second = 0; second < 256; ++second) {
            const std::string bytes{'a', static_cast<char>(first), static_cast<char>(second), 'z'};
            const std::string text = to_cast_text(bytes);
            for (std::size_t i = 0; i < text.size();) {
                const std::size_t length = utf8_length(std::string_view(text).substr(i));
                ASSERT_NE(length, 0U) << first << " " << second;
                i += length;
            }
            ASSERT_EQ(from_cast_text(text), bytes);
        }
    }
}

TEST(CastText, PrivateCharactersOfTheLineItself_ComeBackToo) {
    for (const std::string bytes : {"\uEF80", "\uEFFF", "\uEF7F", "\uF000", "\uEF80\x80"}) {
        EXPECT_EQ(from_cast_text(to_cast_text(bytes)), bytes);
    }
    EXPECT_NE(to_cast_text("\uEF80"), "\uEF80") << "it could not be told from the byte 0x80";
}

TEST(CastText, CutSequence_IsSeenAtEveryPlace) {
    EXPECT_EQ(cut_sequence_at_end(""), 0U);
    EXPECT_EQ(cut_sequence_at_end("a"), 0U);
    EXPECT_EQ(cut_sequence_at_end("aé"), 0U);
    EXPECT_EQ(cut_sequence_at_end("a\xc3"), 1U);
    EXPECT_EQ(cut_sequence_at_end("\xe2\x80"), 2U);
    EXPECT_EQ(cut_sequence_at_end("\xf0\x9f\x99"), 3U);
    EXPECT_EQ(cut_sequence_at_end("\xf0\x9f\x99\x82"), 0U);
    EXPECT_EQ(cut_sequence_at_end("\x80\x80\x80\x80"), 0U);
    EXPECT_EQ(cut_sequence_at_end("\xff"), 0U);
}

TEST(CastEvents, EveryByteIsAsciiAndHarmless_AndComesBack) {
    std::string all;
    for (int byte = 0; byte < 256; ++byte) {
        all += static_cast<char>(byte);
    }
    all += "\u009b\u202e🙂";
    const std::string line = cast_event_line(1234567us, 'o', all);
    for (const char c : std::string_view(line).substr(0, line.size() - 1)) {
        ASSERT_TRUE(c >= ' ' && c <= '~') << static_cast<int>(c);
    }
    const auto event = read_cast_event(std::string_view(line).substr(0, line.size() - 1));
    ASSERT_TRUE(event);
    EXPECT_EQ(event->at, 1234ms);
    EXPECT_EQ(event->code, 'o');
    EXPECT_EQ(from_cast_text(event->text), all);
}

TEST(CastEvents, Header) {
    EXPECT_EQ(cast_header_line(std::chrono::sys_seconds(1767225600s), "device \"r1\"\x1b"),
              "{\"version\": 2, \"width\": 80, \"height\": 24, \"timestamp\": 1767225600, \"title\": \"device "
              "\\\"r1\\\"\\u001b\"}\n");
}

}  // namespace
}  // namespace rollover::console
