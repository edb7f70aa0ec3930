// Connections that are used more than once.
#include "engine/service/http_client.h"
#include "tests/engine/service/served.h"

namespace rollover::service {
namespace {

using namespace std::chrono_literals;
using test::served;

http_request of(const std::string& method, const std::string& body = {}) {
    http_request out;
    out.method = method;
    out.target = "/x";
    out.body = body;
    return out;
}

task<void> expect(http_client& client, runtime& rt, http_request request, std::string expected) {
    const auto answer = co_await client.call(std::move(request), rt.now() + 20s);
    EXPECT_TRUE(answer) << describe(answer.error());
    EXPECT_EQ(answer ? answer->body : "", expected);
}

task<void> several(served& s) {
    http_client client(s.rt, test::address);
    const time_point begun = s.rt.now();
    for (int i = 0; i < 3; ++i) {
        co_await expect(client, s.rt, of("GET"), "GET /x ");
        co_await expect(client, s.rt, of("POST", "abc"), "POST /x abc");
    }
    // A connection takes a round trip of 0.4 ms; six would take 2 ms more.
    EXPECT_LT(s.rt.now() - begun, 4ms);
    const auto slept = co_await sleep_for(s.rt, 2min);
    EXPECT_TRUE(slept);
    co_await expect(client, s.rt, of("GET"), "GET /x ");
    const auto again = co_await sleep_for(s.rt, 2min);
    EXPECT_TRUE(again);
    const auto lost = co_await client.call(of("POST", "abc"), s.rt.now() + 20s);
    EXPECT_FALSE(lost) << "nobody knows whether it was done: it is not sent again";
    co_await expect(client, s.rt, of("POST", "abc"), "POST /x abc");
}

TEST(HttpClientKept, OneConnectionForAll_AnotherWhenItIsGone) {
    served s;
    s.run(several(s));
}

task<http_response> close_each_time(http_request request) {
    http_response out;
    out.body = request.path;
    co_return out;
}

task<void> one_after_the_other(served& s) {
    http_client client(s.rt, test::address);
    for (int i = 0; i < 3; ++i) {
        auto request = of("POST");
        request.headers.add("Connection", "close");
        co_await expect(client, s.rt, std::move(request), "/x");
    }
}

TEST(HttpClientKept, AServiceThatCloses_IsConnectedToAgain) {
    served s;
    s.handler = close_each_time;
    s.run(one_after_the_other(s));
}

task<void> five_of_one(served& s) {
    std::vector<std::unique_ptr<byte_stream>> held;
    for (int i = 0; i < 3; ++i) {
        auto one = co_await s.connect();
        held.push_back(std::move(one));
    }
    auto turned_away = co_await s.connect();
    auto said = co_await test::read_all(s.rt, *turned_away);
    EXPECT_TRUE(said.starts_with("HTTP/1.1 503 ")) << said;
    held.pop_back();
    const auto slept = co_await sleep_for(s.rt, 1s);
    EXPECT_TRUE(slept);
    http_client client(s.rt, test::address);
    co_await expect(client, s.rt, of("GET"), "GET /x ");
}

TEST(HttpServerLimits, OneAddress_HasSoManyConnections) {
    served s;
    s.options.most_connections_of_one = 3;
    s.run(five_of_one(s));
}

}  // namespace
}  // namespace rollover::service
