#include "tests/drivers/crossconnect/linux_rig.h"

namespace rollover::crossconnect {
namespace {

TEST(LinuxBridgeNames, JoinInAlias_AndBack) {
    EXPECT_EQ(alias_of_join("a17/lan"), "rollover a17/lan");
    for (const std::string name : {"a17/lan", "50% \"off\" #1 \\ 'x'", "\xc5\xa1koda\n", "%"}) {
        const auto alias = alias_of_join(name);
        EXPECT_EQ(alias.find_first_of("\"#\\'\n"), std::string::npos) << alias;
        EXPECT_EQ(join_of_alias(alias), name);
    }
    for (const auto* other : {"", "rollover", "rollover ", "uplink", "rollover 50%", "rollover 50%zz"}) {
        EXPECT_FALSE(join_of_alias(other)) << other;
    }
}

TEST(LinuxBridgeNames, OwnerInAlias_AndBack) {
    const owner_mark made{"rx-00000001", {}};
    EXPECT_EQ(alias_of_owner(made), "rollover rx-00000001");
    EXPECT_EQ(owner_of_alias(alias_of_owner(made)), made);
    const owner_mark found{"rx-00000001", device_before{1500, "eui64", true, "red cable"}};
    EXPECT_EQ(alias_of_owner(found), "rollover rx-00000001 found 1500 eui64 up red%20cable");
    EXPECT_EQ(owner_of_alias(alias_of_owner(found)), found);
    for (const auto* other : {"", "rollover", "rollover ", "red cable", "rollover a b", "rollover a found x eui64 up",
                              "rollover a found 1500 eui64 sideways"}) {
        EXPECT_FALSE(owner_of_alias(other)) << other;
    }
}

TEST(LinuxBridgeNames, DerivedNames_FitAndDiffer) {
    const auto first = derived_name("abcdef", '-', "a1/lan", 0);
    EXPECT_EQ(first.size(), longest_device_name);
    EXPECT_NE(first, derived_name("abcdef", '-', "a1/lan", 1));
    EXPECT_NE(first, derived_name("abcdef", '-', "a1/wan", 0));
    EXPECT_TRUE(is_usable_name(first));
    for (const auto* wrong : {"", "eth 1", "-batch", "a;b", "a#b", "..", "sixteen_letters_"}) {
        EXPECT_FALSE(is_usable_name(wrong)) << wrong;
    }
}

}  // namespace
}  // namespace rollover::crossconnect
