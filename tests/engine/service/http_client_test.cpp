// The client, against our server and against others that misbehave.
#include "engine/service/http_client.h"

#include "tests/engine/service/served.h"

namespace rollover::service {
namespace {

using namespace std::chrono_literals;
using test::served;

http_request asking(std::string method, std::string target, std::string body = {}) {
    http_request request;
    request.method = std::move(method);
    request.target = std::move(target);
    request.body = std::move(body);
    return request;
}

task<void> call(served& s, http_request request, std::string& got) {
    const auto answer = co_await http_call(s.rt, test::address, std::move(request), s.rt.now() + 20s);
    EXPECT_TRUE(answer) << describe(answer.error());
    got = std::to_string(answer->status) + " " + answer->content_type + " " + answer->body;
}

TEST(HttpClient, ACall_GetsTheAnswerWhateverItsSize) {
    served s;
    std::string got;
    s.run(call(s, asking("GET", "/slow?a=b"), got));
    EXPECT_EQ(got, "200 text/plain GET /slow ");
    s.run(call(s, asking("POST", "/x", std::string(3'000'000, 'y')), got));
    EXPECT_EQ(got, "200 text/plain POST /x " + std::string(3'000'000, 'y'));
    s.run(call(s, asking("HEAD", "/x"), got));
    EXPECT_EQ(got, "200 text/plain ");
    s.run(call(s, asking("POST", "/x", std::string(9'000'000, 'y')), got));
    EXPECT_EQ(got, "413 text/plain; charset=utf-8 the body is too large\n");
}

/// Takes one connection, reads what comes first, says `bytes` in pieces of `size`, and closes after `open`.
task<void> say_once(runtime& rt, acceptor& at, std::string bytes, std::size_t size, duration open) {
    auto accepted = co_await at.accept();
    if (!accepted) {
        co_return;
    }
    const auto stream = std::move(*accepted);
    std::array<char, 4096> piece{};
    const auto heard = co_await stream->read_some(piece, never);
    EXPECT_TRUE(heard);
    auto writing = test::write_slowly(rt, *stream, std::move(bytes), size, 1ms);
    co_await std::move(writing);
    const auto slept = co_await sleep_for(rt, open);
    EXPECT_TRUE(slept || slept.error().code == errc::cancelled);
}

struct heard {
    result<http_response> answer = failure();
    std::vector<server_event> events;
    time_point when{};
};

task<void> converse(virtual_runtime& rt, std::string bytes, std::size_t size, duration open, bool events, heard& got,
                    std::size_t most_events) {
    auto listening = rt.listen(test::address);
    EXPECT_TRUE(listening);
    const auto listener = std::move(*listening);
    task_group server(rt);
    server.spawn(say_once(rt, *listener, std::move(bytes), size, open));
    if (events) {
        event_reading reading;
        reading.on_event = [&got, most_events](const server_event& one) {
            got.events.push_back(one);
            return got.events.size() < most_events;
        };
        auto answer = co_await read_events(rt, test::address, asking("GET", "/events"), reading);
        got.answer = std::move(answer);
    } else {
        auto answer = co_await http_call(rt, test::address, asking("GET", "/"), rt.now() + 20s);
        got.answer = std::move(answer);
    }
    got.when = rt.now();
    server.cancel();
    co_await server.join();
}

heard hear(std::string bytes, bool events, std::size_t size = 100'000, duration open = {}, std::size_t most = 1000) {
    virtual_runtime rt;
    heard got;
    EXPECT_EQ(rt.run(converse(rt, std::move(bytes), size, open, events, got, most)), virtual_end::finished);
    return got;
}

const std::string stream_head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n\r\n";

TEST(HttpClient, NobodyThere_IsSaidWithAHint) {
    virtual_runtime rt;
    auto root = [](runtime& r) -> task<void> {
        const auto answer = co_await http_call(r, test::address, asking("GET", "/"), never);
        EXPECT_EQ(answer.error().code, errc::unreachable);
        EXPECT_NE(answer.error().reason.find("nobody serves at 127.0.0.1:7070"), std::string::npos);
        EXPECT_NE(answer.error().hint.find("rollover serve"), std::string::npos);
    };
    EXPECT_EQ(rt.run(root(rt)), virtual_end::finished);
}

TEST(HttpClient, AnotherKindOfServer_IsSaid) {
    const auto got = hear("220 mail.example ESMTP\r\n", false, 100, 1h);
    EXPECT_EQ(got.answer.error().code, errc::protocol);
    EXPECT_EQ(got.answer.error().where, "service at 127.0.0.1:7070");
}

TEST(HttpClient, AnAnswerCutShort_IsNoAnswer) {
    const std::string bytes = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    EXPECT_EQ(hear(bytes, false).answer->body, "hello");
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        EXPECT_EQ(hear(bytes.substr(0, length), false).answer.error().code, errc::peer_closed) << length;
    }
}

TEST(HttpClient, ASilentServer_IsGivenUpAtTheDeadline) {
    const auto got = hear("HTTP/1.1 200 OK\r\n", false, 100, 1h);
    EXPECT_EQ(got.answer.error().code, errc::timed_out);
    EXPECT_EQ(got.when, time_point(20s));
    EXPECT_EQ(hear("", true, 100, 1h).when, time_point(30s));
}

TEST(HttpClient, RequestsThatCannotBeWritten_AreNotSent) {
    virtual_runtime rt;
    auto root = [](runtime& r) -> task<void> {
        auto with_field = asking("GET", "/");
        with_field.headers.add("X", "a\r\nY: b");
        for (const auto& one : {asking("GET /x", "/"), asking("GET", "/a b"), asking("GET", "/\r\nX: y"),
                                asking("GET", ""), with_field}) {
            const auto answer = co_await http_call(r, test::address, one, never);
            EXPECT_EQ(answer.error().code, errc::bad_input);
        }
    };
    EXPECT_EQ(rt.run(root(rt)), virtual_end::finished);
}

TEST(HttpClient, Events_AreReadHoweverTheyAreCut) {
    const std::string bytes = stream_head + "id: 1\nevent: a\ndata: x\n\n: still here\n\ndata: y\n\ndata: not whole";
    for (std::size_t size = 1; size < bytes.size(); ++size) {
        const auto got = hear(bytes, true, size);
        ASSERT_TRUE(got.answer) << size;
        ASSERT_EQ(got.events.size(), 2U) << size;
        EXPECT_EQ(got.events[0].id + got.events[0].event + got.events[0].data, "1ax");
        EXPECT_EQ(got.events[1].id + got.events[1].event + got.events[1].data, "1messagey");
    }
}

TEST(HttpClient, AStreamThatFallsSilent_IsLost) {
    const auto got = hear(stream_head + "data: x\n\n", true, 100'000, 1h);
    EXPECT_EQ(got.answer.error().code, errc::timed_out);
    EXPECT_EQ(got.events.size(), 1U);
    EXPECT_NEAR(static_cast<double>(got.when.time_since_epoch() / 1ms), 60'000, 10);
}

TEST(HttpClient, AStreamCutOff_IsNotTakenForItsEnd) {
    const std::string chunked =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
    const std::string event = "9\r\ndata: x\n\n\r\n";
    EXPECT_TRUE(hear(chunked + event + "0\r\n\r\n", true).answer);
    const auto cut = hear(chunked + event, true);
    EXPECT_EQ(cut.answer.error().code, errc::peer_closed);
    EXPECT_EQ(cut.events.size(), 1U);
}

TEST(HttpClient, WhoWantsNoMoreEvents_IsDone) {
    const auto got = hear(stream_head + "data: x\n\ndata: y\n\ndata: z\n\n", true, 100'000, 1h, 2);
    EXPECT_TRUE(got.answer);
    EXPECT_EQ(got.events.size(), 2U);
    EXPECT_LT(got.when, time_point(1s));
}

TEST(HttpClient, AnAnswerThatIsNoStream_IsGivenWhole) {
    const auto got =
        hear("HTTP/1.1 404 Not Found\r\nContent-Type: text/event-stream\r\nContent-Length: 2\r\n\r\n{}", true);
    ASSERT_TRUE(got.answer);
    EXPECT_EQ(got.answer->status, 404U);
    EXPECT_EQ(got.answer->body, "{}");
    EXPECT_TRUE(got.events.empty());
}

task<void> many_events(event_stream& out) {
    for (int i = 1; i <= 2000; ++i) {
        const auto sent = co_await out.send(std::to_string(i), "", std::string(static_cast<std::size_t>(i), 'x'));
        EXPECT_TRUE(sent);
    }
}

task<http_response> stream_many(http_request request) {
    http_response answer;
    EXPECT_EQ(*request.headers.find("accept"), "text/event-stream");
    answer.stream = many_events;
    co_return answer;
}

task<void> read_many(served& s, std::size_t& count) {
    event_reading reading;
    reading.on_event = [&count](const server_event& one) {
        ++count;
        EXPECT_EQ(one.data.size(), count);
        EXPECT_EQ(one.id, std::to_string(count));
        return true;
    };
    // Two megabytes through limits of a few kilobytes: only what was not passed on counts.
    const message_limits limits{.most_header_bytes = 1000, .most_body_bytes = 20'000};
    const auto answer = co_await read_events(s.rt, test::address, asking("GET", "/events"), reading, limits);
    EXPECT_TRUE(answer) << describe(answer.error());
}

TEST(HttpClient, ALongStreamOfOurs_IsReadWhole) {
    served s;
    s.handler = stream_many;
    std::size_t count = 0;
    s.run(read_many(s, count));
    EXPECT_EQ(count, 2000U);
}

task<void> wait_for_events(served& s) {
    event_reading reading;
    reading.on_event = [](const server_event& /*one*/) { return true; };
    const auto answer = co_await read_events(s.rt, test::address, asking("GET", "/slow"), reading);
    EXPECT_EQ(answer.error().code, errc::cancelled);
}

task<void> cancel_later(served& s) {
    task_group reading(s.rt);
    reading.spawn(wait_for_events(s));
    const auto slept = co_await sleep_for(s.rt, 1s);
    EXPECT_TRUE(slept);
    reading.cancel();
    co_await reading.join();
    EXPECT_EQ(s.rt.now(), time_point(1s));
}

TEST(HttpClient, Cancelled_EndsAtOnce) {
    served s;
    s.run(cancel_later(s));
}

}  // namespace
}  // namespace rollover::service
