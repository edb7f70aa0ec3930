#include "tests/drivers/platform/support.h"

#include <fstream>

namespace rollover::platform {
namespace {

constexpr std::string_view small_platform = R"(<platform name="toy" home="ready" configure="ready">
  <state name="ready"><prompt match="{host}&gt; ?"/></state>
  <erase method="restore"/>
  <readback command="show"/>
</platform>)";

diagnostics mistakes_of(std::string_view xml) {
    diagnostics mistakes;
    EXPECT_EQ(read_description(xml, "toy.xml", mistakes).has_value(), mistakes.empty());
    return mistakes;
}

std::string all_of(std::string_view xml) {
    std::string text;
    for (const auto& m : mistakes_of(xml)) {
        text += to_string(m) + '\n';
    }
    return text;
}

std::string with(std::string_view in_it) {
    std::string xml(small_platform);
    return xml.insert(xml.find("  <erase"), in_it);
}

TEST(PlatformReader, ShippedFiles_AreRead) {
    for (const auto* name :
         {"arista-eos", "aruba-cx", "bird", "cisco-asa", "cisco-ios", "cisco-iosxr", "cisco-nxos", "frr", "huawei-vrp",
          "junos", "linux", "mikrotik-routeros", "openvswitch", "openwrt", "u-boot", "vyos"}) {
        const auto d = shipped(name);
        ASSERT_NE(d, nullptr) << name;
        EXPECT_TRUE(d->find_state(d->home)) << name;
        EXPECT_FALSE(d->errors.empty() && d->compiled->prompt_of("[rollover 1]# ") == std::nullopt) << name;
    }
}

TEST(PlatformReader, SmallPlatform_HasDefaults) {
    diagnostics mistakes;
    const auto d = read_description(small_platform, "toy.xml", mistakes);
    ASSERT_TRUE(d);
    EXPECT_EQ(d->kill_line, "\x15");
    EXPECT_EQ(d->how_to_erase, erase_method::restore);
    EXPECT_EQ(d->compiled->prompt_of("toy> ")->host, "toy");
    EXPECT_EQ(d->longest_line, 254U);
}

TEST(PlatformReader, Candidate_IsReadAndChecked) {
    diagnostics mistakes;
    const auto d = read_description(with(R"(<candidate>
  <check><command text="commit check" expect="ok"/></check>
  <commit confirm-within="5min"><command text="commit confirmed ${minutes}"/></commit>
  <confirm><command text="commit"/></confirm>
  <discard><command text="rollback"/></discard>
</candidate>)"),
                                    "toy.xml", mistakes);
    ASSERT_TRUE(d) << all_of(with("<candidate/>"));
    EXPECT_TRUE(d->candidate.is_used());
    EXPECT_EQ(d->candidate.check.at(0).expect, "ok");
    EXPECT_EQ(d->candidate.commit.at(0).command, "commit confirmed 5");
    EXPECT_EQ(d->candidate.confirm_within, std::chrono::minutes(5));
    EXPECT_NE(all_of(with("<candidate><discard/></candidate>")).find("a <candidate> needs <commit>"),
              std::string::npos);
    EXPECT_NE(all_of(with("<candidate><commit/></candidate>")).find("<commit> has no command"), std::string::npos);
    EXPECT_NE(all_of(with(R"(<candidate><commit confirm-within="5min"><command text="c"/></commit></candidate>)"))
                  .find("nothing confirms it"),
              std::string::npos);
    EXPECT_NE(
        all_of(
            with(
                R"(<candidate><commit><command text="c"/></commit><confirm><command text="c"/></confirm></candidate>)"))
            .find("the commit stays by itself"),
        std::string::npos);
    EXPECT_NE(all_of(with(R"(<candidate><commit confirm-within="90s"><command text="c ${minutes}"/></commit>
  <confirm><command text="c"/></confirm></candidate>)"))
                  .find("whole minutes"),
              std::string::npos);
}

TEST(PlatformReader, ConsoleSpeed_IsReadAndChecked) {
    diagnostics mistakes;
    const auto d = read_description(
        with(
            R"(<console-speed stored-by="do save"><command text="tty"/><command text="baud ${baud}"/></console-speed>)"),
        "toy.xml", mistakes);
    ASSERT_TRUE(d);
    ASSERT_EQ(d->console_speed.steps.size(), 2U);
    EXPECT_EQ(d->console_speed.steps[1].command, "baud ${baud}");
    EXPECT_TRUE(may_raise_speed(*d, {"interface a", " do save it"}));
    EXPECT_FALSE(may_raise_speed(*d, {"interface a", " do save"}));
    EXPECT_NE(all_of(with(R"(<console-speed><command text="baud ${baud}"/><command text="x"/></console-speed>)"))
                  .find("the last command of <console-speed> sets no speed"),
              std::string::npos);
    EXPECT_NE(all_of(with(R"(<console-speed/>)")).find("sets no speed"), std::string::npos);
    EXPECT_NE(all_of(with(R"(<console-speed><command text="baud ${bode}"/></console-speed>)")).find("is ${baud}"),
              std::string::npos);
    EXPECT_NE(all_of(with(R"(<prepare><command text="baud ${baud}"/></prepare>)")).find("unknown variable"),
              std::string::npos);
}

TEST(PlatformReader, PlatformWithoutConsoleSpeed_NeverRaisesIt) {
    EXPECT_FALSE(may_raise_speed(*shipped("frr"), {"hostname a"}));
    EXPECT_TRUE(may_raise_speed(*shipped("linux"), {"hostname a"}));
    EXPECT_TRUE(may_raise_speed(*shipped("cisco-ios"), {"hostname a", "do show clock", "write"}));
    for (const std::string line : {"do write memory", " do wr", "do copy run start", "do copy running-config flash:"}) {
        EXPECT_FALSE(may_raise_speed(*shipped("cisco-ios"), {"hostname a", line})) << line;
    }
}

TEST(PlatformReader, SeveralMistakes_AreReportedAtOnceEachWithItsPlace) {
    const auto text = all_of(R"(<platform name="toy" home="redy" configure="ready" pacing="1">
  <state name="ready" quiet="30"><prompt match="(unclosed"/></state>
  <transition from="ready" to="nowhere"><type text="{F1}"/></transition>
  <stat name="x"/>
  <erase method="burn"/>
</platform>)");
    EXPECT_NE(text.find("a platform needs <readback>"), std::string::npos) << text;
    EXPECT_NE(text.find("toy.xml:1:22: error: there is no state 'redy'; did you mean 'ready'?"), std::string::npos)
        << text;
    EXPECT_NE(text.find("toy.xml:1:52: error: <platform> has no attribute 'pacing'"), std::string::npos) << text;
    EXPECT_NE(text.find("toy.xml:2:23: error: '30' is no time; write 30ms"), std::string::npos) << text;
    EXPECT_NE(text.find("toy.xml:2:42: error: the regular expression does not compile"), std::string::npos) << text;
    EXPECT_NE(text.find("there is no state 'nowhere'"), std::string::npos) << text;
    EXPECT_NE(text.find("toy.xml:3:47: error: there is no key {F1}"), std::string::npos) << text;
    EXPECT_NE(text.find("toy.xml:4:3: error: <platform> has no element <stat>; did you mean 'state'?"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("toy.xml:5:10: error: 'burn' is not allowed"), std::string::npos) << text;
}

TEST(PlatformReader, StateWithoutAWayHome_NeedsAHint) {
    EXPECT_NE(
        all_of(with(R"(<state name="far"><prompt match="far"/></state>)")).find("no way from state 'far' to 'ready'"),
        std::string::npos);
    EXPECT_TRUE(mistakes_of(with(R"(<state name="far" hint="walk"><prompt match="far"/></state>)")).empty());
}

TEST(PlatformReader, ConfigurationThatNoWayLeadsTo_IsRefused) {
    const auto text = all_of(
        "<platform name='toy' home='ready' configure='config'><state name='ready'><prompt match='a# ?'/></state>"
        "<state name='config'><prompt match='b# ?'/></state><transition from='config' to='ready'><type text='end'/>"
        "</transition><erase method='restore'/><readback command='show'/></platform>");
    EXPECT_NE(text.find("1:35: error: there is no way from state 'ready' to 'config'"), std::string::npos) << text;
}

TEST(PlatformReader, PromptThatAnEmptyLineMatches_IsRefused) {
    const auto text = all_of(with("<state name=\"x\" hint=\"h\"><prompt match=\" ?\"/></state>"));
    EXPECT_NE(text.find("the prompt matches an empty line"), std::string::npos) << text;
}

TEST(PlatformReader, InterfaceVariableOutsideItsPlace_IsRefused) {
    EXPECT_NE(all_of(with(R"(<prepare><command text="shut ${interface}"/></prepare>)")).find("for-each-interface"),
              std::string::npos);
    EXPECT_NE(all_of(with(R"(<prepare><command text="shut ${port}"/></prepare>)")).find("unknown variable"),
              std::string::npos);
}

TEST(PlatformReader, QuestionWithTwoAnswers_IsRefused) {
    EXPECT_NE(
        all_of(
            with(
                R"(<save><command text="w"><question match="\?"><key text="y"/><key text="n"/></question></command></save>)"))
            .find("exactly one answer"),
        std::string::npos);
}

TEST(PlatformReader, HostileInput_IsAMistakeAndNoTrouble) {
    EXPECT_NE(all_of("").find("not well-formed"), std::string::npos);
    EXPECT_NE(all_of("<platform").find("not well-formed"), std::string::npos);
    EXPECT_NE(all_of("<lab/>").find("the root element is 'lab'"), std::string::npos);
    EXPECT_NE(all_of("<!DOCTYPE a [<!ENTITY b \"c\">]><platform/>").find("DOCTYPE"), std::string::npos);
    EXPECT_NE(all_of(std::string("<platform\0/>", 12)).find("control character"), std::string::npos);
    EXPECT_NE(all_of("<platform name=\"\xff\"/>").find("UTF-8"), std::string::npos);
    EXPECT_NE(all_of(std::string(largest_platform_file + 1, ' ')).find("too big"), std::string::npos);
    std::string deep;
    for (int i = 0; i < 100'000; ++i) {
        deep += "<a>";
    }
    EXPECT_FALSE(mistakes_of(deep).empty());
    for (int i = 0; i < 100'000; ++i) {
        deep += "</a>";
    }
    EXPECT_NE(all_of(deep).find("too deep"), std::string::npos);
}

TEST(PlatformReader, FolderThatIsNotThere_IsAMistake) {
    diagnostics mistakes;
    EXPECT_TRUE(library::read({"tests/no-such-folder"}, mistakes).names().empty());
    EXPECT_EQ(mistakes.size(), 1U);
}

TEST(CheckLine, WhatWouldActOnTheConsole_IsRefusedWithTheReason) {
    const auto& ios = *shipped("cisco-ios");
    EXPECT_EQ(check_line(ios, "interface FastEthernet0/0"), std::nullopt);
    EXPECT_EQ(check_line(ios, "description why?"), "a '?' opens help at once on cisco-ios");
    EXPECT_NE(check_line(ios, "a\tb")->find("completes words"), std::string::npos);
    EXPECT_NE(check_line(ios, "a\x13")->find("{^S}"), std::string::npos);
    EXPECT_NE(check_line(ios, std::string(255, 'x'))->find("254"), std::string::npos);
    EXPECT_EQ(check_line(*shipped("linux"), "ls *.?"), std::nullopt);
}

/// The XML blocks of docs/platforms.md behind the heading `from`.
std::vector<std::string> examples_behind(const std::string& from) {
    std::ifstream in("docs/platforms.md");
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    std::vector<std::string> all;
    const std::string fence = "```xml\n";
    for (auto at = text.find(fence, text.find("\n## " + from)); at != std::string::npos; at = text.find(fence, at)) {
        at += fence.size();
        all.push_back(text.substr(at, text.find("```", at) - at));
    }
    return all;
}

// What the first hour builds is read by tests/real/platform/guide_test.py, piece by piece.
TEST(PlatformDocumentation, ExamplesOfTheReference_AreRead) {
    const auto all = examples_behind("The whole of a small router");
    EXPECT_GE(all.size(), 5U);
    for (const auto& example : all) {
        EXPECT_EQ(all_of(example.starts_with("<platform ")
                             ? example
                             : with(R"(<state name="config" hint="h"><prompt match="c#"/></state>
<state name="config-sub" hint="h"><prompt match="s#"/></state><state name="rommon" hint="h"><prompt match="m"/></state>
<state name="setup-dialog" hint="h"><prompt match="d"/></state>
<transition from="ready" to="config"><type text="c"/></transition>
<transition from="config" to="ready"><type text="end"/></transition>
<transition from="config-sub" to="ready"><type text="end"/></transition>)" +
                                    example)),
                  "")
            << example;
    }
}

}  // namespace
}  // namespace rollover::platform
