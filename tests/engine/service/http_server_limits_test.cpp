// Times, sizes and numbers.
#include "tests/engine/service/served.h"

namespace rollover::service {
namespace {

using namespace std::chrono_literals;
using test::served;

std::string status_of(const std::string& answer) {
    return answer.substr(0, answer.find("\r\n"));
}

TEST(HttpServerLimits, ASlowSender_IsGivenUp) {
    const std::string request = "POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n" + std::string(100, 'x');
    served in_time;
    EXPECT_EQ(status_of(in_time.answer(request, 1, 150ms)), "HTTP/1.1 200 OK");
    served late;
    const auto answer = late.answer(request, 1, 250ms);
    EXPECT_EQ(status_of(answer), "HTTP/1.1 408 Request Timeout") << "each byte is quick, the request is not";
    EXPECT_TRUE(answer.ends_with(" (end)"));
    served chunks;
    const std::string chunked = "POST /1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    EXPECT_EQ(status_of(chunks.answer(chunked + "5\r\nab", chunked.size(), 1ms)), "HTTP/1.1 408 Request Timeout");
}

task<void> say_nothing(served& s, std::string first, duration expected) {
    auto stream = co_await s.connect();
    (void)stream->try_write(first);
    const time_point begun = s.rt.now();
    auto all = co_await test::read_all(s.rt, *stream, 10min);
    EXPECT_TRUE(all.ends_with(" (end)")) << all;
    EXPECT_NEAR(static_cast<double>((s.rt.now() - begun) / 1ms), static_cast<double>(expected / 1ms), 10.0) << first;
}

TEST(HttpServerLimits, ConnectionsThatSayNothing_AreClosed) {
    served s;
    s.run(say_nothing(s, "", 60s));
    s.run(say_nothing(s, "GET /1 HTTP/1.1\r\nHost: x\r\n\r\n", 60s));
    s.run(say_nothing(s, "GET /1 HTTP/1.1\r\nHo", 31s));  // 408 after 30 s, and then the client is listened to
    s.run(say_nothing(s, "\r", 31s));
}

TEST(HttpServerLimits, TooLarge_IsSaid) {
    const auto of = [](const std::string& bytes) {
        served s;
        s.options.limits = {.most_header_bytes = 500, .most_body_bytes = 1000};
        return status_of(s.answer(bytes));
    };
    EXPECT_EQ(of("GET /" + std::string(500, 'x') + " HTTP/1.1\r\nHost: x\r\n\r\n"), "HTTP/1.1 414 URI Too Long");
    EXPECT_EQ(of("GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(500, 'x') + "\r\n\r\n"),
              "HTTP/1.1 431 Request Header Fields Too Large");
    EXPECT_EQ(of("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n" + std::string(1001, 'x')),
              "HTTP/1.1 413 Payload Too Large");
    EXPECT_EQ(of("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n"),
              "HTTP/1.1 413 Payload Too Large")
        << "and no 100 before";
    EXPECT_EQ(of("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"),
              "HTTP/1.1 501 Not Implemented");
    EXPECT_EQ(of("POST / HTTP/1.1\r\nHost: x\r\nExpect: a miracle\r\n\r\n"), "HTTP/1.1 417 Expectation Failed");
}

TEST(HttpServerLimits, ARefusedSender_CanFinishAndReadWhy) {
    // 100 KiB more than the server reads: without lingering the pipe would break before the answer is read.
    served s;
    s.options.limits.most_body_bytes = 10;
    const std::string request =
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n" + std::string(200'000, 'x');
    auto go = [](served& me, std::string bytes) -> task<void> {
        auto stream = co_await me.connect();
        const auto sent = co_await stream->write(bytes, never);
        EXPECT_TRUE(sent);
        auto all = co_await test::read_all(me.rt, *stream);
        EXPECT_TRUE(all.starts_with("HTTP/1.1 413 ")) << all;
        EXPECT_TRUE(all.ends_with(" (end)")) << all;
    };
    s.run(go(s, request));
}

task<void> many_uploads(served& s, std::map<std::string, int>& seen) {
    const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n";
    std::vector<std::unique_ptr<byte_stream>> streams;
    for (int i = 0; i < 8; ++i) {
        auto one = co_await s.connect();
        const auto sent = co_await one->write(head + std::string(99'999, 'x'), never);
        EXPECT_TRUE(sent);
        streams.push_back(std::move(one));
    }
    for (auto& one : streams) {
        (void)one->try_write("x");
        auto all = co_await test::read_all(s.rt, *one);
        ++seen[status_of(all)];
        one->close();
    }
    auto again = co_await s.connect();
    const auto sent = co_await again->write(head + std::string(100'000, 'x'), never);
    EXPECT_TRUE(sent);
    auto all = co_await test::read_all(s.rt, *again);
    EXPECT_EQ(status_of(all), "HTTP/1.1 200 OK") << "what was answered or broken off counts no more";
}

TEST(HttpServerLimits, LargeRequestsTogether_AreLimited) {
    served s;
    s.options.most_held_bytes = 450'000;
    std::map<std::string, int> seen;
    s.run(many_uploads(s, seen));
    EXPECT_EQ(seen["HTTP/1.1 200 OK"], 4);
    EXPECT_EQ(seen["HTTP/1.1 503 Service Unavailable"], 4);
}

task<http_response> much(http_request request) {
    http_response answer;
    answer.body = request.path + std::string(1'000'000, 'x');
    co_return answer;
}

task<void> read_nothing(served& s) {
    auto stream = co_await s.connect();
    (void)stream->try_write("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto slept = co_await sleep_for(s.rt, 29s);
    EXPECT_TRUE(slept);
    std::array<char, 1000> piece{};
    const auto some = co_await stream->read_some(piece, never);
    EXPECT_TRUE(some);
    const auto more = co_await sleep_for(s.rt, 2s);
    EXPECT_TRUE(more);
    auto rest = co_await test::read_all(s.rt, *stream);
    EXPECT_TRUE(rest.ends_with(" (end)"));
    EXPECT_LT(rest.size(), 200'000U) << "the server has given up";
}

TEST(HttpServerLimits, AClientThatReadsNothing_IsGivenUp) {
    served s;
    s.handler = much;
    s.run(read_nothing(s));
}

task<void> many_connections(served& s) {
    std::vector<std::unique_ptr<byte_stream>> streams;
    for (int i = 0; i < 100; ++i) {
        auto one = co_await s.connect();
        (void)one->try_write("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
        streams.push_back(std::move(one));
    }
    std::map<std::string, int> seen;
    for (auto& one : streams) {
        auto all = co_await test::read_all(s.rt, *one, 20s);
        ++seen[status_of(all)];
        one->close();
    }
    EXPECT_EQ(seen["HTTP/1.1 200 OK"], 10);
    EXPECT_EQ(seen["HTTP/1.1 503 Service Unavailable"], 64);
    EXPECT_EQ(seen[" (end)"], 26) << "so many at once are only closed";
    auto again = co_await s.connect();
    (void)again->try_write("GET /1 HTTP/1.0\r\n\r\n");
    auto all = co_await test::read_all(s.rt, *again);
    EXPECT_EQ(status_of(all), "HTTP/1.1 200 OK") << "there is room again";
}

TEST(HttpServerLimits, FurtherConnections_AreTurnedAway) {
    served s;
    s.options.most_connections = 10;
    s.run(many_connections(s));
}

task<void> many_requests(served& s, int& ok, int& too_many) {
    auto stream = co_await s.connect();
    std::string bytes;
    for (int i = 0; i < 50; ++i) {
        bytes += "GET /1 HTTP/1.1\r\nHost: x\r\n\r\n";
    }
    (void)stream->try_write(bytes);
    auto all = co_await test::read_all(s.rt, *stream);
    for (std::size_t at = all.find("HTTP/1.1 "); at != std::string::npos; at = all.find("HTTP/1.1 ", at + 1)) {
        const auto status = all.substr(at + 9, 3);
        EXPECT_TRUE(status == "200" || status == "429") << status;
        (status == "200" ? ok : too_many) += 1;
    }
    EXPECT_TRUE(too_many == 0 || all.find("Retry-After: 1\r\n") != std::string::npos);
}

TEST(HttpServerLimits, TooManyRequests_AreToldToWait) {
    served s;
    s.options.requests_per_second = 2;
    s.options.request_burst = 20;
    int ok = 0;
    int too_many = 0;
    s.run(many_requests(s, ok, too_many));
    EXPECT_EQ(ok, 20);
    EXPECT_EQ(too_many, 30);
}

TEST(HttpServerLimits, AClientsOwnLimit_IsAskedFor) {
    served s;
    int asked = 0;
    s.options.admit = [&asked](const http_request& request) {
        EXPECT_EQ(request.path, "/1");
        return ++asked <= 5 ? duration::zero() : duration(500ms);
    };
    int ok = 0;
    int too_many = 0;
    s.run(many_requests(s, ok, too_many));
    EXPECT_EQ(ok, 5);
    EXPECT_EQ(too_many, 45);
}

}  // namespace
}  // namespace rollover::service
