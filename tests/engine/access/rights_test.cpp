#include "engine/access/rights.h"

#include "engine/access/user.h"

#include <gtest/gtest.h>

namespace rollover::access {
namespace {

TEST(Rights, MoreRoleIsNeverLess) {
    for (const auto& row : rights) {
        EXPECT_LE(row.user, row.author) << words_of(row.what);
        EXPECT_LE(row.author, row.operates) << words_of(row.what);
        EXPECT_EQ(row.operates, reach::all) << "an operator is not kept from " << words_of(row.what);
        EXPECT_EQ(reach_of(role::user, row.what), row.user);
        EXPECT_EQ(reach_of(role::author, row.what), row.author);
        EXPECT_EQ(reach_of(role::operates, row.what), row.operates);
        EXPECT_NE(words_of(row.what), "do that");
    }
    EXPECT_EQ(std::size(rights), static_cast<std::size_t>(action::measure) + 1) << "each has a row";
    EXPECT_EQ(least_role_for(action::bring), role::author);
    EXPECT_EQ(least_role_for(action::reload), role::operates);
    EXPECT_EQ(least_role_for(action::see), role::user);
}

TEST(Rights, RolesHaveNames) {
    for (const auto one : {role::user, role::author, role::operates}) {
        EXPECT_EQ(role_of(name_of(one)), one);
    }
    for (const auto* text : {"", "admin", "Operator", "operates", "user "}) {
        EXPECT_FALSE(role_of(text)) << text;
    }
}

TEST(UserName, IsPlain) {
    for (const auto* good : {"eva", "jan.novak", "a-b_c", "x@site", "7", "Eva2"}) {
        EXPECT_TRUE(is_user_name(good)) << good;
    }
    for (const auto* bad : {"", "rollover", "-x", ".x", "a b", "a\nb", "a:b", "\xc5\x99", "a/b"}) {
        EXPECT_FALSE(is_user_name(bad)) << bad;
    }
    EXPECT_TRUE(is_user_name(std::string(64, 'x')));
    EXPECT_FALSE(is_user_name(std::string(65, 'x')));
}

}  // namespace
}  // namespace rollover::access
