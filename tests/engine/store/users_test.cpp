#include "engine/runtime/virtual_runtime.h"
#include "engine/store/sqlite.h"
#include "engine/store/stored_calendar.h"
#include "engine/store/stored_users.h"
#include "tests/engine/store/any_tables.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>

namespace rollover::store {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using access::role;

class Users : public OnTables {
protected:
    void SetUp() override {
        OnTables::SetUp();
        users_ = *open_users(rt_, place_);
    }

    void pass(duration time) {
        auto root = [](runtime& rt, duration t) -> task<void> {
            const auto slept = co_await sleep_for(rt, t);
            EXPECT_TRUE(slept);
        };
        EXPECT_EQ(rt_.run(root(rt_, time)), virtual_end::finished);
    }
    access::token token_of(const std::string& name, std::optional<std::chrono::seconds> lives = {}) {
        auto made = wait(users_->issue(name, lives, "root"));
        EXPECT_TRUE(made) << describe(made.error());
        return made->value;
    }
    std::optional<access::identity> who(std::optional<access::token> shown) {
        const auto seen = wait(users_->look(std::move(shown)));
        EXPECT_TRUE(seen);
        return seen->who;
    }

    std::unique_ptr<access::users> users_;
};

TEST_P(Users, ATokenLetsItsUserIn_AlsoAfterTheEndOfTheProcess) {
    EXPECT_FALSE(wait(users_->look(std::nullopt))->has_users);
    ASSERT_TRUE(wait(users_->add("eva", role::author, "root")));
    EXPECT_TRUE(wait(users_->look(std::nullopt))->has_users);
    const auto token = token_of("eva");
    users_ = *open_users(rt_, place_);
    const auto found = who(token);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->user, "eva");
    EXPECT_EQ(found->is, role::author);
    EXPECT_EQ(found->token, "t1");
    EXPECT_FALSE(who(std::nullopt));
    EXPECT_FALSE(who(access::make_token(1))) << "the right number is not enough";
    EXPECT_FALSE(who(access::make_token(2)));
}

TEST_P(Users, TheTokenIsNowhereInTheFile) {
    ASSERT_TRUE(wait(users_->add("eva", role::user, "root")));
    const std::string text = token_of("eva").text.reveal();
    users_.reset();
    for (const auto& one : fs::directory_iterator(folder_)) {
        std::ifstream in(one.path(), std::ios::binary);
        const std::string all{std::istreambuf_iterator<char>(in), {}};
        EXPECT_EQ(all.find(text.substr(text.size() - 43)), std::string::npos) << one.path();
    }
}

TEST_P(Users, WhatIsOver_LetsNobodyIn) {
    ASSERT_TRUE(wait(users_->add("eva", role::user, "root")));
    ASSERT_TRUE(wait(users_->add("jan", role::user, "root")));
    const auto short_lived = token_of("eva", 90s);
    const auto revoked = token_of("eva");
    const auto stays = token_of("eva");
    const auto of_jan = token_of("jan");
    EXPECT_TRUE(who(short_lived) && who(revoked) && who(stays) && who(of_jan));
    pass(91s);
    EXPECT_FALSE(who(short_lived));
    ASSERT_TRUE(wait(users_->revoke("t2", "root")));
    EXPECT_FALSE(who(revoked));
    ASSERT_TRUE(wait(users_->remove("jan", "root")));
    EXPECT_FALSE(who(of_jan));
    EXPECT_TRUE(who(stays));
    ASSERT_TRUE(wait(users_->add("jan", role::operates, "root")));
    EXPECT_FALSE(who(of_jan)) << "a new user of the same name has not the tokens of the old one";
    EXPECT_EQ(token_of("jan").number, 5) << "numbers are not given again";
}

TEST_P(Users, TheListTellsAll_ButNoSecret) {
    ASSERT_TRUE(wait(users_->add("jan", role::operates, "root")));
    ASSERT_TRUE(wait(users_->add("eva", role::user, "root")));
    const auto token = token_of("jan", 24h);
    ASSERT_TRUE(who(token));
    pass(30s);
    ASSERT_TRUE(who(token));
    auto all = wait(users_->list());
    ASSERT_TRUE(all && all->size() == 2);
    EXPECT_EQ((*all)[0].name, "eva");
    EXPECT_TRUE((*all)[0].tokens.empty());
    ASSERT_EQ((*all)[1].tokens.size(), 1U);
    const auto one = (*all)[1].tokens[0];
    EXPECT_EQ(one.id, "t1");
    ASSERT_TRUE(one.used && one.expires);
    EXPECT_EQ(*one.expires - one.made, 24h);
    EXPECT_EQ(*one.used - one.made, 0s) << "written once a minute at most";
    pass(31s);
    ASSERT_TRUE(who(token));
    all = wait(users_->list());
    EXPECT_EQ(*(*all)[1].tokens[0].used - one.made, 61s);
}

TEST_P(Users, WhatCannotBe_IsRefusedInWords) {
    EXPECT_EQ(wait(users_->add("a b", role::user, "root")).error().code, errc::bad_input);
    ASSERT_TRUE(wait(users_->add("eva", role::user, "root")));
    EXPECT_EQ(wait(users_->add("eva", role::operates, "root")).error().code, errc::duplicate);
    EXPECT_EQ(wait(users_->list())->front().is, role::user);
    EXPECT_EQ(wait(users_->remove("jan", "root")).error().code, errc::not_found);
    EXPECT_EQ(wait(users_->issue("jan", {}, "root")).error().code, errc::not_found);
    EXPECT_EQ(wait(users_->issue("eva", 0s, "root")).error().code, errc::bad_input);
    EXPECT_EQ(wait(users_->revoke("t9", "root")).error().code, errc::not_found);
    EXPECT_EQ(wait(users_->revoke("9", "root")).error().code, errc::bad_input);
}

TEST_P(Users, ChangesStandInTheAuditTrail) {
    ASSERT_TRUE(wait(users_->add("eva", role::author, "root")));
    (void)token_of("eva");
    ASSERT_TRUE(wait(users_->revoke("t1", "root")));
    ASSERT_TRUE(wait(users_->remove("eva", "root")));
    const auto book = open_calendar(rt_, place_);
    ASSERT_TRUE(book);
    const auto entries = wait((*book)->entries(0, 10, ""));
    std::string all;
    for (const auto& one : *entries) {
        all += one.who + " " + one.what + " " + one.subject + " " + one.text + "|";
    }
    EXPECT_EQ(
        all,
        "root user added eva author|root token made t1 for eva|root token revoked t1 of eva|root user removed eva |");
}

INSTANTIATE_TEST_SUITE_P(On, Users, testing::ValuesIn(databases_at_hand()), name_of);

}  // namespace
}  // namespace rollover::store
