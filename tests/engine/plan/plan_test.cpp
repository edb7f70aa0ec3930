// From a placement to the very characters.
#include "engine/plan/plan.h"

#include "engine/plan/format.h"
#include "engine/plan/read_patches.h"
#include "tests/engine/placement/lab_builder.h"

#include <gtest/gtest.h>

namespace rollover::plan {
namespace {

using namespace std::chrono_literals;

platform::description ios() {
    platform::description d;
    d.name = "ios";
    for (const char* name : {"user", "exec", "config"}) {
        d.states.emplace_back().name = name;
    }
    d.home = "exec";
    d.config_state = "config";
    const auto way = [&](const std::string& from, const std::string& to, const std::string& text, bool enter = true) {
        platform::transition t;
        t.from = from;
        t.to = to;
        t.type = {{platform::answer_kind::text, text, enter, false}};
        d.transitions.push_back(t);
    };
    way("user", "exec", "enable");
    way("exec", "user", "disable");
    way("exec", "config", "configure terminal");
    way("config", "exec", "\x1a", false);
    d.longest_line = 40;
    return d;
}

struct Plan : testing::Test {
    Plan() {
        l.cross_connect("xc");
        for (const char* name : {"r1", "r2"}) {
            l.device(name, "ios").interface(name, "e0").interface(name, "Fa0/1", "xc");
        }
        l.lab.devices[0].console.char_delay = 10ms;
        l.lab.devices[0].console.line_delay = 100ms;
        l.lab.devices[1].console.char_delay = 1ms;
        l.lab.devices[1].console.line_delay = 2ms;
        l.wire("r1 e0", "r2 e0");
        t.node("A").node("B").link("direct", {"A", "B"}, model::link_via::wire);
        t.link("lan", {"A", "B"}, model::link_via::cross_connect);
        t.topology.parameters = {{"pod", "1", {}}};
        config(0, "interface ${A.lan}");
        config(0, " ip address 10.${pod}.0.1");
        platforms.add(ios());
    }

    void config(std::size_t node, const std::string& text) {
        t.topology.nodes[node].config.push_back({text, {"t.xml", ++line, 7}});
    }
    std::optional<plan> make(const model::arguments& given = {}) {
        const auto placed = placement::find({l.lab, t.topology, {}, {}});
        EXPECT_TRUE(placed);
        mistakes.clear();
        return make_plan(l.lab, t.topology, given, *placed, platforms, mistakes);
    }
    std::string only_mistake() const { return mistakes.size() == 1 ? to_string(mistakes[0]) : "not one"; }

    placement::lab_builder l;
    placement::topology_builder t;
    platform::library platforms;
    diagnostics mistakes;
    std::uint32_t line = 100;
};

TEST_F(Plan, EscapeSequenceOfTheConverter_IsRefused) {
    auto& converter = l.lab.converters[l.lab.devices[0].console.line.converter.value];
    converter.model.name = "box";
    converter.model.escapes = {{"~", true, "its escape character"}};
    config(0, "banner ~ is fine here");
    EXPECT_TRUE(make());
    config(0, "~.");
    EXPECT_FALSE(make());
    EXPECT_NE(only_mistake().find("its escape character"), std::string::npos) << only_mistake();
}

TEST_F(Plan, CheckTyping_KnowsThePlatformThatANodeRequires) {
    config(0, std::string(41, 'x'));
    EXPECT_TRUE(check_typing(t.topology, platforms).empty()) << "it requires none";
    t.topology.nodes[0].requirements.push_back({model::requirement::kind::platform, "ios", {}, {}});
    const auto wrong = check_typing(t.topology, platforms);
    ASSERT_EQ(wrong.size(), 1U);
    EXPECT_NE(to_string(wrong[0]).find("cannot be typed on ios"), std::string::npos);
}

TEST_F(Plan, RaisedSpeed_OnlyWhereItPays) {
    auto how = ios();
    how.console_speed.steps.resize(1);
    how.console_speed.stored_by = "do write";
    platforms = {};
    platforms.add(how);
    auto& console = l.lab.devices[0].console;
    console.fast_baud = 115200;
    console.char_delay = 0ms;
    ASSERT_TRUE(make());
    EXPECT_EQ(make()->devices[0].raised_to, 0U) << "57 characters";
    for (int i = 0; i < 200; ++i) {
        config(0, "ip route 10.0.0.0 255.0.0.0");
    }
    auto p = make();
    ASSERT_TRUE(p);
    EXPECT_EQ(p->devices[0].raised_to, 115200U);
    // 200 lines of 28 characters and 57 more, 1.042 ms against 0.087 ms each, typed and read back, less 2 s.
    EXPECT_NEAR(std::chrono::duration<double>(p->devices[0].saved).count(), 5657 * 2 * 0.000955 - 2, 0.01);
    EXPECT_NE(describe(l.lab, t.topology, *p, platforms, "A")
                  .find("raised to 115200 baud for it and put back, which "
                        "saves about 9 s\n"),
              std::string::npos);
    EXPECT_EQ(p->devices[1].raised_to, 0U) << "its console asks for nothing";
    config(0, "do write");
    EXPECT_EQ(make()->devices[0].raised_to, 0U) << "the raised speed would be stored";
}

TEST_F(Plan, RaisedSpeed_SavesNothingWhereTheGapIsLonger) {
    model::console console;
    console.fast_baud = 115200;
    console.char_delay = 10ms;
    const std::string typed(10'000, 'x');
    EXPECT_LT(saved_by_raising(typed, false, console), 0s);
    EXPECT_GT(saved_by_raising(typed, true, console), 6s) << "but reading back has no gaps";
}

TEST_F(Plan, RaisedSpeed_IsAMistakeWhereThePlatformCannot) {
    EXPECT_TRUE(check_speeds(l.lab, platforms).empty());
    l.lab.devices[0].console.fast_baud = 115200;
    l.lab.devices[0].console.place = {"lab.xml", 7, 3};
    EXPECT_FALSE(make());
    EXPECT_EQ(only_mistake(),
              "lab.xml:7:3: error: the console of device r1 cannot be raised to 115200 baud: platform ios does not say "
              "how; remove fast-baud, or add <console-speed> to the platform file");
    ASSERT_EQ(check_speeds(l.lab, platforms).size(), 1U);
    EXPECT_EQ(to_string(check_speeds(l.lab, platforms)[0]), only_mistake());
}

TEST_F(Plan, Characters_AreTheWayInTheLinesAndTheWayOut) {
    const auto p = make({{"pod", "7"}});
    ASSERT_TRUE(p);
    const device_plan& a = p->devices[0];
    EXPECT_EQ(characters_of(a, ios()),
              "configure terminal\r"
              "interface Fa0/1\r"
              " ip address 10.7.0.1\r"
              "\x1a");
    EXPECT_EQ(a.characters, 19U + 16U + 21U + 1U);
    EXPECT_EQ(a.config[1].place.line, 102U);
}

TEST_F(Plan, Time_IsTheGapsAlone) {
    const auto p = make();
    ASSERT_TRUE(p);
    EXPECT_EQ(p->devices[0].typing_time, (18 + 15 + 20 + 1) * 10ms + 3 * 100ms);
    EXPECT_EQ(p->devices[1].typing_time, (18 + 1) * 1ms + 1 * 2ms);
    EXPECT_EQ(p->time, p->devices[0].typing_time);
}

TEST_F(Plan, HomeIsTheConfigurationState_NothingIsTypedAround) {
    platform::description d = ios();
    d.config_state = d.home;
    const device_plan one{{0}, {0}, {{"ip link set up", {}}}, {}, 0, {}};
    EXPECT_EQ(characters_of(one, d), "ip link set up\r");
}

TEST_F(Plan, WayOfTwoTransitions_IsTypedInOrder) {
    platform::description d = ios();
    d.home = "user";
    const device_plan one{{0}, {0}, {}, {}, 0, {}};
    EXPECT_EQ(characters_of(one, d),
              "enable\rconfigure terminal\r\x1a"
              "disable\r");
}

TEST_F(Plan, CommandsAfterConfiguration_AreTyped) {
    platform::description d = ios();
    d.after_config.emplace_back().command = "write memory";
    const device_plan one{{0}, {0}, {}, {}, 0, {}};
    EXPECT_EQ(characters_of(one, d),
              "configure terminal\r\x1a"
              "write memory\r");
}

TEST_F(Plan, Candidate_IsDiscardedCheckedCommittedAndConfirmed) {
    platform::description p = ios();
    p.candidate.discard.emplace_back().command = "rollback 0";
    p.candidate.check.emplace_back().command = "commit check";
    p.candidate.commit.emplace_back().command = "commit confirmed 10";
    p.candidate.confirm.emplace_back().command = "commit";
    const device_plan one{{0}, {0}, {{"hostname A", {}}}, {}, 0, {}};
    EXPECT_EQ(characters_of(one, p),
              "configure terminal\rrollback 0\rhostname A\rcommit check\rcommit confirmed 10\r\x1a"
              "configure terminal\rcommit\r\x1a");
}

TEST_F(Plan, Joins_AreThoseOfTheCrossConnectOnly) {
    const auto p = make();
    ASSERT_TRUE(p);
    ASSERT_EQ(p->joins.size(), 1U);
    EXPECT_EQ(p->joins[0].link, "lan");
    ASSERT_EQ(p->joins[0].members.size(), 2U);
    for (std::uint32_t i = 0; i < 2; ++i) {
        const member& m = p->joins[0].members[i];
        EXPECT_EQ(l.lab.at(m.interface).name, "Fa0/1");
        EXPECT_EQ(m.port, "xc-xc");
        EXPECT_EQ(m.vlan, l.lab.at(m.interface).port->vlan);
    }
}

TEST_F(Plan, UnknownPlatform_IsAMistakeAtTheDevice) {
    l.lab.devices[1].platform = "junos";
    l.lab.devices[1].place = {"lab.xml", 9, 5};
    EXPECT_FALSE(make());
    EXPECT_EQ(only_mistake(),
              "lab.xml:9:5: error: device r2 has platform junos, and no platform file describes it; known are: ios");
}

TEST_F(Plan, LinesThatCannotBeTyped_AreAllReported) {
    config(1, std::string(41, 'x'));
    config(1, "bad\x03");
    EXPECT_FALSE(make());
    ASSERT_EQ(mistakes.size(), 2U);
    EXPECT_EQ(mistakes[0].place.line, 103U);
    EXPECT_EQ(mistakes[1].place.line, 104U);
}

// 40 characters as written, more with the value.
TEST_F(Plan, LineThatIsTooLongOnlyWhenExpanded_IsAMistake) {
    config(1, "description " + std::string(22, 'x') + "${pod}");
    EXPECT_TRUE(make());
    EXPECT_FALSE(make({{"pod", "1234567"}}));
}

TEST_F(Plan, UnknownName_IsAMistakeAtItsLine) {
    config(0, "hostname ${A.wan}");
    EXPECT_FALSE(make());
    ASSERT_EQ(mistakes.size(), 1U);
    EXPECT_EQ(mistakes[0].place.line, 103U);
}

TEST_F(Plan, Checks_AreExpanded) {
    t.topology.nodes[0].checks.push_back({"show ip interface ${A.lan}", "10\\.${pod}\\.0\\.1", 5s, {"t.xml", 50, 5}});
    const auto p = make();
    ASSERT_TRUE(p);
    EXPECT_EQ(p->devices[0].checks[0].command, "show ip interface Fa0/1");
    EXPECT_EQ(p->devices[0].checks[0].expect, "10\\.1\\.0\\.1");
    EXPECT_EQ(p->devices[0].checks[0].within, 5s);
}

TEST_F(Plan, PlacementOfAnotherTopology_IsAMistake) {
    EXPECT_FALSE(make_plan(l.lab, t.topology, {}, {}, platforms, mistakes));
    EXPECT_EQ(mistakes.size(), 1U);
}

TEST_F(Plan, Described_ShowsEveryCharacter) {
    const auto p = make();
    ASSERT_TRUE(p);
    EXPECT_EQ(describe(l.lab, t.topology, *p, platforms, "A"),
              "r1 plays A: 57 characters, 0.84 s\n"
              "  configure terminal\n"
              "  interface Fa0/1\n"
              "   ip address 10.1.0.1\n"
              "  ^Z\n");
    const std::string all = describe(l.lab, t.topology, *p, platforms);
    EXPECT_NE(all.find("A     r1      ios       2      57          0.84 s\n"), std::string::npos) << all;
    EXPECT_NE(all.find("lan   xc             r1 Fa0/1 (xc-xc vlan"), std::string::npos) << all;
    EXPECT_NE(all.find("r2 plays B"), std::string::npos) << all;
    EXPECT_EQ(describe(l.lab, t.topology, *p, platforms, "r9"), "");
}

TEST_F(Plan, AsJson_HasAStableOrder) {
    const auto p = make({{"pod", "3"}});
    ASSERT_TRUE(p);
    const std::string text = to_json(l.lab, t.topology, *p, platforms);
    EXPECT_EQ(text, to_json(l.lab, t.topology, *p, platforms));
    std::size_t at = 0;
    for (const char* key : {"\"lab\"", "\"topology\"", "\"arguments\"", "\"pod\": \"3\"", "\"time_ms\": 840",
                            "\"devices\"", "\"characters\": 57", "\"typed\": \"configure terminal\\rinterface",
                            "\"place\": \"t.xml:101:7\"", "\"joins\"", "\"placement\""}) {
        const std::size_t found = text.find(key, at);
        ASSERT_NE(found, std::string::npos) << key << " after " << at << " in " << text;
        at = found;
    }
}

struct Patches : Plan {
    Patches() {
        for (const char* name : {"r1", "r2"}) {
            l.interface(name, "s0", "", model::interface_type::serial).line(name);
        }
        t.link("wan", {"A", "B"}, model::link_via::patch, model::interface_type::serial);
    }
    std::string json() {
        const auto p = make();
        EXPECT_TRUE(p);
        return p ? to_json(l.lab, t.topology, *p, platforms) : "";
    }
};

TEST_F(Patches, ArePlanned_AndShownWithLineAndSettings) {
    const auto p = make();
    ASSERT_TRUE(p);
    ASSERT_EQ(p->patches.size(), 1U);
    EXPECT_EQ(p->joins.size(), 1U);
    const std::string text = describe(l.lab, t.topology, *p, platforms);
    EXPECT_NE(text.find("wan    r1 s0 (line "), std::string::npos) << text;
    EXPECT_NE(text.find("9600 8n1"), std::string::npos) << text;
}

TEST_F(Patches, ReadBackFromTheJournal_AreTheSame) {
    const auto p = make();
    ASSERT_TRUE(p);
    const auto read = read_patches(l.lab, json());
    ASSERT_TRUE(read) << describe(read.error());
    ASSERT_EQ(read->size(), 1U);
    EXPECT_EQ(read->front().link, "wan");
    EXPECT_EQ(read->front().ends, p->patches.front().ends);
}

TEST_F(Patches, OfALabThatHasChanged_AreNotFound) {
    const std::string before = json();
    l.lab.devices[1].interfaces.back().line.reset();
    EXPECT_EQ(describe(read_patches(l.lab, before).error()),
              "r2 s0: the interface is on no converter line any more\n"
              "  to mend:  put it back, or run: rollover deactivate");
    l.lab.devices[1].interfaces.back().name = "s7";
    EXPECT_EQ(read_patches(l.lab, before).error().code, errc::not_found);
    l.lab.devices[0].name = "r7";
    EXPECT_EQ(read_patches(l.lab, before).error().code, errc::not_found);
}

TEST_F(Patches, OfWhatIsNoPlan_AreBadInput) {
    EXPECT_EQ(read_patches(l.lab, "").error().code, errc::bad_input);
    EXPECT_EQ(read_patches(l.lab, "[]").error().code, errc::bad_input);
    EXPECT_EQ(read_patches(l.lab, R"({"patches": [{"link": "wan", "ends": []}]})").error().code, errc::bad_input);
    EXPECT_EQ(read_patches(l.lab, R"({"patches": [{"link": 7}]})").error().code, errc::bad_input);
    const auto none = read_patches(l.lab, "{}");  // a plan of before there were patches
    EXPECT_TRUE(none && none->empty());
}

}  // namespace
}  // namespace rollover::plan
