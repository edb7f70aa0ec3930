// The line protocol at the door: tokens, limits, slow clients.
#include "engine/service/line_protocol.h"
#include "tests/engine/service/access_fixture.h"
#include "tests/engine/service/served.h"

namespace rollover::service {
namespace {

using namespace std::chrono_literals;

class LineAccess : public test::Access {
public:
    using play = task<void> (*)(LineAccess&);
    void run(play story) { EXPECT_EQ(rt_.run(around(*this, story), time_point(2h)), virtual_end::finished); }

    static task<void> around(LineAccess& me, play story) {
        auto listening = me.rt_.listen(test::address);
        task_group servers(me.rt_);
        log_sink log = [&me](const log_line& line) { me.logged_ += line.text; };
        servers.spawn(serve_lines(me.rt_, std::move(*listening), *me.desk_, *me.gate_, log));
        task_group playing(me.rt_);
        playing.spawn(story(me));
        co_await playing.join();
        EXPECT_FALSE(playing.error());
        servers.cancel();
        co_await servers.join();
        EXPECT_FALSE(servers.error());
    }

    task<std::string> say(std::string text) {
        auto stream = co_await rt_.connect(test::address, never);
        const auto sent = co_await (*stream)->write(text, never);
        EXPECT_TRUE(sent);
        co_return co_await test::read_all(rt_, **stream, 1min);
    }
    std::string token(const std::string& who) { return "token:" + tokens_[who] + "\n"; }

    std::string logged_;
};

task<void> expect_said(LineAccess& me, std::string text, std::string expected) {
    const auto said = co_await me.say(std::move(text));
    EXPECT_EQ(said.substr(0, expected.size()), expected);
    EXPECT_TRUE(said.ends_with(" (end)"));
}

task<void> roles_hold(LineAccess& me) {
    co_await expect_said(me, "status\n\n", "401 a token is needed");
    co_await expect_said(me, "status\ntoken:nonsense\n\n", "401 this token lets nobody in");
    co_await expect_said(me, "status\nresid:r1\n" + me.token("eva") + "\n", "200 r1 booked\n");
    co_await expect_said(me, "status\nresid:r1\n" + me.token("jan") + "\n", "404 there is no reservation r1");
    co_await expect_said(me, "kill\nresid:r1\n" + me.token("jan") + "\n", "404 there is no reservation r1");
    co_await expect_said(me, "activate\nresid:r1\n" + me.token("jan") + "\n", "404 there is no reservation r1");
    co_await expect_said(me, "status\n" + me.token("jan") + "\n", "200 0 booked");
    co_await expect_said(me, "status\n" + me.token("olga") + "\n", "200 1 booked");
    co_await expect_said(me, "reload\n" + me.token("jan") + "\n", "403 only an operator may reload the lab");
    co_await expect_said(me, "reload\n" + me.token("olga") + "\n", "200 reloaded\n");
    co_await expect_said(me, "deactivate\nresid:r1\n" + me.token("eva") + "TransactionID:x\n\n",
                         "200 r1 cancelled\nTransactionID:x\n");
}

TEST_F(LineAccess, RolesHoldHereToo) {
    user("eva", access::role::user);
    user("jan", access::role::author);
    user("olga", access::role::operates);
    EXPECT_EQ(book("eva"), "r1");
    run(roles_hold);
    const auto all = trail();
    for (const auto* part : {"jan/t2/ refused change r1|", "jan/t2/ refused reload |", "eva/t1/ cancelled |"}) {
        EXPECT_NE(all.find(part), std::string::npos) << part << "\n" << all;
    }
    for (const auto& [name, token] : tokens_) {
        EXPECT_EQ(logged_.find(token.substr(12)), std::string::npos);
    }
}

task<void> say_slowly(LineAccess& me) {
    auto stream = co_await me.rt_.connect(test::address, never);
    task_group writing(me.rt_);
    writing.spawn(test::write_slowly(me.rt_, **stream, "status\ntoken:" + std::string(1000, 'x'), 1, 1s));
    const time_point begun = me.rt_.now();
    auto all = co_await test::read_all(me.rt_, **stream, 5min);
    EXPECT_EQ(all, " (end)");
    EXPECT_NEAR(static_cast<double>((me.rt_.now() - begun) / 1ms), 30'000.0, 1000.0);
    writing.cancel();
    co_await writing.join();
}

TEST_F(LineAccess, ASlowClient_IsGivenUp) {
    run(say_slowly);
}

task<void> come_often(LineAccess& me) {
    std::vector<std::unique_ptr<byte_stream>> held;
    for (int i = 0; i < 8; ++i) {
        auto one = co_await me.rt_.connect(test::address, never);
        held.push_back(std::move(*one));
    }
    auto turned_away = co_await me.rt_.connect(test::address, never);
    auto all = co_await test::read_all(me.rt_, **turned_away, 1s);
    EXPECT_EQ(all, " (end)") << "one address has its eight";
    held.pop_back();
    co_await expect_said(me, "status\n\n", "401 ");
}

TEST_F(LineAccess, OneAddress_HasSoManyConnections) {
    run(come_often);
}

}  // namespace
}  // namespace rollover::service
