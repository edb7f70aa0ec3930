#include "drivers/console/replay.h"

#include "drivers/console/terminal_text.h"
#include "engine/runtime/virtual_runtime.h"

#include <gmock/gmock.h>
#include <sstream>

namespace rollover::console {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::Pair;

std::string shown(std::string_view text, bool colours) {
    terminal_text filter(colours);
    auto out = filter.feed(text);
    return out + filter.end();
}

TEST(TerminalText, WhatPrints_Passes) {
    for (const std::string text : {"R1#show version\r\n\tč 🙂\b \b", ""}) {
        EXPECT_EQ(shown(text, false), text);
        EXPECT_EQ(shown(text, true), text);
    }
}

TEST(TerminalText, WhatActsOnATerminal_IsShown) {
    for (const bool colours : {false, true}) {
        EXPECT_EQ(shown("\x1b[2J\x1b]0;title\a", colours), "^[[2J^[]0;title^G");
        EXPECT_EQ(shown("\x1b[6n\x1bP+q\x1b\\", colours), "^[[6n^[P+q^[\\");
        EXPECT_EQ(shown("\u009b2J", colours), "\\xc2\\x9b2J") << "C1";
        EXPECT_EQ(shown("\uEF9B2J", colours), "\\x9b2J") << "a byte that was no UTF-8";
        EXPECT_EQ(shown(std::string_view("\x00\x0b\x0c\x0e\x7f", 5), colours), "^@^K^L^N^?");
        EXPECT_EQ(shown("no \u202Egnp\u2066\u200B\uFEFF\U000E0041", colours),
                  "no \\u{202e}gnp\\u{2066}\\u{200b}\\u{feff}\\u{e0041}");
        EXPECT_EQ(shown("\xff", colours), "\\xff") << "no valid cast holds it";
    }
}

TEST(TerminalText, Colours_OnlyWhereTheyAreWanted) {
    EXPECT_EQ(shown("\x1b[1;38:5:9mred\x1b[m", false), "^[[1;38:5:9mred^[[m");
    EXPECT_EQ(shown("\x1b[1;38:5:9mred\x1b[m", true), "\x1b[1;38:5:9mred\x1b[m");
    EXPECT_EQ(shown("\x1b[>4m\x1b[?1m", true), "^[[>4m^[[?1m") << "private sequences with the same end";
    EXPECT_EQ(shown("\x1b[1\x1b[2m", true), "^[[1\x1b[2m");
    const std::string endless = "\x1b[" + std::string(1000, '1') + "m";
    EXPECT_EQ(shown(endless, true), "^[" + endless.substr(1));
}

TEST(TerminalText, ColourCutAtEveryPlace_Passes) {
    const std::string text = "a\x1b[31mb";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        terminal_text filter(true);
        std::string out = filter.feed(text.substr(0, cut));
        out += filter.feed(text.substr(cut));
        EXPECT_EQ(out, text) << cut;
    }
    EXPECT_EQ(shown("\x1b[3", true), "^[[3") << "cut at the end of the file";
}

TEST(ReplayClock, SpeedAndIdleLimit) {
    replay_clock plain(1, std::nullopt);
    EXPECT_EQ(plain.plays_at(2s), 2s);
    EXPECT_EQ(plain.plays_at(1s), 2s) << "time does not go back";
    EXPECT_EQ(plain.plays_at(3s), 3s);
    replay_clock fast(2, 1s);
    EXPECT_EQ(fast.plays_at(500ms), 250ms);
    EXPECT_EQ(fast.plays_at(1h), 750ms) << "the pause is cut first";
    replay_clock slow(0.01, std::nullopt);
    EXPECT_GT(slow.plays_at(24h * 36500), 0s) << "no overflow";
    EXPECT_GT(slow.plays_at(24h * 36500), 0s);
}

constexpr auto cast =
    "{\"version\": 2, \"width\": 80, \"height\": 24}\n"
    "[1.0, \"o\", \"login: \"]\n"
    "[2.0, \"i\", \"me\\r\"]\n"
    "[2.5, \"m\", \"a remark\\u001b\"]\n"
    "[3.0, \"o\", \"\\u001b[2Jhi\\r\\n\"]\n";

struct Replay : ::testing::Test {
    result<void> play(const std::string& text, const replay_options& how) {
        std::istringstream in(text);
        cast_reader reader(in, "r1.cast");
        result<void> out;
        auto root = [](Replay& t, cast_reader& from, replay_options options, result<void>& into) -> task<void> {
            show_function show = [&t](std::string_view piece) { return t.see(piece); };
            into = co_await replay(t.rt, from, options, std::move(show));
        };
        EXPECT_EQ(rt.run(root(*this, reader, how, out)), virtual_end::finished);
        return out;
    }
    bool see(std::string_view piece) {
        if (!piece.empty()) {
            seen.emplace_back(std::chrono::duration<double>(rt.now().time_since_epoch()).count(), piece);
        }
        return !output_fails;
    }
    virtual_runtime rt;
    bool output_fails = false;
    std::vector<std::pair<double, std::string>> seen;
};

TEST_F(Replay, EachPieceAtItsTime_OnlyWhatTheDeviceSaid) {
    EXPECT_TRUE(play(cast, {}));
    EXPECT_THAT(seen, ElementsAre(Pair(1.0, "login: "), Pair(3.0, "^[[2Jhi\r\n")));
}

TEST_F(Replay, AtOnce_WithRemarks) {
    replay_options how;
    how.at_once = true;
    how.remarks = true;
    EXPECT_TRUE(play(cast, how));
    EXPECT_THAT(seen,
                ElementsAre(Pair(0.0, "login: "), Pair(0.0, "\r\n-- 2.500 s: a remark^[\n"), Pair(0.0, "^[[2Jhi\r\n")));
}

TEST_F(Replay, BadLine_WhatComesBeforeIsShown) {
    const auto out = play(cast + std::string("[4, \"o\"\n"), {});
    ASSERT_FALSE(out);
    EXPECT_EQ(out.error().where, "r1.cast:6");
    EXPECT_EQ(seen.size(), 2U);
}

TEST_F(Replay, OutputThatFails_EndsIt) {
    output_fails = true;
    const auto out = play(cast, {});
    ASSERT_FALSE(out);
    EXPECT_EQ(out.error().code, errc::io);
    EXPECT_EQ(seen.size(), 1U);
}

TEST_F(Replay, Stopped_EndsInTheMiddleOfAPause) {
    auto root = [](Replay& t) -> task<void> {
        std::istringstream in(cast);
        cast_reader reader(in, "r1.cast");
        result<void> out;
        auto child = [](Replay& inner, cast_reader& from, result<void>& into) -> task<void> {
            show_function show = [&inner](std::string_view piece) { return inner.see(piece); };
            const replay_options how;
            into = co_await replay(inner.rt, from, how, std::move(show));
        };
        task_group group(t.rt);
        group.spawn(child(t, reader, out));
        co_await sleep_for(t.rt, 1500ms);
        group.cancel();
        co_await group.join();
        EXPECT_FALSE(out);
        EXPECT_EQ(out.error().code, errc::cancelled);
        EXPECT_EQ(t.rt.now(), time_point(1500ms));
        EXPECT_EQ(t.seen.size(), 1U);
    };
    EXPECT_EQ(rt.run(root(*this)), virtual_end::finished);
}

}  // namespace
}  // namespace rollover::console
