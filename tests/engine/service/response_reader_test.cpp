#include "engine/service/response_reader.h"

#include "engine/service/response_writer.h"

#include <gtest/gtest.h>

namespace rollover::service {
namespace {

/// "status type body" of `bytes` in pieces of `size`, then the end of the connection; or the name of the error.
std::string response_in(std::string_view bytes, std::size_t size = std::string::npos, bool to_head = false,
                        message_limits limits = {}) {
    response_reader reader(limits, to_head);
    std::string body;
    for (std::size_t begin = 0; begin < bytes.size(); begin += std::min(size, bytes.size())) {
        const auto fed = reader.feed(bytes.substr(begin, size));
        if (!fed) {
            return std::string(name_of(fed.error().code));
        }
        body += reader.take_body();
    }
    const auto ended = reader.end();
    if (!ended) {
        return std::string(name_of(ended.error().code));
    }
    EXPECT_TRUE(reader.is_whole());
    return std::to_string(reader.head().status) + " " + reader.head().content_type + " " + body;
}

TEST(ResponseReader, AllKindsOfBodies_AreReadHoweverTheyAreCut) {
    const std::pair<std::string, std::string> cases[] = {
        {"HTTP/1.1 200 OK\r\nContent-Type: a/b\r\nContent-Length: 5\r\n\r\nhello", "200 a/b hello"},
        {"HTTP/1.1 201 \r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: r\r\n\r\n",
         "201  abcde"},
        {"HTTP/1.0 200 OK\r\n\r\nto the end\r\n\r\n", "200  to the end\r\n\r\n"},
        {"HTTP/1.1 204 No Content\r\n\r\n", "204  "},
        {"HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n", "304  "},
        {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 404 x\r\nContent-Length: "
         "1\r\n\r\n!",
         "404  !"},
    };
    for (const auto& [bytes, expected] : cases) {
        for (std::size_t size = 1; size <= bytes.size(); ++size) {
            EXPECT_EQ(response_in(bytes, size), expected) << size;
        }
    }
    EXPECT_EQ(response_in("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 3, true), "200  ");
}

TEST(ResponseReader, CutShort_IsNotTakenForTheWhole) {
    for (const std::string bytes : {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
                                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
                                    "HTTP/1.1 200 OK\r\n", "HTTP/1.1 100 Continue\r\n\r\n"}) {
        EXPECT_EQ(response_in(bytes), "peer_closed") << bytes;
    }
}

TEST(ResponseReader, WhatIsNoResponse_IsSaid) {
    for (const std::string bytes :
         {"220 mail.example ESMTP\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabc", "HTTP/1.1 20 OK\r\n\r\n",
          "HTTP/1.1 099 OK\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\n\r\n", "HTTP/3.1 200 OK\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "HTTP/1.1 200 OK\r\nX: a\r\n folded\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n"}) {
        EXPECT_EQ(response_in(bytes), "protocol") << bytes;
        EXPECT_EQ(response_in(bytes, 1), "protocol") << bytes;
    }
}

TEST(ResponseReader, TooLarge_IsNotKept) {
    const message_limits limits{.most_header_bytes = 60, .most_body_bytes = 8};
    EXPECT_EQ(response_in("HTTP/1.1 200 OK\r\nX: " + std::string(60, 'x'), 9, false, limits), "protocol");
    EXPECT_EQ(response_in("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", 9, false, limits), "protocol");
    EXPECT_EQ(response_in("HTTP/1.1 200 OK\r\n\r\n123456789"), "200  123456789");
    EXPECT_EQ(response_in("HTTP/1.1 200 OK\r\n\r\n123456789", std::string::npos, false, limits), "protocol");
    EXPECT_EQ(response_in("HTTP/1.1 200 OK\r\n\r\n123456789", 5, false, limits), "200  123456789")
        << "what is taken counts no more";
}

TEST(ResponseWriter, WhatIsWritten_IsReadAsItWas) {
    http_response response;
    response.status = 409;
    response.headers = {{"X-One", "1"}};
    response.body = "{}\r\n";
    const auto written = written_response(response, {}, wall_time(std::chrono::seconds(784111777)));
    EXPECT_EQ(written,
              "HTTP/1.1 409 Conflict\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Type: application/json\r\n"
              "X-One: 1\r\nContent-Length: 4\r\n\r\n{}\r\n");
    EXPECT_EQ(response_in(written), "409 application/json {}\r\n");
    EXPECT_EQ(response_in(written_response(response, {.to_head = true}, {}), 1, true), "409 application/json ");
    response.status = 204;
    EXPECT_EQ(written_response(response, {.keep_alive = false}, {}).find("Content-Length"), std::string::npos);
}

TEST(ResponseWriter, WhatWouldBreakTheHead_IsNotSendable) {
    const auto with_field = [](std::string name, std::string value) {
        http_response response;
        response.headers.add(std::move(name), std::move(value));
        return is_sendable(response);
    };
    EXPECT_TRUE(with_field("X", "a b\tc"));
    EXPECT_FALSE(with_field("X", "a\r\nSet-Cookie: b"));
    EXPECT_FALSE(with_field("X: y", "a"));
    EXPECT_FALSE(with_field("", "a"));
    EXPECT_FALSE(with_field("content-length", "1"));
    http_response response;
    response.status = 100;
    EXPECT_FALSE(is_sendable(response));
    response.status = 200;
    response.content_type = "a\nb";
    EXPECT_FALSE(is_sendable(response));
}

}  // namespace
}  // namespace rollover::service
