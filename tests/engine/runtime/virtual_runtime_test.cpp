#include "engine/runtime/virtual_runtime.h"

#include <array>
#include <gtest/gtest.h>

namespace rollover {
namespace {

using namespace std::chrono_literals;

task<void> echo_once(acceptor& listener) {
    auto accepted = co_await listener.accept();
    EXPECT_TRUE(accepted);
    auto stream = std::move(*accepted);
    std::array<char, 16> buffer{};
    const auto count = co_await stream->read_some(buffer, never);
    EXPECT_TRUE(count);
    const auto written = co_await stream->write(std::string_view(buffer.data(), *count), never);
    EXPECT_TRUE(written);
}

TEST(VirtualRuntime, ConnectWriteReadClose_TakesVirtualTimeOnly) {
    virtual_runtime rt({.latency = 1ms});
    auto root = [](virtual_runtime& r) -> task<void> {
        auto listening = r.listen({"192.0.2.1", 4001});
        EXPECT_TRUE(listening);
        auto listener = std::move(*listening);
        task_group group(r);
        group.spawn(echo_once(*listener));
        auto connected = co_await r.connect({"192.0.2.1", 4001}, never);
        EXPECT_TRUE(connected);
        auto stream = std::move(*connected);
        EXPECT_EQ(stream->try_write("hi").value(), 2U);
        EXPECT_EQ(stream->unacknowledged(), 2U);
        std::array<char, 16> buffer{};
        const auto count = co_await stream->read_some(buffer, never);
        EXPECT_EQ(count.value(), 2U);
        EXPECT_EQ(stream->unacknowledged(), 0U);
        EXPECT_EQ(r.now(), time_point(4ms)) << "connect 2 ms, there 1 ms, back 1 ms";
        co_await group.join();
        const auto end = co_await stream->read_some(buffer, never);
        EXPECT_EQ(end.error().code, errc::peer_closed);
    };
    EXPECT_EQ(rt.run(root(rt)), virtual_end::finished);
}

TEST(VirtualRuntime, NobodyListens_IsUnreachable) {
    virtual_runtime rt;
    auto root = [](virtual_runtime& r) -> task<void> {
        const auto connected = co_await r.connect({"192.0.2.1", 1}, never);
        EXPECT_EQ(connected.error().code, errc::unreachable);
    };
    EXPECT_EQ(rt.run(root(rt)), virtual_end::finished);
}

TEST(VirtualRuntime, WaitingForEver_IsReportedAsStuck) {
    virtual_runtime rt;
    event forever(rt);
    auto root = [](event& e) -> task<void> { co_await e.wait(); };
    EXPECT_EQ(rt.run(root(forever)), virtual_end::stuck);
}

TEST(VirtualRuntime, ReadDeadline_TimesOutAtItsTime) {
    virtual_runtime rt;
    auto ends = make_pipe(rt);
    auto root = [](virtual_runtime& r, byte_stream& s) -> task<void> {
        std::array<char, 4> buffer{};
        const auto count = co_await s.read_some(buffer, time_point(3s));
        EXPECT_EQ(count.error().code, errc::timed_out);
        EXPECT_EQ(r.now(), time_point(3s));
    };
    EXPECT_EQ(rt.run(root(rt, *ends.first)), virtual_end::finished);
}

TEST(VirtualRuntime, FullWindow_TryWriteTakesNothing_WriteWaits) {
    virtual_runtime rt;
    auto ends = make_pipe(rt, 1ms, 4);
    auto root = [](virtual_runtime& r, byte_stream& a, byte_stream& b) -> task<void> {
        EXPECT_EQ(a.try_write("abcdef").value(), 4U);
        EXPECT_EQ(a.try_write("ef").value(), 0U);
        const auto late = co_await a.write("ef", r.now() + 1s);
        EXPECT_EQ(late.error().code, errc::timed_out);
        std::array<char, 8> buffer{};
        const auto count = co_await b.read_some(buffer, never);
        EXPECT_EQ(count.value(), 4U);
        const auto rest = co_await a.write("ef", never);
        EXPECT_TRUE(rest);
    };
    EXPECT_EQ(rt.run(root(rt, *ends.first, *ends.second)), virtual_end::finished);
}

}  // namespace
}  // namespace rollover
