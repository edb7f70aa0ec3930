// Requests and answers.
#include "tests/engine/service/served.h"

namespace rollover::service {
namespace {

using namespace std::chrono_literals;
using test::echoed;
using test::served;

const std::string closing = "Connection: close\r\n";

TEST(HttpServer, OneRequest_IsAnsweredHoweverItIsCut) {
    const std::string request =
        "POST /a%20b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello";
    for (std::size_t size = 1; size <= request.size(); ++size) {
        EXPECT_EQ(served().answer(request, size, 1ms), echoed("POST /a b hello", closing) + " (end)") << size;
    }
}

TEST(HttpServer, PipelinedRequests_AreAnsweredInOrder) {
    const std::string requests =
        "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"
        "POST /2 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"
        "GET /3 HTTP/1.1\r\nHost: x\r\n\r\n";
    EXPECT_EQ(served().answer(requests), echoed("GET /slow ") + echoed("POST /2 abc") + echoed("GET /3 ") + " (open)");
    EXPECT_EQ(served().answer(requests, 1, 1ms),
              echoed("GET /slow ") + echoed("POST /2 abc") + echoed("GET /3 ") + " (open)");
}

TEST(HttpServer, KeepAlive_IsAsTheClientWants) {
    const std::string next = "GET /2 HTTP/1.1\r\nHost: x\r\n\r\n";
    EXPECT_EQ(served().answer("GET /1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" + next),
              echoed("GET /1 ", closing) + " (end)");
    EXPECT_EQ(served().answer("GET /1 HTTP/1.0\r\n\r\n" + next), echoed("GET /1 ", closing) + " (end)");
    EXPECT_EQ(served().answer("GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + next),
              echoed("GET /1 ", "Connection: keep-alive\r\n") + echoed("GET /2 ") + " (open)");
}

TEST(HttpServer, Head_GetsTheSizeWithoutTheBody) {
    EXPECT_EQ(
        served().answer("HEAD /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n"),
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 8\r\n\r\n" + echoed("GET /2 ") + " (open)");
}

TEST(HttpServer, Continue_IsSaidToWhoWaitsForIt) {
    // 1 s after the head the client gives up waiting and sends the body, as curl does.
    const std::string head = "POST /1 HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
    EXPECT_EQ(served().answer(head + "hi", head.size(), 1s),
              "HTTP/1.1 100 Continue\r\n\r\n" + echoed("POST /1 hi") + " (open)");
    EXPECT_EQ(served().answer(head + "hi"), echoed("POST /1 hi") + " (open)");
}

TEST(HttpServer, NoHttp_IsAnsweredOnceAndClosed) {
    const auto answer = served().answer("GET / HTTP/1.1\r\nHost: x\r\nX : y\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n"))
        << answer;
    EXPECT_EQ(answer.find("HTTP/1.1", 1), std::string::npos) << answer;
    EXPECT_TRUE(answer.ends_with(" (end)")) << answer;
}

TEST(HttpServer, OwnAnswers_LookAsTheApiWants) {
    served s;
    s.options.own_answer = [](const refusal& why) {
        http_response answer;
        answer.body = "{\"error\":\"" + why.reason + "\"}";
        return answer;
    };
    const auto answer = s.answer("SSH-2.0-x\r\n");
    EXPECT_EQ(
        answer,
        "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: 28\r\nConnection: close\r\n\r\n"
        "{\"error\":\"this is not HTTP\"} (end)");
}

task<http_response> fail(http_request request) {
    http_response answer;
    if (request.path == "/exception") {
        throw std::runtime_error("a secret path");
    }
    if (request.path == "/other") {
        throw 5;
    }
    if (request.path == "/status") {
        answer.status = 0;
    }
    if (request.path == "/injection") {
        answer.headers.add("X", "a\r\nSet-Cookie: b");
    }
    co_return answer;
}

TEST(HttpServer, AHandlerThatFails_IsLoggedAndTheConnectionGoesOn) {
    for (const std::string path : {"/exception", "/other", "/status", "/injection"}) {
        served s;
        s.handler = fail;
        const auto answer = s.answer("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\nGET /ok HTTP/1.1\r\nHost: x\r\n\r\n");
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 500 ")) << answer;
        EXPECT_NE(answer.find("HTTP/1.1 200 OK"), std::string::npos) << answer;
        EXPECT_EQ(answer.find("secret"), std::string::npos) << answer;
        EXPECT_EQ(answer.find("Cookie"), std::string::npos) << answer;
        EXPECT_EQ(s.logged.size(), 1U) << path;
    }
}

task<void> stop_in_flight(served& s) {
    auto waiting = co_await s.connect();
    auto idle = co_await s.connect();
    auto half = co_await s.connect();
    (void)waiting->try_write("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
    (void)half->try_write("GET /half HT");
    const auto slept = co_await sleep_for(s.rt, 1s);
    EXPECT_TRUE(slept);
    s.stop();
    for (auto* one : {waiting.get(), idle.get(), half.get()}) {
        auto rest = co_await test::read_all(s.rt, *one);
        EXPECT_EQ(rest, " (end)");
    }
    EXPECT_LT(s.rt.now(), time_point(2s));
    const auto again = co_await s.rt.connect(test::address, never);
    EXPECT_EQ(again.error().code, errc::unreachable);
}

task<http_response> wait_for_ever(runtime* rt, http_request request) {
    const auto slept = co_await sleep_for(*rt, 1h);
    EXPECT_FALSE(slept) << request.path;
    http_response answer;
    co_return answer;
}

TEST(HttpServer, Stopped_EndsHandlersAndConnectionsAtOnce) {
    served s;
    s.handler = [&s](http_request request) { return wait_for_ever(&s.rt, std::move(request)); };
    s.run(stop_in_flight(s));
}

TEST(HttpServer, AClosedClient_HurtsNobody) {
    const std::string request = "POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello";
    for (std::size_t length = 0; length <= request.size(); ++length) {
        served s;
        auto go = [](served& me, std::string bytes) -> task<void> {
            auto stream = co_await me.connect();
            (void)stream->try_write(bytes);
            stream->close();
            auto other = co_await me.connect();
            (void)other->try_write("GET /2 HTTP/1.0\r\n\r\n");
            auto all = co_await test::read_all(me.rt, *other);
            EXPECT_EQ(served::without_dates(all), echoed("GET /2 ", closing) + " (end)");
        };
        s.run(go(s, request.substr(0, length)));
        EXPECT_TRUE(s.logged.empty());
    }
}

}  // namespace
}  // namespace rollover::service
