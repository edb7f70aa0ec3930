#include "console_bench.h"
#include "simulators/device/garble.h"

#include <gtest/gtest.h>
#include <vector>

namespace rollover::sim {
namespace {

// Keeps what arrives, with its time; echoes when told to.
class probe final : public device {
public:
    explicit probe(runtime& rt) : rt_(rt) {}
    void power_on() override {}
    void input(char character) override {
        heard.push_back(character);
        times.push_back(rt_.now());
    }
    void input_break() override { ++breaks; }
    [[nodiscard]] time_point busy_until() const override { return busy; }

    std::string heard;
    std::vector<time_point> times;
    int breaks = 0;
    time_point busy{};

private:
    runtime& rt_;
};

task<void> wait(runtime& rt, duration time) {
    const auto slept = co_await sleep_for(rt, time);
    EXPECT_TRUE(slept);
}

struct Uart : testing::Test {
    virtual_runtime rt;
    probe behind{rt};
    void pass(duration time) { EXPECT_EQ(rt.run(wait(rt, time)), virtual_end::finished); }
};

TEST_F(Uart, OneCharacter_ArrivesAfterTenBitTimesAndTheService) {
    uart port(rt, {.baud = 10'000, .service_time = 200us});
    port.attach(behind);
    port.send("a");
    pass(1199us);
    EXPECT_EQ(behind.heard, "");
    pass(1us);
    EXPECT_EQ(behind.heard, "a");
    EXPECT_EQ(port.counters().received, 1U);
}

TEST_F(Uart, AStream_ArrivesAtTheLineRate) {
    uart port(rt, {.baud = 10'000, .service_time = 200us});
    port.attach(behind);
    port.send("abc");
    EXPECT_EQ(port.queued(), 3U);
    pass(1s);
    ASSERT_EQ(behind.times.size(), 3U);
    EXPECT_EQ(behind.times[1] - behind.times[0], duration(1ms));
    EXPECT_EQ(behind.times[2] - behind.times[1], duration(1ms));
    EXPECT_EQ(port.queued(), 0U);
}

TEST_F(Uart, Printing_ComesOutAtTheLineRateAndNeverEarly) {
    uart port(rt, {.baud = 10'000, .converter_trigger = 4});
    std::string seen;
    std::size_t early = 0;
    port.on_line([&](std::string_view text) {
        seen += text;
        const auto possible = static_cast<std::size_t>(rt.now().time_since_epoch() / duration(1ms));
        early += seen.size() > possible ? 1 : 0;
    });
    port.printer()("0123456789");
    pass(9999us);
    EXPECT_EQ(seen, "01234567") << "two pieces of four; the rest is still on its way";
    pass(1us);
    EXPECT_EQ(seen, "0123456789");
    EXPECT_EQ(early, 0U);
    EXPECT_EQ(port.counters().printed, 10U);
}

TEST_F(Uart, SlowServiceAndNoGap_OverrunsAndCounts) {
    uart port(rt, {.baud = 10'000, .fifo = 4, .service_time = 3ms});
    port.attach(behind);
    port.send(std::string(30, 'x'));
    pass(1s);
    EXPECT_EQ(port.counters().received, 30U);
    EXPECT_EQ(port.counters().lost + behind.heard.size(), 30U);
    EXPECT_GT(port.counters().lost, 10U);
}

TEST_F(Uart, BusyDevice_KeepsAFullFifoAndLosesTheRest) {
    uart port(rt, {.baud = 10'000, .fifo = 16, .service_time = 100us});
    port.attach(behind);
    behind.busy = time_point(100ms);
    port.send("abcdefghijklmnopqrstuvwxyz");
    pass(99ms);
    EXPECT_EQ(behind.heard, "");
    pass(1s);
    EXPECT_EQ(behind.heard, "abcdefghijklmnopq") << "one in the processor's hand, sixteen in the FIFO";
    EXPECT_EQ(port.counters().lost, 9U);
}

TEST_F(Uart, LossFault_LosesThatShareAndTheSameOnesForTheSameSeed) {
    const auto run = [this](std::uint64_t seed) {
        behind.heard.clear();
        uart port(rt, {.baud = 1'000'000, .service_time = 1us});
        port.attach(behind);
        port.lose(0.1, seed);
        std::string text;
        for (int n = 0; n < 2000; ++n) {
            text.push_back(static_cast<char>('a' + n % 26));
        }
        port.send(text);
        pass(1s);
        EXPECT_EQ(port.counters().lost + behind.heard.size(), 2000U);
        EXPECT_NEAR(static_cast<double>(port.counters().lost), 200.0, 60.0);
        return behind.heard;
    };
    const std::string first = run(7);
    EXPECT_EQ(run(7), first);
    EXPECT_NE(run(8), first);
}

TEST_F(Uart, Break_IsSeenInItsPlaceAndAShortOneIsANul) {
    uart port(rt, {.baud = 10'000, .service_time = 100us});
    port.attach(behind);
    port.send("ab");
    port.send_break(250ms);
    port.send("c");
    port.send_break(500us);
    pass(1s);
    EXPECT_EQ(behind.breaks, 1);
    EXPECT_EQ(behind.heard, std::string("abc\0", 4));
    EXPECT_GE(behind.times[2] - behind.times[1], duration(250ms));
}

TEST_F(Uart, Purge_DropsWhatHasNotLeft) {
    uart port(rt, {.baud = 10'000, .service_time = 100us});
    port.attach(behind);
    port.send("abcdefgh");
    pass(2500us);
    port.purge();
    port.send("Z");
    pass(1s);
    EXPECT_EQ(behind.heard, "abZ");
}

TEST_F(Uart, WrongSpeed_IsGarbageBothWaysUntilItIsRight) {
    uart port(rt, {.baud = 9600});
    std::string seen;
    port.attach(behind);
    port.on_line([&seen](std::string_view text) { seen += text; });
    port.set_baud(115200);
    port.printer()("Router>");
    port.send("enable");
    pass(1s);
    EXPECT_EQ(seen.find("Router"), std::string::npos);
    EXPECT_FALSE(seen.empty());
    EXPECT_EQ(behind.heard.find("enable"), std::string::npos);
    port.set_baud(9600);
    seen.clear();
    behind.heard.clear();
    port.printer()("Router>");
    port.send("enable");
    pass(1s);
    EXPECT_EQ(seen, "Router>");
    EXPECT_EQ(behind.heard, "enable");
}

TEST_F(Uart, DeviceChangesItsSpeed_WhatHasLeftIsUnharmedAndTheRestIsNot) {
    uart port(rt, {.baud = 9600, .converter_trigger = 1});
    std::string seen;
    port.on_line([&seen](std::string_view text) { seen += text; });
    port.printer()("Router(config-line)#");
    pass(7ms);  // six characters of 1.04 ms
    port.set_device_baud(115200);
    pass(1s);
    EXPECT_EQ(seen.substr(0, 6), "Router");
    EXPECT_EQ(seen.find('('), std::string::npos);
    seen.clear();
    port.set_baud(115200);
    const auto before = rt.now();
    port.printer()("Router(config-line)#");
    pass(2ms);
    EXPECT_EQ(seen, "Router(config-line)#") << "in 1.7 ms";
    EXPECT_EQ(rt.now() - before, 2ms);
    port.set_device_baud(0);
    EXPECT_EQ(port.device_baud(), 9600U);
}

TEST(Garble, SlowerReceiver_TakesOneDistortedCharacter) {
    std::string heard;
    garble('U', 19200, 9600, heard);  // 0x55: edges in every bit
    EXPECT_FALSE(heard.empty());
    EXPECT_NE(heard, "U");
    heard.clear();
    garble('U', 9600, 9600, heard);
    EXPECT_EQ(heard, "U");
}

TEST(Garble, FasterReceiver_SplitsACharacter) {
    std::string heard;
    garble('U', 9600, 115200, heard);
    EXPECT_EQ(heard.size(), 5U) << "one for each falling edge";
}

}  // namespace
}  // namespace rollover::sim
