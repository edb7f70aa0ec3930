#include "drivers/transport/raw_line.h"

#include "tests/drivers/transport/far_end.h"

#include <gtest/gtest.h>

namespace rollover::transport {
namespace {

using namespace std::chrono_literals;

/// Opens a line on which the converter prints `text`, piece by piece every 10 ms, and may then close.
task<void> print_slowly(runtime& rt, far_end& converter, std::string text, std::size_t piece, bool close) {
    for (std::size_t at = 0; at < text.size(); at += piece) {
        converter.print(text.substr(at, piece));
        const auto slept = co_await sleep_for(rt, 10ms);
        EXPECT_TRUE(slept);
    }
    if (close) {
        converter.close();
    }
}

task<void> opened(virtual_runtime& rt, std::string text, std::size_t piece, bool close,
                  result<std::unique_ptr<line>>& into) {
    auto ends = make_pipe(rt, 1ms);
    far_end converter(std::move(ends.second));
    task_group group(rt);
    group.spawn(print_slowly(rt, converter, text, piece, close));
    into = co_await open_raw_line(rt, std::move(ends.first), line_address(), rt.now() + 10s);
    co_await group.join();
}

result<std::unique_ptr<line>> open_against(virtual_runtime& rt, const std::string& text, std::size_t piece,
                                           bool close) {
    result<std::unique_ptr<line>> made = failure();
    EXPECT_EQ(rt.run(opened(rt, text, piece, close, made)), virtual_end::finished);
    return made;
}

TEST(RawLine, BusyTextThenClose_IsBusyHoweverItIsCut) {
    for (const std::string text : {"Port already in use\r\n", "Port's device already in use\r\n",
                                   "\r\n% Connection refused by remote host\r\n"}) {
        for (std::size_t piece = 2; piece <= text.size(); ++piece) {
            virtual_runtime rt;
            const auto made = open_against(rt, text, piece, true);
            ASSERT_FALSE(made);
            EXPECT_EQ(made.error().code, errc::busy) << text << " in pieces of " << piece;
            EXPECT_NE(made.error().device_text.find(text.substr(2, 10)), std::string::npos);
        }
    }
}

TEST(RawLine, BusyTextOfTheConverterModel_IsBusyWithItsAdvice) {
    virtual_runtime rt;
    auto ends = make_pipe(rt, 1ms);
    far_end converter(std::move(ends.second));
    converter.print("Sorry, taken by bob\r\n");
    converter.close();
    result<std::unique_ptr<line>> made = failure();
    const auto open = [](runtime& r, std::unique_ptr<byte_stream> near,
                         result<std::unique_ptr<line>>& into) -> task<void> {
        line_address address;
        address.busy_texts = {"Sorry, taken"};
        address.when_busy = "ask bob";
        into = co_await open_raw_line(r, std::move(near), std::move(address), r.now() + 10s);
    };
    EXPECT_EQ(rt.run(open(rt, std::move(ends.first), made)), virtual_end::finished);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, errc::busy);
    EXPECT_EQ(made.error().hint, "ask bob");
}

TEST(RawLine, ClosedWithOtherWords_IsUnreachableWithThem) {
    virtual_runtime rt;
    const auto made = open_against(rt, "", 1, true);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, errc::unreachable);
}

TEST(RawLine, SomethingElse_OpensAtOnceAndIsKept) {
    virtual_runtime rt;
    auto made = open_against(rt, "Portal> ", 8, false);
    ASSERT_TRUE(made);
    EXPECT_LT(rt.now(), time_point(50ms)) << "no need to listen any longer";
    auto root = [](runtime& r, line& l) -> task<void> {
        std::array<char, 4> buffer{};
        auto first = co_await l.receive(buffer, r.now() + 1s);
        EXPECT_EQ(std::get<data_received>(*first).bytes, 4U);
        EXPECT_EQ(std::string(buffer.data(), 4), "Port");
        auto second = co_await l.receive(buffer, r.now() + 1s);
        EXPECT_EQ(std::get<data_received>(*second).bytes, 4U);
        EXPECT_EQ(std::string(buffer.data(), 4), "al> ");
    };
    EXPECT_EQ(rt.run(root(rt, **made)), virtual_end::finished);
}

TEST(RawLine, SilentDevice_OpensAfterAMoment) {
    virtual_runtime rt;
    auto ends = make_pipe(rt);
    auto root = [](runtime& r, std::unique_ptr<byte_stream> stream) -> task<void> {
        const auto made = co_await open_raw_line(r, std::move(stream), line_address(), r.now() + 10s);
        EXPECT_TRUE(made);
        EXPECT_EQ(r.now(), time_point(busy_patience));
    };
    EXPECT_EQ(rt.run(root(rt, std::move(ends.first))), virtual_end::finished);
}

TEST(RawLine, BusyTextLate_IsBusyAtTheFirstReceive) {
    virtual_runtime rt;
    auto ends = make_pipe(rt);
    auto root = [](runtime& r, std::unique_ptr<byte_stream> near, far_end converter) -> task<void> {
        auto made = co_await open_raw_line(r, std::move(near), line_address(), r.now() + 10s);
        EXPECT_TRUE(made);
        converter.print("Port already in use\r\n");
        converter.close();
        std::array<char, 64> buffer{};
        const auto text = co_await (*made)->receive(buffer, r.now() + 1s);
        EXPECT_TRUE(text);
        const auto end = co_await (*made)->receive(buffer, r.now() + 1s);
        EXPECT_EQ(end.error().code, errc::busy);
    };
    EXPECT_EQ(rt.run(root(rt, std::move(ends.first), far_end(std::move(ends.second)))), virtual_end::finished);
}

TEST(RawLine, EveryByte_GoesAsItIs_BreakAndSettingsAreUnsupported) {
    virtual_runtime rt;
    auto ends = make_pipe(rt);
    auto root = [](runtime& r, std::unique_ptr<byte_stream> near, far_end converter) -> task<void> {
        raw_line plain(r, std::move(near));
        for (int i = 0; i < 256; ++i) {
            EXPECT_EQ(plain.try_send(static_cast<char>(i)).value(), send_result::sent);
        }
        const auto all = co_await converter.heard(r, 256);
        EXPECT_EQ(all.substr(0, 8), "00010203");
        EXPECT_EQ(all.substr(504), "fcfdfeff");
        const auto no_break = co_await plain.send_break(300ms);
        EXPECT_EQ(no_break.error().code, errc::unsupported);
        const serial_settings settings;
        const auto no_change = co_await plain.change(settings, never);
        EXPECT_EQ(no_change.error().code, errc::unsupported);
        plain.close();
        EXPECT_FALSE(plain.try_send('x'));
    };
    EXPECT_EQ(rt.run(root(rt, std::move(ends.first), far_end(std::move(ends.second)))), virtual_end::finished);
}

}  // namespace
}  // namespace rollover::transport
