#include "tests/simulators/lab/line_bench.h"

namespace rollover::sim {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using model::line_protocol;

task<void> busy(line_bench& b, line_protocol protocol) {
    const std::size_t opening = protocol == line_protocol::raw ? 0 : 18;
    auto first = co_await connect_to(b.rt, b.address);
    co_await skip_bytes(b.rt, *first, opening);
    auto second = co_await connect_to(b.rt, b.address);
    const std::string words = co_await read_bytes(b.rt, *second, 1000);
    EXPECT_EQ(words.substr(opening), "Port already in use\r\n");
    std::array<char, 8> buffer{};
    const auto end = co_await second->read_some(buffer, never);
    EXPECT_EQ(end.error().code, errc::peer_closed);
    EXPECT_TRUE(first->try_write("a"));
    const std::string got = co_await read_bytes(b.rt, *first, 1);
    EXPECT_EQ(got, "a");
}

TEST(TcpLineServer, RawLine_PassesEveryByteBothWays) {
    line_bench bench(line_protocol::raw);
    bench.run([](line_bench& b) -> task<void> {
        auto client = co_await connect_to(b.rt, b.address);
        const std::string sent = "a\xff\r\0b"s + std::string("\xff\xfd\x2c", 3);
        for (const char c : sent) {
            EXPECT_EQ(client->try_write(std::string_view(&c, 1)).value(), 1U);
        }
        const std::string got = co_await read_bytes(b.rt, *client, sent.size());
        EXPECT_EQ(got, sent);
        EXPECT_EQ(b.device.heard, sent);
        EXPECT_GT(b.rt.now(), time_point(8ms)) << "eight characters at 9600 baud";
    });
}

TEST(TcpLineServer, TelnetLine_OpensLikeSer2net_AndEscapes) {
    line_bench bench(line_protocol::telnet);
    bench.run([](line_bench& b) -> task<void> {
        auto client = co_await connect_to(b.rt, b.address);
        const std::string opening = co_await read_bytes(b.rt, *client, 15);
        EXPECT_EQ(opening, "\xff\xfb\x03\xff\xfd\x03\xff\xfb\x01\xff\xfd\x00\xff\xfb\x00"s);
        EXPECT_TRUE(client->try_write("x\xff\xff\r\0y"s));
        const std::string got = co_await read_bytes(b.rt, *client, 6);
        EXPECT_EQ(got, "x\xff\xff\r\0y"s) << "not binary: CR NUL comes back";
        EXPECT_EQ(b.device.heard, "x\xff\ry");
        EXPECT_TRUE(client->try_write("\xff\xf3"));
        const std::string broken = co_await read_bytes(b.rt, *client, 7);
        EXPECT_EQ(broken, "<break>");
    });
}

TEST(TcpLineServer, Rfc2217_BaudChangeReachesTheUart) {
    line_bench bench(line_protocol::rfc2217);
    bench.run([](line_bench& b) -> task<void> {
        auto client = co_await connect_to(b.rt, b.address);
        co_await skip_bytes(b.rt, *client, 18);
        EXPECT_TRUE(client->try_write("\xff\xfb\x2c"));
        const std::string state = co_await read_bytes(b.rt, *client, 7);
        EXPECT_EQ(state, "\xff\xfa\x2c\x6b\xb0\xff\xf0");
        EXPECT_TRUE(client->try_write("\xff\xfa\x2c\x01\x00\x00\x4b\x00\xff\xf0"s));
        const std::string ack = co_await read_bytes(b.rt, *client, 10);
        EXPECT_EQ(ack, "\xff\xfa\x2c\x65\x00\x00\x4b\x00\xff\xf0"s);
        EXPECT_EQ(b.line.baud(), 19200U);
        EXPECT_TRUE(client->try_write("show"));
        co_await skip_bytes(b.rt, *client, 4, 1s);
        EXPECT_NE(b.device.heard, "show") << "the device still listens at 9600";
    });
}

TEST(TcpLineServer, Rfc2217_SuspendedByTheClient_NothingComesUntilResume) {
    line_bench bench(line_protocol::rfc2217);
    bench.run([](line_bench& b) -> task<void> {
        auto client = co_await connect_to(b.rt, b.address);
        co_await skip_bytes(b.rt, *client, 18);
        EXPECT_TRUE(client->try_write("\xff\xfb\x2c"));
        co_await skip_bytes(b.rt, *client, 7);
        EXPECT_TRUE(client->try_write("\xff\xfa\x2c\x08\xff\xf0hello"));
        const std::string nothing = co_await read_bytes(b.rt, *client, 1, 2s);
        EXPECT_EQ(nothing, "");
        EXPECT_EQ(b.device.heard, "hello");
        EXPECT_TRUE(client->try_write("\xff\xfa\x2c\x09\xff\xf0"));
        const std::string late = co_await read_bytes(b.rt, *client, 5, 2s);
        EXPECT_EQ(late, "hello");
    });
}

TEST(TcpLineServer, Rfc2217_ConverterHolds_TheClientIsTold) {
    line_bench bench(line_protocol::rfc2217);
    bench.run([](line_bench& b) -> task<void> {
        auto client = co_await connect_to(b.rt, b.address);
        co_await skip_bytes(b.rt, *client, 18);
        EXPECT_TRUE(client->try_write("\xff\xfb\x2c"));
        co_await skip_bytes(b.rt, *client, 7);
        b.line.hold(true);
        b.line.hold(false);
        const std::string told = co_await read_bytes(b.rt, *client, 12);
        EXPECT_EQ(told, "\xff\xfa\x2c\x6c\xff\xf0\xff\xfa\x2c\x6d\xff\xf0");
    });
}

TEST(TcpLineServer, SecondClient_IsToldBusyAndClosed_TheFirstGoesOn) {
    for (const auto protocol : {line_protocol::raw, line_protocol::rfc2217}) {
        line_bench bench(protocol);
        bench.run([protocol](line_bench& b) { return busy(b, protocol); });
    }
}

TEST(TcpLineServer, ClientGone_TheNextGetsTheLine_AndNothingOfTheTimeBetween) {
    line_bench bench(line_protocol::raw);
    bench.run([](line_bench& b) -> task<void> {
        auto first = co_await connect_to(b.rt, b.address);
        EXPECT_TRUE(first->try_write("lost"));
        co_await sleep_for(b.rt, 1ms);
        first->close();
        co_await sleep_for(b.rt, 1s);
        EXPECT_EQ(b.device.heard, "lost");
        auto second = co_await connect_to(b.rt, b.address);
        EXPECT_TRUE(second->try_write("new"));
        const std::string got = co_await read_bytes(b.rt, *second, 3);
        EXPECT_EQ(got, "new");
    });
}

TEST(TcpLineServer, MoreThanTheTransmitterHolds_TheSenderHasToWait) {
    line_bench bench(line_protocol::raw);
    bench.run([](line_bench& b) -> task<void> {
        auto client = co_await connect_to(b.rt, b.address);
        const std::string much(20000, 'x');
        const auto written = co_await client->write(much, never);
        EXPECT_TRUE(written);
        co_await sleep_for(b.rt, 1s);
        EXPECT_LE(b.line.queued(), 8192U) << "a real converter stops reading";
        co_await sleep_for(b.rt, 25s);
        EXPECT_EQ(b.port.counters().received, much.size());
    });
}

}  // namespace
}  // namespace rollover::sim
