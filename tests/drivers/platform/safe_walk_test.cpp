#include "drivers/platform/safe_walk.h"

#include "drivers/platform/round_trips.h"
#include "tests/drivers/platform/support.h"

#include <gmock/gmock.h>

namespace rollover::platform {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> left_of(const safe_walk& safe) {
    std::vector<std::string> all;
    for (const auto& one : safe.left) {
        all.push_back(one.what);
    }
    return all;
}

bool has_way(const description& d, std::string_view from, std::string_view to) {
    return std::any_of(d.transitions.begin(), d.transitions.end(),
                       [&](const transition& t) { return t.from == from && t.to == to; });
}

TEST(SafeWalk, BootLoadersOfShippedPlatforms_AreNotLeft) {
    for (const auto& [name, from, to] : {std::tuple("cisco-ios", "rommon", "boot"),
                                         {"cisco-ios", "switch-loader", "boot"},
                                         {"arista-eos", "aboot", "boot"},
                                         {"aruba-cx", "service-os", "boot"},
                                         {"cisco-asa", "rommon", "boot"},
                                         {"junos", "loader", "boot"},
                                         {"openwrt", "u-boot", "boot"},
                                         {"vyos", "grub", "boot"}}) {
        const auto& d = *shipped(name);
        EXPECT_TRUE(has_way(d, from, to)) << name;
        const auto safe = without_consequences(d, false);
        EXPECT_FALSE(has_way(*safe.how, from, to)) << name;
        EXPECT_THAT(left_of(safe), Contains(std::string(from) + " to " + to)) << name;
        EXPECT_TRUE(has_way(*without_consequences(d, true).how, from, to)) << name;
    }
}

TEST(SafeWalk, FirstPasswords_AreNeverSet) {
    for (const auto& [name, from, to] : {std::tuple("aruba-cx", "new-password", "exec"),
                                         {"cisco-iosxr", "root-user", "root-secret"},
                                         {"cisco-nxos", "admin-password", "setup"}}) {
        for (const bool may_boot : {false, true}) {
            EXPECT_FALSE(has_way(*without_consequences(*shipped(name), may_boot).how, from, to)) << name;
        }
    }
    const auto asa = without_consequences(*shipped("cisco-asa"), false);
    for (const auto& t : asa.how->transitions) {
        for (const auto& q : t.questions) {
            EXPECT_FALSE(q.lasting) << t.from;
        }
    }
    EXPECT_TRUE(has_way(*asa.how, "user", "exec")) << "only its question is left out";
}

TEST(SafeWalk, WaysOfEveryDay_AreWalked) {
    for (const auto* name : {"linux", "frr", "bird", "openvswitch", "mikrotik-routeros", "huawei-vrp", "u-boot"}) {
        const auto safe = without_consequences(*shipped(name), false);
        EXPECT_THAT(left_of(safe), IsEmpty()) << name;
        EXPECT_EQ(round_trips(*safe.how), round_trips(*shipped(name))) << name;
    }
    EXPECT_THAT(round_trips(*without_consequences(*shipped("cisco-ios"), false).how), Contains("config"));
}

TEST(SafeWalk, CommandsThatConfigureOrBoot_AreLeftOut) {
    diagnostics none;
    const auto d = read_description(R"(<platform name="toy" home="ready" configure="config">
  <state name="config"><prompt match="{host}\(cfg\)# ?"/></state>
  <state name="ready"><prompt match="{host}# ?"/></state>
  <transition from="ready" to="config"><type text="configure"/></transition>
  <transition from="config" to="ready"><type text="end"/></transition>
  <prepare><command text="length 0"/><command text="width 511" in="config"/></prepare>
  <save><command text="save"/></save>
  <hand-over><command text="logout" boots="true"/></hand-over>
  <erase method="restore"/>
  <readback command="show"/>
</platform>)",
                                    "toy.xml", none);
    ASSERT_TRUE(d);
    const auto safe = without_consequences(*d, false);
    EXPECT_THAT(left_of(safe), ElementsAre("\"width 511\" of <prepare>", "\"logout\" of <hand-over>"));
    ASSERT_EQ(safe.how->prepare.size(), 1U);
    EXPECT_EQ(safe.how->prepare[0].command, "length 0");
    EXPECT_THAT(safe.how->save, IsEmpty());
    EXPECT_THAT(safe.how->hand_over, IsEmpty());
    EXPECT_EQ(safe.left[0].place.line, 6U);
}

}  // namespace
}  // namespace rollover::platform
