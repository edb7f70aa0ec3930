#include "engine/service/request_reader.h"

#include <gtest/gtest.h>

namespace rollover::service {
namespace {

using state = request_reader::state;

std::string request(std::string_view line, std::string_view fields = {}, std::string_view body = {}) {
    std::string out(line);
    return out.append("\r\n").append("Host: lab\r\n").append(fields).append("\r\n").append(body);
}

/// What comes of `bytes` in pieces of `size`: each request as "METHOD path fields body;", then the state it ends in.
std::string requests_in(std::string_view bytes, std::size_t size = std::string::npos, message_limits limits = {}) {
    request_reader reader(limits);
    std::string out;
    for (std::size_t begin = 0; begin < bytes.size(); begin += std::min(size, bytes.size())) {
        reader.feed(bytes.substr(begin, size));
        auto now = reader.next();
        for (; now == state::whole || now == state::continue_wanted; now = reader.next()) {
            if (now == state::continue_wanted) {
                continue;  // whether it is wanted depends on how the bytes come
            }
            const auto taken = reader.take();
            out += taken.method + " " + taken.path + " " + std::to_string(taken.headers.size()) + " " + taken.body +
                   (reader.keep_alive() ? ";" : "; close ");
        }
        if (now == state::refused) {
            return out + std::to_string(reader.why().status);
        }
    }
    return out + (reader.has_begun() ? "more" : "");
}

const std::string several = request("GET /a HTTP/1.1") + request("POST /b HTTP/1.1", "Content-Length: 5\r\n", "hello") +
                            "\r\n" +
                            request("PUT /c HTTP/1.1", "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n",
                                    "3;ext=\"a;b\"\r\nabc\r\n0A\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n") +
                            request("DELETE /d HTTP/1.1", "Connection: close\r\n") + "GET /e HTTP/1.0\r\n\r\n" +
                            "GET /f HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";

TEST(RequestReader, PipelinedRequests_AreReadInOrderHoweverTheyAreCut) {
    const std::string whole = requests_in(several);
    EXPECT_EQ(whole,
              "GET /a 1 ;POST /b 2 hello;PUT /c 3 abc0123456789;DELETE /d 2 ; close GET /e 0 ; close GET /f 1 ;");
    for (std::size_t size = 1; size < several.size(); ++size) {
        EXPECT_EQ(requests_in(several, size), whole) << size;
    }
}

TEST(RequestReader, CutShort_WaitsForMore) {
    const std::string one = request("POST /b HTTP/1.1", "Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n\r\n");
    EXPECT_EQ(requests_in(one), "POST /b 2 abc;");
    for (std::size_t length = 1; length < one.size(); ++length) {
        EXPECT_EQ(requests_in(one.substr(0, length)), "more") << length;
    }
}

// Forms that two readers may understand differently (RFC 9112, section 11.2), and what is no HTTP at all.
TEST(RequestReader, WhatIsUnclear_IsRefused) {
    const std::pair<std::string, const char*> cases[] = {
        {request("POST / HTTP/1.1", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), "400"},
        {request("POST / HTTP/1.1", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"), "400"},
        {request("POST / HTTP/1.1", "Transfer-Encoding: gzip\r\nContent-Length: 5\r\n", "0\r\n\r\n"), "400"},
        {request("POST / HTTP/1.1", "Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), "400"},
        {request("POST / HTTP/1.1", "Content-Length: 5\r\nContent-Length: 6\r\n", "hello"), "400"},
        {request("POST / HTTP/1.1", "Content-Length: 5, 5\r\n", "hello"), "400"},
        {request("POST / HTTP/1.1", "Content-Length: +5\r\n", "hello"), "400"},
        {request("POST / HTTP/1.1", "Content-Length: -5\r\n", "hello"), "400"},
        {request("POST / HTTP/1.1", "Content-Length: 0x5\r\n", "hello"), "400"},
        {request("POST / HTTP/1.1", "Content-Length: \r\n", "hello"), "400"},
        {request("POST / HTTP/1.1", "Content-Length: 99999999999999999999999\r\n", "hello"), "400"},
        {request("POST / HTTP/1.1", "Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"), "501"},
        {request("POST / HTTP/1.1", "Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), "501"},
        {request("POST / HTTP/1.1", "Transfer-Encoding: identity\r\n"), "501"},
        {request("POST / HTTP/1.1", "Transfer-Encoding: xchunked\r\n"), "501"},
        {request("POST / HTTP/1.1", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
         "400"},
        {request("POST / HTTP/1.1", "Transfer-Encoding : chunked\r\n", "0\r\n\r\n"), "400"},
        {request("POST / HTTP/1.1", " Transfer-Encoding: chunked\r\n", "0\r\n\r\n"), "400"},
        {request("POST / HTTP/1.1", "X: a\r\n Transfer-Encoding: chunked\r\n", "0\r\n\r\n"), "400"},
        {request("POST / HTTP/1.1", "X:\r\n\tfolded\r\n"), "400"},
        {request("POST / HTTP/1.1", "Transfer-Encoding\r\n", "0\r\n\r\n"), "400"},
        {request("POST / HTTP/1.1", ": value\r\n"), "400"},
        {request("POST / HTTP/1.1", "Bad(Name): value\r\n"), "400"},
        {request("POST / HTTP/1.1", "N\xc3\xa4me: value\r\n"), "400"},
        {request("POST / HTTP/1.1", "X: a\rb\r\n"), "400"},
        {request("POST / HTTP/1.1", "X: a\nY: b\r\n"), "400"},
        {request("POST / HTTP/1.1", std::string_view("X: a\0b\r\n", 8)), "400"},
        {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"},
        {"GET / HTTP/1.1\r\n\r\n", "400"},
        {request("GET / HTTP/1.1", "host: other\r\n"), "400"},
        {"GET / HTTP/1.1\nHost: a\n\n", "400"},
        {request("POST / HTTP/1.1", "Transfer-Encoding: chunked\r\n", "x\r\n\r\n"), "400"},
        {request("POST / HTTP/1.1", "Transfer-Encoding: chunked\r\n", "3\r\nabcd\r\n0\r\n\r\n"), "400"},
        {request("POST / HTTP/1.1", "Transfer-Encoding: chunked\r\n", "-3\r\nabc\r\n0\r\n\r\n"), "400"},
        {request("POST / HTTP/1.1", "Transfer-Encoding: chunked\r\n", "3 3\r\nabc\r\n0\r\n\r\n"), "400"},
        {request("POST / HTTP/1.1", "Transfer-Encoding: chunked\r\n", "fffffffffffffffff\r\nabc\r\n0\r\n\r\n"), "400"},
        {request("POST / HTTP/1.1", "Transfer-Encoding: chunked\r\n", "0\r\nContent-Length: 5\r\n\r\n"), "400"},
        {request("GET  / HTTP/1.1"), "400"},
        {request("GET /"), "400"},
        {request(" / HTTP/1.1"), "400"},
        {request("G\x01T / HTTP/1.1"), "400"},
        {request("GET /a b HTTP/1.1"), "400"},
        {request("GET /%zz HTTP/1.1"), "400"},
        {request("GET a HTTP/1.1"), "400"},
        {request("GET / HTTP/2.0"), "505"},
        {request("GET / HTTP/1.1 x"), "400"},
        {request("GET / HTTP/one"), "400"},
        {request("CONNECT a:1 HTTP/1.1"), "501"},
        {request("POST / HTTP/1.1", "Expect: tea\r\nContent-Length: 1\r\n", "x"), "417"},
        {"SSH-2.0-OpenSSH_9.2\r\n", "400"},
        {std::string("\x16\x03\x01\x02\x00", 5), "400"},
        {"*1\r\n$4\r\nPING\r\n", "400"},
    };
    for (const auto& [bytes, expected] : cases) {
        EXPECT_EQ(requests_in(bytes), expected) << bytes;
        EXPECT_EQ(requests_in(bytes, 1), expected) << bytes;
        EXPECT_EQ(requests_in(bytes + request("GET /next HTTP/1.1")), expected)
            << "nothing after it is read: " << bytes;
    }
}

TEST(RequestReader, TooLarge_IsRefusedAtTheLimit) {
    const message_limits limits{.most_header_bytes = 200, .most_body_bytes = 10};
    const auto with_field = [](std::size_t size) {
        return request("GET / HTTP/1.1", "X: " + std::string(size - 34, 'x') + "\r\n");
    };
    ASSERT_EQ(with_field(200).size(), 200U);
    EXPECT_EQ(requests_in(with_field(200), 7, limits), "GET / 2 ;");
    EXPECT_EQ(requests_in(with_field(201), 7, limits), "431");
    EXPECT_EQ(requests_in("GET /" + std::string(300, 'a'), 7, limits), "414");
    EXPECT_EQ(requests_in(request("POST / HTTP/1.1", "Content-Length: 10\r\n", "0123456789"), 7, limits),
              "POST / 2 0123456789;");
    EXPECT_EQ(requests_in(request("POST / HTTP/1.1", "Content-Length: 11\r\n"), 7, limits), "413")
        << "before the body comes";
    const std::string chunked = "Transfer-Encoding: chunked\r\n";
    EXPECT_EQ(requests_in(request("POST / HTTP/1.1", chunked, "5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n"), 7, limits),
              "POST / 2 0123456789;");
    EXPECT_EQ(requests_in(request("POST / HTTP/1.1", chunked, "5\r\n01234\r\n6\r\n56789a\r\n0\r\n\r\n"), 7, limits),
              "413");
    EXPECT_EQ(requests_in(request("POST / HTTP/1.1", chunked, "5;" + std::string(300, 'x')), 7, limits), "431");
    EXPECT_EQ(requests_in(request("POST / HTTP/1.1", chunked, "0\r\nX: " + std::string(300, 'x')), 7, limits), "431");
}

TEST(RequestReader, Continue_IsWantedOnceWhenTheBodyWaits) {
    request_reader reader({});
    reader.feed(request("POST / HTTP/1.1", "Expect: 100-Continue\r\nContent-Length: 2\r\n"));
    EXPECT_EQ(reader.next(), state::continue_wanted);
    EXPECT_EQ(reader.next(), state::more_needed);
    reader.feed("hi");
    EXPECT_EQ(reader.next(), state::whole);
    EXPECT_EQ(reader.take().body, "hi");
    reader.feed(request("POST / HTTP/1.1", "Expect: 100-continue\r\nContent-Length: 2\r\n", "h"));
    EXPECT_EQ(reader.next(), state::more_needed) << "the client did not wait";
    reader.feed("i" + request("POST / HTTP/1.1", "Expect: 100-continue\r\nContent-Length: 0\r\n"));
    EXPECT_EQ(reader.next(), state::whole);
    EXPECT_EQ(reader.take().body, "hi");
    EXPECT_EQ(reader.next(), state::whole) << "no body follows";
    EXPECT_EQ(reader.take().body, "");
    reader.feed("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    EXPECT_EQ(reader.next(), state::more_needed) << "HTTP/1.0 knows no interim answers";
}

}  // namespace
}  // namespace rollover::service
