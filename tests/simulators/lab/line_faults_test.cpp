#include "tests/simulators/lab/line_bench.h"

namespace rollover::sim {
namespace {

using namespace std::chrono_literals;
using model::line_protocol;

line_faults with_seed(std::uint64_t seed) {
    line_faults f;
    f.seed = seed;
    return f;
}

/// Types `text` at 10 ms a character and notes every byte that comes back with its time, until the end of the
/// connection.
task<void> type_and_note(line_bench& b, const std::string& text, std::string& seen) {
    auto client = co_await connect_to(b.rt, b.address);
    std::array<char, 64> buffer{};
    for (const char c : text) {
        if (!client->try_write(std::string_view(&c, 1))) {
            seen += "write failed";
            break;
        }
        const time_point next = b.rt.now() + 10ms;
        for (;;) {
            const auto count = co_await client->read_some(buffer, next);
            if (!count) {
                seen += count.error().code == errc::peer_closed ? "|closed" : "";
                break;
            }
            seen +=
                "|" + std::to_string(b.rt.now().time_since_epoch().count()) + ":" + std::string(buffer.data(), *count);
        }
        if (seen.ends_with("closed")) {
            co_return;
        }
    }
}

std::string session(const line_faults& faults, const std::string& text) {
    line_bench bench(line_protocol::raw, faults);
    std::string seen;
    bench.run([&seen, &text](line_bench& b) { return type_and_note(b, text, seen); });
    return seen;
}

const std::string typed = "configure terminal\rhostname simulated\rend\r";

TEST(LineFaults, SameSeed_SameBytesAtTheSameTimes) {
    fault_plan all;
    all.connection_reset = all.silence = all.garbage = all.lost_characters = 0.5;
    bool differ = false;
    std::string last;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        line_faults faults = draw_faults(all, seed, "r1");
        for (auto& at : faults.garbage_at) {
            at %= typed.size();
        }
        std::sort(faults.garbage_at.begin(), faults.garbage_at.end());
        const std::string once = session(faults, typed);
        EXPECT_EQ(once, session(faults, typed)) << "seed " << seed;
        differ = differ || (!last.empty() && once != last);
        last = once;
    }
    EXPECT_TRUE(differ);
}

TEST(LineFaults, Draw_EachKindIsIndependentOfTheOthers) {
    fault_plan one;
    one.garbage = 1;
    fault_plan two = one;
    two.connection_reset = 1;
    two.silence = 1;
    EXPECT_EQ(draw_faults(one, 7, "r1").garbage_at, draw_faults(two, 7, "r1").garbage_at);
    EXPECT_FALSE(draw_faults(one, 7, "r1").reset_after);
    EXPECT_TRUE(draw_faults(two, 7, "r1").reset_after);
    EXPECT_NE(draw_faults(two, 7, "r1").reset_after, draw_faults(two, 7, "r2").reset_after);
}

TEST(LineFaults, Draw_ProbabilityIsMet) {
    fault_plan plan;
    plan.silence = 0.25;
    int hit = 0;
    for (int i = 0; i < 4000; ++i) {
        hit += draw_faults(plan, 1, "r" + std::to_string(i)).silent_after ? 1 : 0;
    }
    EXPECT_GT(hit, 850);
    EXPECT_LT(hit, 1150);
}

TEST(SerialLine, ResetAfterSoManyCharacters_ClosesThere_Once) {
    line_faults faults = with_seed(1);
    faults.reset_after = 9;
    line_bench bench(line_protocol::raw, faults);
    bench.run([](line_bench& b) -> task<void> {
        std::string seen;
        co_await type_and_note(b, typed, seen);
        EXPECT_TRUE(seen.ends_with("|closed")) << seen;
        EXPECT_LE(b.device.heard.size(), 5U) << "9 characters in both directions";
        EXPECT_GE(b.device.heard.size(), 4U);
        co_await sleep_for(b.rt, 100ms);  // what was on its way is printed to nobody
        auto again = co_await connect_to(b.rt, b.address);
        EXPECT_TRUE(again->try_write(typed));
        const std::string got = co_await read_bytes(b.rt, *again, typed.size());
        EXPECT_EQ(got, typed);
    });
}

TEST(SerialLine, Silent_HearsAndSaysNothingMore) {
    line_faults faults = with_seed(1);
    faults.silent_after = 3;
    line_bench bench(line_protocol::raw, faults);
    bench.run([](line_bench& b) -> task<void> {
        auto client = co_await connect_to(b.rt, b.address);
        EXPECT_TRUE(client->try_write("abcdef"));
        const std::string got = co_await read_bytes(b.rt, *client, 100, 2s);
        EXPECT_EQ(b.device.heard, "abc");
        EXPECT_LE(got.size(), 3U);
    });
}

TEST(SerialLine, GarbageBurst_ComesBetweenWhatTheDevicePrints) {
    line_faults faults = with_seed(5);
    faults.garbage_at = {4, 4};
    line_bench bench(line_protocol::raw, faults);
    bench.run([](line_bench& b) -> task<void> {
        auto client = co_await connect_to(b.rt, b.address);
        EXPECT_TRUE(client->try_write("abcdefgh"));
        const std::string got = co_await read_bytes(b.rt, *client, 1000, 2s);
        EXPECT_TRUE(got.starts_with("abcd")) << got;
        EXPECT_TRUE(got.ends_with("efgh")) << got;
        EXPECT_GE(got.size(), 10U);
        EXPECT_EQ(b.device.heard, "abcdefgh");
    });
}

TEST(SerialLine, Loss_OnlySomeCharactersArrive) {
    line_faults faults = with_seed(3);
    faults.loss = 0.2;
    line_bench bench(line_protocol::raw, faults);
    bench.run([](line_bench& b) -> task<void> {
        auto client = co_await connect_to(b.rt, b.address);
        const auto written = co_await client->write(std::string(500, 'x'), never);
        EXPECT_TRUE(written);
        co_await sleep_for(b.rt, 2s);
        EXPECT_GT(b.port.counters().lost, 50U);
        EXPECT_LT(b.port.counters().lost, 150U);
        EXPECT_EQ(b.device.heard.size(), 500 - b.port.counters().lost);
    });
}

TEST(TcpLineServer, RefusedFault_FirstConnectionsEndAtOnce_ThenItWorks) {
    line_faults faults = with_seed(1);
    faults.refused = 2;
    line_bench bench(line_protocol::raw, faults);
    bench.run([](line_bench& b) -> task<void> {
        std::array<char, 8> buffer{};
        for (int i = 0; i < 2; ++i) {
            auto client = co_await connect_to(b.rt, b.address);
            const auto end = co_await client->read_some(buffer, b.rt.now() + 1s);
            EXPECT_EQ(end.error().code, errc::peer_closed);
        }
        auto client = co_await connect_to(b.rt, b.address);
        EXPECT_TRUE(client->try_write("a"));
        const std::string got = co_await read_bytes(b.rt, *client, 1);
        EXPECT_EQ(got, "a");
    });
}

TEST(TcpLineServer, DeafFault_ThePortIsClosedForAWhile) {
    line_faults faults = with_seed(1);
    faults.deaf_for = 2s;
    line_bench bench(line_protocol::raw, faults);
    bench.run([](line_bench& b) -> task<void> {
        co_await sleep_for(b.rt, 1s);
        const auto refused = co_await b.rt.connect(b.address, never);
        EXPECT_EQ(refused.error().code, errc::unreachable);
        co_await sleep_for(b.rt, 2s);
        auto client = co_await connect_to(b.rt, b.address);
        EXPECT_NE(client, nullptr);
    });
}

}  // namespace
}  // namespace rollover::sim
