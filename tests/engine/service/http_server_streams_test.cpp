// Streams of events, and clients that go away.
#include "tests/engine/service/served.h"

namespace rollover::service {
namespace {

using namespace std::chrono_literals;
using test::served;

/// What became of the coroutine that writes a stream.
struct writer_log {
    int sent = 0;
    std::optional<failure> ended_by;
    time_point when{};
};

/// An event each second, `most` of them.
task<void> count_up(runtime* rt, writer_log* log, int most, event_stream& out) {
    for (int i = 1; i <= most; ++i) {
        const auto sent = co_await out.send(std::to_string(i), "tick", "number\n" + std::to_string(i));
        if (!sent) {
            log->ended_by = sent.error();
            break;
        }
        ++log->sent;
        const auto slept = co_await sleep_for(*rt, 1s);
        if (!slept) {
            log->ended_by = slept.error();
            break;
        }
    }
    log->when = rt->now();
}

task<http_response> stream_of(std::function<task<void>(event_stream&)> body) {
    http_response answer;
    answer.stream = std::move(body);
    co_return answer;
}

void serve_ticks(served& s, writer_log& log, int most) {
    s.handler = [&s, &log, most](const http_request& /*request*/) {
        return stream_of([&s, &log, most](event_stream& out) { return count_up(&s.rt, &log, most, out); });
    };
}

const std::string get = "GET /events HTTP/1.1\r\nHost: x\r\n\r\n";

TEST(HttpServerStreams, Events_AreSentAsChunksToTheirEnd) {
    served s;
    writer_log log;
    serve_ticks(s, log, 2);
    EXPECT_EQ(s.answer(get + get),
              "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
              "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
              "28\r\nid: 1\nevent: tick\ndata: number\ndata: 1\n\n\r\n"
              "28\r\nid: 2\nevent: tick\ndata: number\ndata: 2\n\n\r\n0\r\n\r\n (end)");
    EXPECT_EQ(log.sent, 2);
    EXPECT_FALSE(log.ended_by);
}

TEST(HttpServerStreams, AnOldClient_GetsNoChunks) {
    served s;
    writer_log log;
    serve_ticks(s, log, 1);
    EXPECT_EQ(
        s.answer("GET /events HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"
        "id: 1\nevent: tick\ndata: number\ndata: 1\n\n (end)");
}

TEST(HttpServerStreams, Head_GetsNoEvents) {
    served s;
    writer_log log;
    serve_ticks(s, log, 1);
    EXPECT_EQ(s.answer("HEAD /events HTTP/1.1\r\nHost: x\r\n\r\n"),
              "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
              "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n (end)");
    EXPECT_EQ(log.sent, 0);
}

task<void> listen_for(served& s, duration how_long) {
    auto stream = co_await s.connect();
    (void)stream->try_write(get);
    const auto slept = co_await sleep_for(s.rt, how_long);
    EXPECT_TRUE(slept);
    stream->close();
    const auto later = co_await sleep_for(s.rt, 10s);
    EXPECT_TRUE(later);
}

TEST(HttpServerStreams, AClientThatGoesAway_EndsTheWriterAtOnce) {
    for (int tenths = 0; tenths < 30; ++tenths) {
        served s;
        writer_log log;
        serve_ticks(s, log, 1000);
        s.run(listen_for(s, 100ms * tenths));
        if (tenths > 0) {
            ASSERT_TRUE(log.ended_by) << tenths;
        }
        EXPECT_LE(log.when, time_point(100ms * tenths + 10ms)) << tenths;
        EXPECT_TRUE(s.logged.empty());
    }
}

task<void> stop_later(served& s, std::string& heard) {
    auto stream = co_await s.connect();
    (void)stream->try_write(get);
    const auto slept = co_await sleep_for(s.rt, 2500ms);
    EXPECT_TRUE(slept);
    s.stop();
    auto all = co_await test::read_all(s.rt, *stream);
    heard = std::move(all);
}

TEST(HttpServerStreams, AServerThatStops_EndsThem) {
    served s;
    writer_log log;
    serve_ticks(s, log, 1000);
    std::string heard;
    s.run(stop_later(s, heard));
    EXPECT_EQ(log.sent, 3);
    EXPECT_EQ(log.ended_by.value_or(failure()).code, errc::cancelled);
    EXPECT_TRUE(heard.ends_with(" (end)"));
    EXPECT_EQ(heard.find("0\r\n\r\n"), std::string::npos) << "it has not come to its end, and does not say so";
}

/// Sends as fast as it can, 10 kB each.
task<void> flood(runtime* rt, writer_log* log, event_stream& out) {
    for (;;) {
        const auto sent = co_await out.send("", "", std::string(10'000, 'x'));
        if (!sent) {
            log->ended_by = sent.error();
            log->when = rt->now();
            const auto again = co_await out.comment("still there?");
            EXPECT_FALSE(again);
            co_return;
        }
        ++log->sent;
    }
}

TEST(HttpServerStreams, AClientThatReadsNothing_IsGivenUp) {
    served s;
    writer_log log;
    s.handler = [&](const http_request& /*request*/) {
        return stream_of([&](event_stream& out) { return flood(&s.rt, &log, out); });
    };
    s.run(listen_for(s, 40s));
    EXPECT_EQ(log.ended_by.value_or(failure()).code, errc::timed_out);
    EXPECT_LT(log.sent, 8) << "64 KiB fit on the way";
    EXPECT_LE(log.when, time_point(30s + 10ms));
}

task<void> talk_into_it(served& s, writer_log& log) {
    auto stream = co_await s.connect();
    (void)stream->try_write(get);
    for (int i = 0; i < 30; ++i) {
        const std::string junk(100'000, 'x');
        const auto sent = co_await stream->write(junk, never);
        EXPECT_TRUE(sent);
        const auto slept = co_await sleep_for(s.rt, 100ms);
        EXPECT_TRUE(slept);
    }
    EXPECT_GE(log.sent, 3);
    stream->close();
    const auto slept = co_await sleep_for(s.rt, 1s);
    EXPECT_TRUE(slept);
    EXPECT_TRUE(log.ended_by);
}

TEST(HttpServerStreams, WhatAClientSaysDuringAStream_IsDropped) {
    served s;
    writer_log log;
    serve_ticks(s, log, 1000);
    s.run(talk_into_it(s, log));
}

task<void> throw_after_one(event_stream& out) {
    const auto sent = co_await out.send("1", "", "x");
    EXPECT_TRUE(sent);
    const auto wrong = co_await out.send("a\nb", "", "x");
    EXPECT_EQ(wrong.error().code, errc::bad_input);
    const auto goes_on = co_await out.comment("a\nb");
    EXPECT_TRUE(goes_on);
    throw std::runtime_error("a bug");
}

TEST(HttpServerStreams, AWriterThatThrows_BreaksItsStreamOff) {
    served s;
    s.handler = [](const http_request& /*request*/) { return stream_of(throw_after_one); };
    const auto answer = s.answer(get);
    EXPECT_TRUE(answer.ends_with("\r\n\r\nf\r\nid: 1\ndata: x\n\n\r\n7\r\n: a b\n\n\r\n (end)")) << answer;
    ASSERT_EQ(s.logged.size(), 1U);
    EXPECT_NE(s.logged[0].find("a bug"), std::string::npos);
}

}  // namespace
}  // namespace rollover::service
