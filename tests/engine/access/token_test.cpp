#include "engine/access/token.h"

#include <gtest/gtest.h>
#include <set>

namespace rollover::access {
namespace {

TEST(Token, IsReadAsItWasMade) {
    std::set<std::string> seen;
    for (std::int64_t number : {1LL, 17LL, 999'999'999'999'999'999LL}) {
        const auto made = make_token(number);
        const std::string& text = made.text.reveal();
        EXPECT_LE(text.size(), most_token_bytes);
        EXPECT_TRUE(seen.insert(text.substr(text.size() - 43)).second);
        const auto read = read_token(text);
        ASSERT_TRUE(read) << text;
        EXPECT_EQ(read->number, number);
        EXPECT_EQ(read->text.reveal(), text);
        EXPECT_EQ(digest_of(*read), digest_of(made));
        EXPECT_TRUE(is_digest_of(*read, digest_of(made)));
    }
}

TEST(Token, AnotherForm_IsNone) {
    const std::string good = make_token(17).text.reveal();
    for (std::size_t i = 0; i < good.size(); ++i) {
        std::string changed = good;
        changed[i] = '\x01';
        EXPECT_FALSE(read_token(changed)) << i;
        EXPECT_FALSE(read_token(good.substr(0, i))) << i;
    }
    const std::string random = good.substr(good.size() - 43);
    for (const std::string& text : {good + "x", " " + good, "rollover_17_" + random, "rollover_t0_" + random,
                                    "rollover_t_" + random, "rollover_t-1_" + random, "rollover_t017_" + random,
                                    "rollover_t1234567890123456789_" + random, "rollover_t17" + random}) {
        EXPECT_FALSE(read_token(text)) << text;
    }
}

TEST(Token, OneBitMore_IsAnother) {
    const auto made = make_token(3);
    const std::string stored = digest_of(made);
    EXPECT_EQ(stored.size(), 64U);
    EXPECT_EQ(stored.find(made.text.reveal().substr(12)), std::string::npos);
    for (std::size_t i = 0; i < made.text.reveal().size(); ++i) {
        std::string changed = made.text.reveal();
        changed[i] = static_cast<char>(changed[i] ^ 1);
        EXPECT_FALSE(is_digest_of({3, secret(changed)}, stored)) << i;
    }
    EXPECT_FALSE(is_digest_of(made, stored.substr(1)));
    EXPECT_FALSE(is_digest_of(made, ""));
    EXPECT_FALSE(is_digest_of(made, make_token(3).text.reveal()));
}

TEST(Token, TheDigestIsBlake2b256) {
    // b2sum -l 256 of these bytes.
    EXPECT_EQ(digest_of({1, secret("rollover_t1_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")}),
              "9dbeee661c2bafc87ab90376206e903ae33470e3d66a6de2beb312d16822257b");
}

TEST(Authorization, IsBearer) {
    const std::string text = make_token(5).text.reveal();
    for (const std::string& value : {"Bearer " + text, "bearer " + text, "BEARER   " + text}) {
        const auto read = read_authorization(value);
        ASSERT_TRUE(read) << value;
        EXPECT_EQ(read->number, 5);
    }
    for (const auto& value : std::vector<std::string>{text, "Bearer" + text, "Basic " + text, "Bearer", "Bearer ",
                                                      "Bearer x", "Bearer " + text + " ", std::string(),
                                                      "Bearer " + text + "," + text, "Bearer\t" + text}) {
        EXPECT_FALSE(read_authorization(value)) << value;
    }
}

TEST(TokenId, HasANumber) {
    EXPECT_EQ(number_of_token(id_of_token(17)), 17);
    for (const auto* text : {"", "t", "17", "t0", "t01", "tx", "t1x", "t1234567890123456789"}) {
        EXPECT_FALSE(number_of_token(text)) << text;
    }
}

}  // namespace
}  // namespace rollover::access
