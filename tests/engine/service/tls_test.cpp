#include "engine/service/tls.h"

#include "engine/service/http_client.h"
#include "engine/service/http_server.h"
#include "tests/engine/service/certificates.h"
#include "tests/engine/service/served.h"

#include <fstream>

namespace rollover::service {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// A server with TLS in virtual time.
class Tls : public testing::Test {
public:
    Tls() : folder_(fs::path(testing::TempDir()) / "rollover-tls-test") {
        fs::remove_all(folder_);
        fs::create_directories(folder_);
        authority_ = std::make_unique<test::certified>(test::certify(""));
        test::write_pem(*authority_, folder_, "ca");
        renew("IP:127.0.0.1,DNS:lab.example");
        auto opened = tls_server::open({folder_ / "service.crt", folder_ / "service.key"});
        EXPECT_TRUE(opened) << describe(opened.error());
        tls_ = std::move(*opened);
        client_ = *tls_client::open(folder_ / "ca.crt");
        options_.log = [this](const log_line& line) { logged_.push_back(line.text); };
    }
    ~Tls() override { fs::remove_all(folder_); }

    void renew(const std::string& names, const char* until = "20900101000000Z") {
        test::write_pem(test::certify(names, authority_.get(), until), folder_, "service");
    }

    using play = std::function<task<void>(Tls&)>;
    void run(play story) { EXPECT_EQ(rt_.run(around(*this, std::move(story)), time_point(2h)), virtual_end::finished); }

    static task<void> around(Tls& me, play story) {
        auto listening = me.rt_.listen(test::address);
        task_group servers(me.rt_);
        http_handler handler = [&me](http_request request) { return test::echo(&me.rt_, std::move(request)); };
        auto wrapped = me.tls_->wrap(me.rt_, std::move(*listening), me.options_.log);
        servers.spawn(serve(me.rt_, std::move(wrapped), std::move(handler), me.options_));
        task_group playing(me.rt_);
        playing.spawn(story(me));
        co_await playing.join();
        EXPECT_FALSE(playing.error());
        servers.cancel();
        co_await servers.join();
        EXPECT_FALSE(servers.error());
    }

    /// One call to `host`, which need not be where the service is.
    task<result<http_response>> call(const tls_client& with, std::string host, std::string path) {
        http_request request;
        request.method = "POST";
        request.target = std::move(path);
        request.body = "body";
        auto plain = co_await rt_.connect(test::address, never);
        auto secured = co_await with.secure(rt_, std::move(*plain), std::move(host), rt_.now() + 20s);
        if (!secured) {
            co_return secured.error();
        }
        const std::string bytes =
            "POST " + request.target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbody";
        const auto sent = co_await (*secured)->write(bytes, never);
        EXPECT_TRUE(sent);
        http_response answer;
        answer.body = co_await test::read_all(rt_, **secured);
        co_return answer;
    }

    fs::path folder_;
    virtual_runtime rt_;
    http_server_options options_;
    std::vector<std::string> logged_;
    std::unique_ptr<test::certified> authority_;
    std::unique_ptr<tls_server> tls_;
    std::unique_ptr<tls_client> client_;
};

task<void> call_twice(virtual_runtime& rt, const tls_client& with, std::string big) {
    http_client client(rt, test::address, &with);
    for (int i = 0; i < 2; ++i) {
        http_request request;
        request.method = "POST";
        request.target = "/x";
        request.body = big;
        const auto answer = co_await client.call(std::move(request), rt.now() + 1min);
        EXPECT_TRUE(answer) << describe(answer.error());
        EXPECT_EQ(answer ? answer->body : "", "POST /x " + big);
    }
}

TEST_F(Tls, LargeThingsPassBothWays) {
    run([](Tls& me) { return call_twice(me.rt_, *me.client_, std::string(3'000'000, 'x')); });
}

task<void> expect_answer(Tls& /*me*/, task<result<http_response>> call, std::string expected, errc code) {
    const auto answer = co_await std::move(call);
    if (expected.empty()) {
        EXPECT_FALSE(answer);
        EXPECT_EQ(answer ? errc::internal : answer.error().code, code);
    } else {
        EXPECT_TRUE(answer) << describe(answer.error());
        EXPECT_NE(answer ? answer->body.find(expected) : std::string::npos, std::string::npos);
        EXPECT_TRUE(answer && answer->body.ends_with(" (end)"));
    }
}

TEST_F(Tls, TheCertificateMustBeGoodEnough) {
    const auto trusting_itself = *tls_client::open(fs::path());
    run([](Tls& me) { return expect_answer(me, me.call(*me.client_, "127.0.0.1", "/x"), "POST /x body", {}); });
    run([](Tls& me) { return expect_answer(me, me.call(*me.client_, "lab.example", "/x"), "POST /x body", {}); });
    run([](Tls& me) { return expect_answer(me, me.call(*me.client_, "127.0.0.2", "/x"), "", errc::refused); });
    run([](Tls& me) { return expect_answer(me, me.call(*me.client_, "other.example", "/x"), "", errc::refused); });
    run([&](Tls& me) { return expect_answer(me, me.call(*trusting_itself, "127.0.0.1", "/x"), "", errc::refused); });
    renew("IP:127.0.0.1", "19991231000000Z");  // virtual time begins in 2000
    ASSERT_TRUE(tls_->reread());
    run([](Tls& me) { return expect_answer(me, me.call(*me.client_, "127.0.0.1", "/x"), "", errc::refused); });
}

TEST_F(Tls, IsRenewedWhileItServes_OrStaysAsItWas) {
    renew("DNS:new.example");
    run([](Tls& me) { return expect_answer(me, me.call(*me.client_, "lab.example", "/x"), "POST /x body", {}); });
    ASSERT_TRUE(tls_->reread());
    run([](Tls& me) { return expect_answer(me, me.call(*me.client_, "new.example", "/x"), "POST /x body", {}); });
    std::ofstream(folder_ / "service.crt") << "nothing\n";
    const auto failed = tls_->reread();
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, errc::bad_input);
    EXPECT_NE(describe(failed.error()).find("service.crt"), std::string::npos) << describe(failed.error());
    run([](Tls& me) { return expect_answer(me, me.call(*me.client_, "new.example", "/x"), "POST /x body", {}); });
}

TEST_F(Tls, WrongFiles_AreNamed) {
    const auto open = [this](const char* certificate, const char* key) {
        const auto opened = tls_server::open({folder_ / certificate, folder_ / key});
        return opened ? std::string() : describe(opened.error());
    };
    test::write_pem(test::certify("DNS:x", authority_.get()), folder_, "other");
    EXPECT_EQ(open("service.crt", "service.key"), "");
    EXPECT_NE(open("service.crt", "other.key").find("is not the key of"), std::string::npos);
    EXPECT_NE(open("none.crt", "service.key").find("none.crt"), std::string::npos);
    EXPECT_NE(open("service.crt", "none.key").find("none.key"), std::string::npos);
    fs::permissions(folder_ / "service.key", fs::perms::others_read, fs::perm_options::add);
    EXPECT_NE(open("service.crt", "service.key").find("chmod"), std::string::npos);
    EXPECT_FALSE(tls_client::open(folder_ / "service.key"));
    EXPECT_FALSE(tls_client::open(folder_ / "none.crt"));
}

/// What becomes of a connection on which `bytes` come, one each `gap`.
task<void> speak(Tls& /*me*/, virtual_runtime& rt, std::string bytes, duration gap, duration expected) {
    auto stream = co_await rt.connect(test::address, never);
    const time_point begun = rt.now();
    task_group writing(rt);
    writing.spawn(test::write_slowly(rt, **stream, std::move(bytes), 1, gap));
    auto all = co_await test::read_all(rt, **stream, 10min);
    EXPECT_TRUE(all.ends_with(" (end)")) << all;
    EXPECT_EQ(all.find("HTTP/1.1"), std::string::npos);
    EXPECT_NEAR(static_cast<double>((rt.now() - begun) / 1ms), static_cast<double>(expected / 1ms), 1000.0);
    writing.cancel();
    co_await writing.join();
}

TEST_F(Tls, WhoDoesNotShakeHandsInTime_IsClosed) {
    run([](Tls& me) { return speak(me, me.rt_, "", 1s, 10s); });
    // The beginning of a hello that says that 512 bytes will come.
    run([](Tls& me) {
        return speak(me, me.rt_, std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), 3s, 10s);
    });
    EXPECT_FALSE(logged_.empty());
}

TEST_F(Tls, WhatIsNoTls_IsClosedAtOnce) {
    run([](Tls& me) { return speak(me, me.rt_, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 1ms, 0s); });
    EXPECT_NE(logged_.back().find("no TLS with"), std::string::npos) << logged_.back();
}

TEST_F(Tls, SlowRequestsInsideTls_AreGivenUpToo) {
    options_.request_limit = 5s;
    auto story = [](Tls& me) -> task<void> {
        auto plain = co_await me.rt_.connect(test::address, never);
        auto secured = co_await me.client_->secure(me.rt_, std::move(*plain), "127.0.0.1", never);
        EXPECT_TRUE(secured);
        task_group writing(me.rt_);
        writing.spawn(test::write_slowly(me.rt_, **secured, "GET / HTTP/1.1\r\nHost: " + std::string(100, 'x'), 1, 1s));
        auto all = co_await test::read_all(me.rt_, **secured, 1min);
        EXPECT_TRUE(all.starts_with("HTTP/1.1 408 ")) << all;
        EXPECT_TRUE(all.ends_with(" (end)")) << all;
        writing.cancel();
        co_await writing.join();
    };
    run(story);
}

}  // namespace
}  // namespace rollover::service
