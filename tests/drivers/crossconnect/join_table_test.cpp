#include "drivers/crossconnect/join_table.h"

#include "tests/drivers/crossconnect/fake_switch.h"

#include <algorithm>

namespace rollover::crossconnect {
namespace {

const std::vector<attachment> lan{{"t1", 101}, {"t1", 102}};
const std::vector<attachment> wan{{"t1", 103}, {"t2", 103}, {"t2", 104}};

fake_switch with_joins(const std::vector<join>& joins) {
    fake_switch device;
    device.apply(change_to_make(device.state(), joins).value().bundle);
    return device;
}

TEST(JoinTable, MadeJoins_AreFoundAgain) {
    const auto device = with_joins({a_join("a1/lan", lan), a_join("a1/wan", wan)});
    EXPECT_EQ(device.lines.size(), 5U);
    const auto joins = standing_joins(device.state());
    ASSERT_EQ(joins.size(), 2U);
    EXPECT_EQ(joins[0].what, a_join("a1/lan", lan));
    EXPECT_EQ(joins[1].what, a_join("a1/wan", wan));
    EXPECT_TRUE(joins[0].complete);
    EXPECT_TRUE(joins[1].complete);
}

TEST(JoinTable, EveryMember_ReachesAllOthersAndNotItself) {
    const auto state = with_joins({a_join("a1/wan", wan)}).state();
    ASSERT_EQ(state.rules.size(), 3U);
    for (const auto& rule : state.rules) {
        std::vector<flow_rule::place> all = rule.targets;
        all.push_back(rule.from);
        std::sort(all.begin(), all.end());
        const std::vector<flow_rule::place> expected{{1, 103, 0}, {7, 103, 0}, {7, 104, 0}};
        EXPECT_EQ(all, expected);
    }
}

TEST(JoinTable, Repeated_NothingIsSaid) {
    const auto device = with_joins({a_join("a1/lan", lan), a_join("a1/wan", wan)});
    EXPECT_EQ(change_to_make(device.state(), {a_join("a1/wan", {wan.rbegin(), wan.rend()})}).value().bundle, "");
    EXPECT_EQ(change_to_make(device.state(), {}).value().bundle, "");
}

TEST(JoinTable, OtherMembers_ReplaceTheJoinInOneBundle) {
    auto device = with_joins({a_join("a1/lan", lan)});
    const auto bundle = change_to_make(device.state(), {a_join("a1/lan", wan)}).value().bundle;
    EXPECT_TRUE(bundle.starts_with("delete cookie="));
    device.apply(bundle);
    const auto joins = standing_joins(device.state());
    ASSERT_EQ(joins.size(), 1U);
    EXPECT_EQ(joins[0].what, a_join("a1/lan", wan));
    EXPECT_TRUE(joins[0].complete);
}

TEST(JoinTable, TwoJoinsSwapTheirMembers_InOneBundle) {
    auto device = with_joins({a_join("a1/lan", lan), a_join("a1/wan", wan)});
    device.apply(change_to_make(device.state(), {a_join("a1/lan", wan), a_join("a1/wan", lan)}).value().bundle);
    const auto joins = standing_joins(device.state());
    ASSERT_EQ(joins.size(), 2U);
    EXPECT_EQ(joins[0].what.members, wan);
    EXPECT_EQ(joins[1].what.members, lan);
}

TEST(JoinTable, AttachmentOfAnotherJoin_IsBusyByName) {
    const auto device = with_joins({a_join("a1/lan", lan)});
    const auto bundle = change_to_make(device.state(), {a_join("a2/x", {{"t1", 102}, {"t1", 105}})});
    ASSERT_FALSE(bundle);
    EXPECT_EQ(bundle.error().code, errc::busy);
    EXPECT_NE(bundle.error().reason.find("a1/lan"), std::string::npos) << bundle.error().reason;
    EXPECT_NE(bundle.error().reason.find("VLAN 102 on port t1"), std::string::npos) << bundle.error().reason;
}

TEST(JoinTable, SameVlanOnAnotherPort_IsFree) {
    const auto device = with_joins({a_join("a1/lan", lan)});
    EXPECT_TRUE(change_to_make(device.state(), {a_join("a2/x", {{"t2", 101}, {"t2", 102}})}));
}

TEST(JoinTable, TwoWantedJoinsShareAnAttachment_IsBusy) {
    const auto bundle = change_to_make(fake_switch{}.state(), {a_join("a1/x", lan), a_join("a1/y", lan)});
    ASSERT_FALSE(bundle);
    EXPECT_EQ(bundle.error().code, errc::busy);
}

TEST(JoinTable, AnyRuleMissing_JoinIsCompletedOrRemoved) {
    const auto whole = with_joins({a_join("a1/wan", wan), a_join("a2/lan", lan)});
    for (std::size_t gone = 0; gone < 3; ++gone) {
        auto device = whole;
        device.lines.erase(device.lines.begin() + static_cast<std::ptrdiff_t>(gone));
        const auto found = standing_joins(device.state());
        EXPECT_FALSE(found[0].complete);
        EXPECT_EQ(found[0].what.damage, "1 of its 3 rules are missing");
        EXPECT_EQ(found[0].what.members, wan) << "the members that are left tell where it was";
        auto repaired = device;
        repaired.apply(change_to_make(device.state(), {a_join("a1/wan", wan)}).value().bundle);
        EXPECT_TRUE(standing_joins(repaired.state())[0].complete);
        EXPECT_EQ(repaired.lines.size(), 5U);
        device.apply(change_to_remove(device.state(), {"a1/wan"}).bundle);
        EXPECT_EQ(standing_joins(device.state()).size(), 1U);
    }
}

TEST(JoinTable, PartOfAnotherJoin_KeepsItsAttachmentsBusy) {
    auto device = with_joins({a_join("a1/wan", wan)});
    device.lines.erase(device.lines.begin(), device.lines.begin() + 2);
    EXPECT_EQ(change_to_make(device.state(), {a_join("a2/x", {{"t1", 103}, {"t1", 1}})}).error().code, errc::busy);
}

TEST(JoinTable, Remove_OnlyTheNamed) {
    auto device = with_joins({a_join("a1/lan", lan), a_join("a1/wan", wan)});
    EXPECT_EQ(change_to_remove(device.state(), {"a1/la", "a1", ""}).bundle, "");
    device.apply(change_to_remove(device.state(), {"a1/lan", "unknown"}).bundle);
    const auto joins = standing_joins(device.state());
    ASSERT_EQ(joins.size(), 1U);
    EXPECT_EQ(joins[0].what.name, "a1/wan");
}

TEST(JoinTable, RulesWithoutName_AreShownByCookieAndRemovable) {
    fake_switch device;
    device.lines.push_back(" cookie=0x526f000000000005, table=0, priority=1,in_port=1,dl_vlan=9 actions=drop\n");
    const auto joins = standing_joins(device.state());
    ASSERT_EQ(joins.size(), 1U);
    EXPECT_EQ(joins[0].what.name, "cookie-526f000000000005");
    EXPECT_FALSE(joins[0].complete);
    EXPECT_EQ(change_to_remove(device.state(), {joins[0].what.name}).bundle, "delete cookie=0x526f000000000005/-1\n");
}

TEST(JoinTable, NumberTakenByAnotherName_NextIsUsed) {
    fake_switch device;
    flow_rule squatter;
    squatter.cookie = cookie_prefix | number_of("a1/lan");
    squatter.note = "other";
    squatter.from = {7, 1, 0};
    squatter.targets = {{7, 2, 0}};
    device.apply(add_line(squatter));
    device.apply(change_to_make(device.state(), {a_join("a1/lan", lan)}).value().bundle);
    const auto joins = standing_joins(device.state());
    ASSERT_EQ(joins.size(), 2U);
    EXPECT_EQ(joins[0].what.name, "a1/lan");
    EXPECT_TRUE(joins[0].complete);
    EXPECT_EQ(change_to_make(device.state(), {a_join("a1/lan", lan)}).value().bundle, "");
}

TEST(JoinTable, PortLeftOut_IsTheOnlyOne) {
    auto state = fake_switch{}.state();
    const auto unclear = change_to_make(state, {a_join("a1/lan", {{"", 1}, {"", 2}})});
    EXPECT_EQ(unclear.error().code, errc::not_found);
    state.ports.pop_back();
    EXPECT_TRUE(change_to_make(state, {a_join("a1/lan", {{"", 1}, {"t1", 2}})}));
    EXPECT_EQ(change_to_make(state, {a_join("a1/lan", {{"", 1}, {"t1", 1}})}).error().code, errc::bad_input);
}

TEST(JoinTable, UnknownPort_NamesThoseThatExist) {
    const auto bundle = change_to_make(fake_switch{}.state(), {a_join("a1/lan", {{"t3", 1}, {"t1", 2}})});
    ASSERT_FALSE(bundle);
    EXPECT_EQ(bundle.error().code, errc::not_found);
    EXPECT_NE(bundle.error().hint.find("t1, t2"), std::string::npos);
}

TEST(JoinTable, BadJoins_AreRefused) {
    const auto state = fake_switch{}.state();
    const std::vector<join> bad{a_join("", lan),
                                a_join("a\nb", lan),
                                a_join(std::string(201, 'x'), lan),
                                a_join("a", {{"t1", 1}}),
                                a_join("a", {}),
                                a_join("a", {{"t1", 1}, {"t1", 1}}),
                                a_join("a", {{"t1", 0}, {"t1", 1}}),
                                a_join("a", {{"t1", 4095}, {"t1", 1}})};
    for (const auto& one : bad) {
        const auto bundle = change_to_make(state, {one});
        ASSERT_FALSE(bundle) << one.name;
        EXPECT_EQ(bundle.error().code, errc::bad_input) << one.name;
    }
    EXPECT_EQ(change_to_make(state, {a_join("a", lan), a_join("a", wan)}).error().code, errc::bad_input);
}

}  // namespace
}  // namespace rollover::crossconnect
