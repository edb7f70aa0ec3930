// Who may do what: every route, with every role, on his own and on others' things, and without a token.
#include "tests/engine/service/access_fixture.h"

#include <set>

namespace rollover::service {
namespace {

using nlohmann::json;
using test::topology_text;

class RoutesAccess : public test::Access {};

/// What a cell of the table is tried with.
struct trial {
    std::string target;
    json body;
    unsigned good = 200;
};

TEST_F(RoutesAccess, TheWholeTable) {
    user("root", access::role::operates);
    const std::pair<std::string, access::role> people[] = {
        {"eva", access::role::user}, {"jan", access::role::author}, {"olga", access::role::operates}};
    for (const auto& [name, is] : people) {
        user(name, is);
    }
    std::set<std::string> tried;
    for (const auto& route : routes::known()) {
        const auto method = route.substr(0, route.find(' '));
        const auto path = route.substr(method.size() + 1);
        const auto does = routes::action_of(route);
        for (const auto& [name, is] : people) {
            for (const bool own : {true, false}) {
                const std::string owner = own ? name : "root";
                const bool has_id = path.find("{id}") != std::string::npos;
                const std::string id = has_id ? book(owner == name ? name : "root") : "";
                trial t{path, {}, 200};
                if (has_id) {
                    t.target.replace(t.target.find("{id}"), 4, id);
                }
                if (const auto at = t.target.find("{name}"); at != std::string::npos) {
                    t.target.replace(at, 6, "h1");
                }
                if (path.ends_with("/extend")) {
                    t.body = {{"by", "1m"}};
                } else if (route == "POST /v1/reservations") {
                    t.body = {{"name", "one"}, {"from", "+9h"}, {"for", "1m"}, {"owner", owner}};
                    t.good = 201;
                } else if (path == "/v1/events") {
                    t.target += "?after=0";
                }
                if (path.ends_with("/release")) {  // there must be something to release
                    EXPECT_TRUE(wait(journal_->quarantine("ostrava", "h1", "test")));
                }
                const auto reach = access::reach_of(is, does);
                unsigned expected = t.good;
                if (reach == access::reach::none) {
                    expected = 403;
                } else if (reach == access::reach::own && !own && has_id) {
                    expected = 404;  // as if it were not there
                } else if (reach == access::reach::own && !own && route == "POST /v1/reservations") {
                    expected = 403;  // for somebody else: nothing is said of what is there
                }
                if (path == "/metrics") {
                    expected = 404;  // nothing is measured here
                }
                if (path == "/v1/ready") {
                    expected = 503;  // no scheduler runs here
                }
                const auto got = ask(name, method, t.target, t.body);
                EXPECT_EQ(got.status, expected) << route << " by " << name << (own ? ", own" : ", other's") << got.body;
                if (expected == 404 && has_id) {
                    const auto target = std::string(t.target).replace(t.target.find(id), id.size(), "r999");
                    auto words = answer(name, method, target, t.body)["error"]["text"].get<std::string>();
                    EXPECT_EQ(json::parse(got.body)["error"]["text"].get<std::string>(),
                              words.replace(words.find("r999"), 4, id))
                        << "others' and none are the same";
                }
                // Nobody without a token, but for what everybody may look at.
                if (does != access::action::look) {
                    const auto closed = ask("", method, t.target, t.body);
                    EXPECT_EQ(closed.status, 401U) << route;
                    ASSERT_NE(closed.headers.find("WWW-Authenticate"), nullptr);
                    EXPECT_EQ(*closed.headers.find("WWW-Authenticate"), "Bearer realm=\"rollover\"");
                    EXPECT_EQ(status("rollover_t1_" + std::string(43, 'A'), method, t.target, t.body), 401U) << route;
                } else {
                    EXPECT_EQ(status("", method, t.target), expected) << route;
                }
                for (const auto& one : *wait(book_->list({"ostrava", "", true, {}}))) {
                    EXPECT_TRUE(wait(book_->set_stage(one.id, scheduler::stage::cancelled, "", "test",
                                                      scheduler::rounded_up(rt_.wall_now()))));
                }
                for (const auto* device : {"h1", "h2"}) {
                    (void)wait(journal_->release("ostrava", device)).has_value();
                }
                tried.insert(route);
            }
        }
    }
    EXPECT_EQ(tried.size(), routes::known().size());
}

TEST_F(RoutesAccess, OnlyAnAuthorBringsATopology) {
    user("eva", access::role::user);
    user("jan", access::role::author);
    const json own{{"topology", topology_text}, {"from", "+2h"}, {"for", "1h"}};
    const auto refused = answer("eva", "POST", "/v1/reservations", own);
    EXPECT_EQ(refused["error"]["code"], "refused");
    EXPECT_NE(refused["error"]["text"].get<std::string>().find("only an author may bring topologies"),
              std::string::npos);
    EXPECT_EQ(status("jan", "POST", "/v1/reservations", own), 201U);
    EXPECT_EQ(answer("eva", "GET", "/v1/topologies")["topologies"], json::array({"one"}));
    for (const auto* name : {"two", "../secret", "one.xml", ".", "", "one/"}) {
        const json wish{{"name", name}, {"from", "+4h"}, {"for", "1h"}};
        EXPECT_GE(status("eva", "POST", "/v1/reservations", wish), 400U) << name;
    }
    const json both{{"name", "one"}, {"topology", topology_text}, {"from", "+4h"}, {"for", "1h"}};
    EXPECT_GE(status("eva", "POST", "/v1/reservations", both), 400U);
    EXPECT_NE(trail().find("eva/t1/192.0.2.9 refused POST /v1/reservations|"), std::string::npos) << trail();
}

TEST_F(RoutesAccess, WhatOthersHave_IsOnlyTaken) {
    user("eva", access::role::user);
    user("jan", access::role::user);
    user("olga", access::role::operates);
    const auto hers = book("eva");
    const auto his = book("jan");
    EXPECT_EQ(wait(journal_->quarantine("ostrava", "h2", "jan broke it")).has_value(), true);
    const auto everything = [this](const std::string& who) {
        std::string all;
        for (const auto* target : {"/v1/reservations?all=true", "/v1/reservations?owner=jan", "/v1/calendar",
                                   "/v1/devices", "/v1/entries", "/v1/entries?reservation=r2"}) {
            all += ask(who, "GET", target).body;
        }
        // What is in the way is not told by name either.
        all += ask(who, "POST", "/v1/reservations", {{"name", "one"}, {"from", "+2h"}, {"for", "1h"}}).body;
        all += ask(who, "POST", "/v1/reservations/" + std::string(who == "eva" ? "r1" : "r2") + "/extend",
                   {{"by", "400d"}})
                   .body;
        return all;
    };
    const auto seen = everything("eva");
    EXPECT_EQ(seen.find("jan"), std::string::npos) << seen;
    EXPECT_EQ(seen.find("\"r2\""), std::string::npos) << seen;
    EXPECT_NE(seen.find("\"r1\""), std::string::npos);
    const auto calendar = answer("eva", "GET", "/v1/calendar")["bookings"];
    ASSERT_EQ(calendar.size(), 2U) << "that they are taken is told";
    EXPECT_EQ(calendar[0]["owner"].get<std::string>() + calendar[1]["owner"].get<std::string>(), "eva");
    const auto all = everything("olga");
    EXPECT_NE(all.find("jan"), std::string::npos);
    EXPECT_NE(all.find("\"r2\""), std::string::npos);
    EXPECT_EQ(status("eva", "GET", "/v1/reservations/" + his), 404U);
    EXPECT_EQ(status("jan", "DELETE", "/v1/reservations/" + hers), 404U);
    EXPECT_EQ(status("jan", "DELETE", "/v1/reservations/" + his), 200U);
}

/// Keeps what a stream of events is told, until enough has come.
class kept_events final : public event_stream {
public:
    explicit kept_events(runtime& rt, std::size_t most) : rt_(rt), most_(most) {}
    task<result<void>> send(std::string id, std::string event, std::string data) override {
        all += event + " " + data + "\n";
        co_return --most_ == 0 ? result<void>(failure(errc::peer_closed, "enough")) : result<void>();
    }
    task<result<void>> comment(std::string /*text*/) override {
        co_return rt_.now() > time_point(std::chrono::minutes(5)) ? result<void>(failure(errc::peer_closed, "late"))
                                                                  : result<void>();
    }
    std::string all;

private:
    runtime& rt_;
    std::size_t most_;
};

TEST_F(RoutesAccess, Events_AreOfHisOwn_AndEndWithHisToken) {
    user("eva", access::role::user);
    user("jan", access::role::user);
    (void)book("eva");
    (void)book("jan");
    auto stream = ask("eva", "GET", "/v1/events");
    ASSERT_TRUE(stream.stream);
    news_->tell({"a99", "h2", activation::stage::typing, 1, 2, 3, "jan's step"});
    kept_events kept(rt_, 100);
    EXPECT_TRUE(wait(users_->revoke("t1", "root")));
    EXPECT_EQ(rt_.run(stream.stream(kept)), virtual_end::finished);
    EXPECT_NE(kept.all.find("\"r1\""), std::string::npos) << kept.all;
    EXPECT_EQ(kept.all.find("jan"), std::string::npos) << kept.all;
    EXPECT_LT(rt_.now(), time_point(std::chrono::seconds(15))) << "a token that is revoked hears nothing more";
}

TEST_F(RoutesAccess, WithoutUsers_ThisMachineOperates_NobodyElse) {
    EXPECT_EQ(ask("", "GET", "/v1/reservations", {}, "127.0.0.1").status, 200U);
    EXPECT_EQ(ask("", "GET", "/v1/audit", {}, "::1").status, 200U);
    for (const auto* peer : {"192.0.2.9", "", "::ffff:192.0.2.9", "127.0.0.1.example"}) {
        const auto closed = ask("", "GET", "/v1/reservations", {}, peer);
        EXPECT_EQ(closed.status, 401U) << peer;
        EXPECT_NE(closed.body.find("rollover user add"), std::string::npos);
    }
    user("eva", access::role::operates);
    EXPECT_EQ(ask("", "GET", "/v1/reservations", {}, "127.0.0.1").status, 401U) << "from now on a token is needed";
    EXPECT_EQ(ask("eva", "GET", "/v1/reservations", {}, "127.0.0.1").status, 200U);
}

TEST_F(RoutesAccess, ChangesAndRefusals_StandInTheTrail_WithTokenAndAddress) {
    user("eva", access::role::user);
    user("olga", access::role::operates);
    const auto id = book("eva");
    EXPECT_EQ(status("eva", "POST", "/v1/reservations/" + id + "/extend", {{"by", "5m"}}), 200U);
    EXPECT_EQ(status("eva", "DELETE", "/v1/reservations/" + id), 200U);
    EXPECT_EQ(status("olga", "POST", "/v1/devices/h1/quarantine", {{"why", "x"}}), 200U);
    EXPECT_EQ(status("eva", "POST", "/v1/devices/h1/release"), 403U);
    EXPECT_EQ(status("olga", "POST", "/v1/devices/h1/release"), 200U);
    EXPECT_EQ(status("rollover_t9_" + std::string(43, 'A'), "GET", "/v1/devices"), 401U);
    EXPECT_EQ(status("nonsense", "GET", "/v1/devices"), 401U);
    const auto all = trail();
    for (const auto* part :
         {"eva/t1/192.0.2.9 booked |", "eva/t1/192.0.2.9 moved |", "eva/t1/192.0.2.9 cancelled |",
          "olga/t2/192.0.2.9 quarantined h1|", "eva/t1/192.0.2.9 refused POST /v1/devices/h1/release|",
          "olga/t2/192.0.2.9 released h1|", "//192.0.2.9 not let in t9|", "//192.0.2.9 not let in |"}) {
        EXPECT_NE(all.find(part), std::string::npos) << part << "\n" << all;
    }
    EXPECT_EQ(all.find(tokens_["eva"].substr(12)), std::string::npos) << "no token is written down";
    const auto refused = answer("olga", "GET", "/v1/audit?refused=true")["entries"];
    EXPECT_EQ(refused.size(), 3U);
    EXPECT_EQ(answer("olga", "GET", "/v1/audit?user=eva&refused=true")["entries"].size(), 1U);
    EXPECT_EQ(answer("olga", "GET", "/v1/audit?since=%2B1h")["entries"].size(), 0U);
    EXPECT_EQ(status("olga", "GET", "/v1/audit?since=never"), 400U);
}

TEST_F(RoutesAccess, Refusals_CannotFillTheDisk) {
    user("olga", access::role::operates);
    for (int i = 0; i < 500; ++i) {
        (void)ask("rollover_t9_" + std::string(43, 'A'), "GET", "/v1/devices", {},
                  "192.0.2." + std::to_string(i % 250));
    }
    const auto written = wait(book_->audit({"", true, {}, wall_time::max(), 1000}))->size();
    EXPECT_EQ(written, 100U);
    auto root = [](runtime& rt) -> task<void> {
        const auto slept = co_await sleep_for(rt, std::chrono::minutes(1));
        EXPECT_TRUE(slept);
    };
    EXPECT_EQ(rt_.run(root(rt_)), virtual_end::finished);
    (void)ask("nonsense", "GET", "/v1/devices");
    const auto after = *wait(book_->audit({"", true, {}, wall_time::max(), 1000}));
    ASSERT_EQ(after.size(), 101U);
    EXPECT_NE(after.back().text.find("and 400 others"), std::string::npos) << after.back().text;
}

TEST_F(RoutesAccess, EachClientHasItsOwnLimit) {
    user("eva", access::role::user);
    user("jan", access::role::user);
    gate_ = std::make_unique<gate>(rt_, *users_, desk_->refusals(), gate::limits{1, 5});
    routes_ = std::make_unique<routes>(*desk_, *news_, *gate_);
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(status("eva", "GET", "/v1/reservations"), 200U);
        EXPECT_EQ(ask("bad", "GET", "/v1/reservations", {}, "192.0.2.1").status, 401U);
    }
    const auto often = ask("eva", "GET", "/v1/reservations");
    EXPECT_EQ(often.status, 429U);
    ASSERT_NE(often.headers.find("Retry-After"), nullptr);
    EXPECT_EQ(*often.headers.find("Retry-After"), "1");
    EXPECT_EQ(ask("bad", "GET", "/v1/reservations", {}, "192.0.2.1").status, 429U);
    EXPECT_EQ(ask("", "GET", "/v1/health", {}, "192.0.2.1").status, 429U);
    EXPECT_EQ(ask("bad", "GET", "/v1/reservations", {}, "192.0.2.2").status, 401U) << "another address";
    EXPECT_EQ(ask("jan", "GET", "/v1/reservations", {}, "192.0.2.1").status, 200U)
        << "who is let in is not kept out by who knocks at the same address";
}

TEST(ClientLimits, RememberSoMany) {
    client_limits all(1, 2, 3);
    const time_point now{};
    for (const auto* name : {"a", "a", "b", "c"}) {
        EXPECT_EQ(all.take(name, now), duration::zero());
    }
    EXPECT_GT(all.take("a", now), duration::zero());
    EXPECT_EQ(all.take("d", now), duration::zero()) << "b is forgotten, who asked least recently";
    EXPECT_EQ(all.remembered(), 3U);
    EXPECT_GT(all.take("a", now), duration::zero());
    EXPECT_EQ(all.take("a", now + std::chrono::seconds(1)), duration::zero());
}

}  // namespace
}  // namespace rollover::service
