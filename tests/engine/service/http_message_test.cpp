#include "engine/service/http_message.h"

#include "engine/service/http_url.h"
#include "engine/service/token_bucket.h"

#include <gtest/gtest.h>

namespace rollover::service {
namespace {

using namespace std::chrono_literals;

http_request request_to(std::string target) {
    http_request request;
    request.target = std::move(target);
    EXPECT_TRUE(read_target(request)) << request.target;
    return request;
}

TEST(HttpMessage, Target_IsCutAndDecoded) {
    const auto request = request_to("/reservations/a%2Fb/%C3%A9?from=1%262&to=a+b%2B&flag&empty=");
    EXPECT_EQ(request.path, "/reservations/a/b/\xc3\xa9");
    EXPECT_EQ(request.segments, (std::vector<std::string>{"reservations", "a/b", "\xc3\xa9"}));
    EXPECT_EQ(request.query,
              (std::map<std::string, std::string>{{"from", "1&2"}, {"to", "a b+"}, {"flag", ""}, {"empty", ""}}));
    EXPECT_TRUE(request_to("/").segments.empty());
    EXPECT_EQ(request_to("//a//b/").segments, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(request_to("/%41").path, "/A");
}

TEST(HttpMessage, AbsoluteTarget_LosesItsHost) {
    EXPECT_EQ(request_to("http://lab.example:7070/a?b=c").target, "/a?b=c");
    EXPECT_EQ(request_to("HTTP://lab.example").target, "/");
    EXPECT_EQ(request_to("http://lab.example?b=c").query.at("b"), "c");
}

TEST(HttpMessage, WrongTargets_AreRefused) {
    for (const std::string target : {"", "a", "*", "/%", "/%4", "/%4g", "/%00", "/a?b=%0", "/a?b=1&b=2", "/a#b"}) {
        http_request request;
        request.target = target;
        EXPECT_FALSE(read_target(request)) << target;
    }
}

TEST(HttpMessage, MadeTarget_IsReadAsItWas) {
    std::string all;
    for (int code = 1; code < 256; ++code) {
        all += static_cast<char>(code);
    }
    std::map<std::string, std::string> query{{all, all}, {"b", ""}};
    const auto request = request_to(make_target("/x/" + percent_encoded(all, ""), query));
    EXPECT_EQ(request.query, query);
    const auto path = request_to(make_target("/" + all));
    EXPECT_EQ(path.path, "/" + all);
}

TEST(HttpMessage, FieldNames_CompareWithoutCase) {
    const http_fields fields{{"Content-Type", "a"}, {"X", "1"}, {"x", "2"}};
    EXPECT_EQ(*fields.find("content-TYPE"), "a");
    EXPECT_EQ(*fields.find("x"), "1");
    EXPECT_EQ(fields.count("X"), 2U);
    EXPECT_EQ(fields.find("Content"), nullptr);
}

TEST(HttpUrl, Forms_AreRead) {
    struct {
        const char* text;
        endpoint at;
        const char* path;
        bool secure = false;
    } const cases[] = {
        {"http://127.0.0.1:8080/a?b=c", {"127.0.0.1", 8080}, "/a?b=c"},
        {"http://lab.example", {"lab.example", 7070}, "/"},
        {"lab.example:81/x", {"lab.example", 81}, "/x"},
        {"HTTP://[2001:db8::1]:82", {"2001:db8::1", 82}, "/"},
        {"[::1]", {"::1", 7070}, "/"},
        {"https://lab.example/x", {"lab.example", 7070}, "/x", true},
        {"HTTPS://[::1]:443", {"::1", 443}, "/", true},
    };
    for (const auto& one : cases) {
        const auto url = read_http_url(one.text);
        ASSERT_TRUE(url) << one.text;
        EXPECT_EQ(url->at, one.at) << one.text;
        EXPECT_EQ(url->path, one.path) << one.text;
        EXPECT_EQ(url->secure, one.secure) << one.text;
    }
}

TEST(HttpUrl, WrongForms_SayWhatIsWrong) {
    for (const std::string text : {"", "http://", "ftp://a", "http://:80", "http://a:0", "http://a:65536", "http://a:x",
                                   "http://a:80x", "http://a:", "http://[::1", "http://[::1]80", "http://u@a",
                                   "http://a b", "http://a/b c", "http://a/#b", "http://a/\r\nX: y"}) {
        const auto url = read_http_url(text);
        EXPECT_FALSE(url) << text;
        EXPECT_FALSE(!url && url.error().hint.empty()) << text;
    }
}

TEST(TokenBucket, FillsEvenlyUpToItsBurst) {
    token_bucket bucket(10, 3);
    time_point now{};
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(bucket.take(now), 0ns);
    }
    EXPECT_EQ(bucket.take(now), 100ms);
    EXPECT_EQ(bucket.take(now + 60ms), 40ms);
    EXPECT_EQ(bucket.take(now + 100ms), 0ns);
    now += 1h;
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(bucket.take(now), 0ns);
    }
    EXPECT_GT(bucket.take(now), 0ns);
}

TEST(TokenBucket, WithoutRate_HasNoLimit) {
    token_bucket bucket(0, 1);
    for (int i = 0; i < 1000; ++i) {
        EXPECT_EQ(bucket.take(time_point{}), 0ns);
    }
}

}  // namespace
}  // namespace rollover::service
