#include "drivers/platform/examine.h"

#include "drivers/platform/patterns.h"
#include "drivers/platform/reachability.h"
#include "drivers/platform/samples.h"
#include "tests/drivers/platform/support.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace rollover::platform {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A small platform without any mistake; `in_it` stands in line 8 and the following.
std::string toy(const std::string& in_it) {
    return R"(<platform name="toy" home="ready" configure="config">
  <state name="config"><prompt match="{host}\(cfg\)# ?"/></state>
  <state name="ready"><prompt match="{host}# ?"/></state>
  <transition from="ready" to="config"><type text="configure"/></transition>
  <transition from="config" to="ready"><type text="end"/></transition>
  <erase method="restore"/>
  <readback command="show"/> <error match="^% "/> <identify><command text="v"><read what="model" match="{value}"/></command></identify>
)" + in_it +
           "\n</platform>";
}

std::string text_of(const diagnostics& all, const char* kind) {
    std::string text;
    for (const auto& one : all) {
        text += to_string(one, kind) + "\n";
    }
    return text;
}

/// Everything that `rollover platform check` prints of the file.
std::string found_in(const std::string& xml) {
    diagnostics mistakes;
    const auto d = read_description(xml, "toy.xml", mistakes);
    if (!d) {
        return text_of(mistakes, "error");
    }
    const auto found = examine(*d);
    return text_of(found.errors, "error") + text_of(found.warnings, "warning");
}

TEST(Examine, FileWithoutMistake_NothingIsFound) {
    EXPECT_EQ(found_in(toy("")), "");
}

TEST(Examine, ShippedFiles_NothingIsFound) {
    for (const auto* name :
         {"arista-eos", "aruba-cx", "bird", "cisco-asa", "cisco-ios", "cisco-iosxr", "cisco-nxos", "frr", "huawei-vrp",
          "junos", "linux", "mikrotik-routeros", "openvswitch", "openwrt", "u-boot", "vyos"}) {
        const auto found = examine(*shipped(name));
        EXPECT_EQ(text_of(found.errors, "error") + text_of(found.warnings, "warning"), "");
    }
}

TEST(Examine, RootShellsOfRouters_AreNotTakenForRouters) {
    for (const auto& [name, state] : {std::pair("frr", "shell"), {"arista-eos", "bash"}, {"cisco-nxos", "bash"}}) {
        const auto& d = *shipped(name);
        for (const auto* prompt : {"bash-4.2# ", "bash-5.2$ "}) {
            const auto seen = d.compiled->prompt_of(prompt);
            ASSERT_TRUE(seen) << name << prompt;
            EXPECT_EQ(d.states[seen->state].name, state) << name << prompt;
        }
        EXPECT_EQ(d.states[d.compiled->prompt_of("bash-lab# ")->state].name, d.home) << name;
    }
}

TEST(Reachability, NoWayHome_IsAnErrorWithoutAHint) {
    const std::string monitor = R"(<state name="monitor" HINT><prompt match="mon&gt; ?"/></state>)";
    const auto with = [&](const std::string& hint) { return std::string(monitor).replace(22, 4, hint); };
    EXPECT_EQ(found_in(toy(with(""))),
              "toy.xml:8:1: error: there is no way from state 'monitor' to 'ready'; add a <transition>, or a hint "
              "attribute for the person who has to do it by hand\n");
    EXPECT_EQ(found_in(toy(with("hint='reinstall it'"))), "");
    diagnostics none;
    EXPECT_THAT(dead_ends(*read_description(toy(with("hint='reinstall it'")), "toy.xml", none)),
                ElementsAre("monitor"));
}

TEST(Reachability, NoWayToTheConfiguration_IsAnErrorAtTheAttribute) {
    auto xml = toy("");
    xml.erase(xml.find("  <transition from=\"ready\""), std::string_view("  <transition from=\"ready\" to=\"config\">"
                                                                         "<type text=\"configure\"/></transition>\n")
                                                            .size());
    EXPECT_EQ(
        found_in(xml),
        "toy.xml:1:35: error: there is no way from state 'ready' to 'config', where configuration lines are typed; add "
        "a <transition from=\"ready\" to=\"config\">\n");
}

TEST(Reachability, NoWayBackFromTheConfiguration_AHintIsNotEnough) {
    EXPECT_THAT(
        found_in(toy(R"(<state name="sub" configuring="true" hint="type end"><prompt match="sub&gt; ?"/></state>)")),
        AllOf(HasSubstr("toy.xml:8:1: error: configuration lines are typed in state 'sub', and there is no way "
                        "back to 'ready'"),
              HasSubstr("a hint is not enough here")));
}

TEST(Reachability, CommandWhereNothingLeads_IsAnErrorAtTheCommand) {
    const std::string monitor = R"(<state name="monitor" hint="by hand"><prompt match="mon&gt; ?"/></state>)";
    EXPECT_THAT(found_in(toy(monitor + "\n<save><command text='flush' in='monitor'/></save>")),
                HasSubstr("toy.xml:9:7: error: the command is typed in state 'monitor', and no way leads there from "
                          "'ready'"));
    EXPECT_THAT(found_in(toy(monitor + "\n<save><command text='monitor' ends-in='monitor'/></save>")),
                HasSubstr("toy.xml:9:7: error: the last command ends in state 'monitor', and there is no way home"));
    EXPECT_EQ(found_in(toy(monitor + "\n<save><command text='monitor' ends-in='monitor'/><command text='flush' "
                                     "in='monitor'/><command text='quit' ends-in='ready'/></save>")),
              "");
}

TEST(Reachability, RecoveryThatEndsNowhere_IsAnError) {
    const std::string monitor = R"(<state name="monitor" hint="by hand"><prompt match="mon&gt; ?"/></state>
<recover><interrupt match="^Boot" until="monitor"><break/></interrupt>)";
    EXPECT_THAT(found_in(toy(monitor + "</recover>")),
                HasSubstr("the last command ends in state 'monitor', and there is no way home from it"));
    EXPECT_EQ(found_in(toy(monitor + "<command text='reset' in='monitor' boots='true'/></recover>")), "");
}

TEST(Reachability, WayThatNobodyGoes_IsAWarning) {
    const std::string far = R"(<state name="far" hint="by hand"><prompt match="far&gt; ?"/></state>)";
    EXPECT_THAT(found_in(toy(far + "\n<transition from='ready' to='far'><type text='leave'/></transition>")),
                HasSubstr("toy.xml:9:1: warning: nothing ever goes from 'ready' to 'far'"));
    EXPECT_THAT(found_in(toy("<transition from='ready' to='ready'><type text=''/></transition>")),
                HasSubstr("toy.xml:8:1: warning: nothing ever goes from 'ready' to 'ready'"));
    EXPECT_EQ(found_in(toy("<state name='login'><prompt match='login: '/></state>\n"
                           "<transition from='login' to='ready'><type answer='user'/></transition>")),
              "");
}

TEST(Reachability, SameWayTwice_IsAWarning) {
    EXPECT_THAT(found_in(toy("<transition from='config' to='ready'><type text='end'/></transition>")),
                HasSubstr("toy.xml:8:1: warning: this transition stands at line 5 already"));
    EXPECT_EQ(found_in(toy("<transition from='config' to='ready'><type text='exit'/></transition>")), "");
}

TEST(Recognition, SamePromptInTwoStates_IsAnErrorAtTheSecond) {
    EXPECT_EQ(found_in(toy("<state name='user'><prompt match='{host}# ?'/></state>\n"
                           "<transition from='user' to='ready'><type text='enable'/></transition>")),
              "toy.xml:8:20: error: this prompt of state 'user' never counts: \"r1#\" is taken for state 'ready' (line "
              "3); put the state 'user' before it, or make one of the two expressions narrower\n");
}

TEST(Recognition, PromptThatAHostNameMatchesToo_IsAWarningOnlyWhereTheNameWins) {
    const auto shell = [](const char* expression) {
        return fmt::format(
            "<state name='shell'><prompt match='{}'/></state>\n"
            "<transition from='shell' to='ready'><type text='exit'/></transition>",
            expression);
    };
    EXPECT_THAT(found_in(toy(shell(R"(bash-[\d.]+[#$] ?)"))),
                AllOf(HasSubstr("toy.xml:8:21: warning: \"bash-1#\" is taken for state 'ready' (line 3)"),
                      testing::Not(HasSubstr("error"))));
    auto first = toy("");
    first.insert(first.find("  <state name=\"config\""), shell(R"(bash-[\d.]+[#$] ?)"));
    EXPECT_EQ(found_in(first), "");
}

TEST(Recognition, SameBannerInTwoStates_IsAnError) {
    EXPECT_THAT(found_in(toy("<state name='boot'><banner match='^Booting (?:a|b)'/></state>\n"
                             "<state name='start'><banner match='^Booting a'/></state>\n"
                             "<transition from='boot' to='ready'/><transition from='start' to='ready'/>")),
                HasSubstr("toy.xml:9:21: error: this banner of state 'start' never counts"));
}

TEST(Recognition, PromptThatIsAPagerOrALogLine_IsAnError) {
    EXPECT_THAT(found_in(toy("<pager match='.*# ?'/>")), HasSubstr("is taken for a <pager>"));
    EXPECT_THAT(found_in(toy("<log-line match='#.*'/>")), HasSubstr("is taken for a <log-line>"));
}

TEST(Examine, WhatHasNoUse_IsAWarning) {
    EXPECT_THAT(found_in(toy("<state name='quote' incomplete='true'><prompt match='&gt; ?'/></state>\n"
                             "<transition from='quote' to='ready'><key text='{^C}'/></transition>")),
                HasSubstr("toy.xml:8:1: warning: incomplete of state 'quote' is without effect"));
    EXPECT_THAT(found_in(toy("<prepare><command text='a' after-output='b'/></prepare>")),
                HasSubstr("toy.xml:8:10: warning: the first command of <prepare> is never typed"));
    EXPECT_THAT(found_in(toy("<config-line match='reload' limit='1s'/>\n<config-line match='reload' limit='2s'/>")),
                HasSubstr("toy.xml:9:1: warning: this <config-line> never counts: line 8"));
    auto xml = toy("");
    xml.replace(xml.find("<erase method=\"restore\"/>"), 25, "<erase/>");
    EXPECT_THAT(found_in(xml), AllOf(HasSubstr("toy.xml:6:3: warning: <erase> has no command"),
                                     HasSubstr("nothing proves that an erased device is empty")));
    xml = toy("");
    xml.replace(xml.find("<readback command=\"show\"/>"), 26,
                "<readback command=\"show\"><masked match=\"secret .*\"/></readback>");
    EXPECT_THAT(found_in(xml), HasSubstr("toy.xml:7:3: warning: the <masked> line \"secret .*\" does not say"));
    xml.replace(xml.find("command=\"show\""), 14, "command=\"show\" compared=\"false\"");
    EXPECT_THAT(found_in(xml), HasSubstr("<unshown> and <masked> are without effect"));
    xml = toy("");
    xml.insert(xml.find(" configure="), " pager-key=\"f\"");
    EXPECT_THAT(found_in(xml), HasSubstr("pager-key and pager-leave are without effect"));
}

TEST(Samples, OfAlternativesOptionsAndClasses_AreAllThere) {
    EXPECT_THAT(samples_of("a|bc?"), testing::UnorderedElementsAre("a", "b", "bc"));
    EXPECT_THAT(samples_of(R"([^a-z]\d\.)"), Contains("11."));
    EXPECT_THAT(samples_of("(?P<host>[a-z-0-9.]+)# ?"),
                testing::UnorderedElementsAre("r1#", "r1# ", "sw-1.lab#", "sw-1.lab# "));
    EXPECT_THAT(samples_of(R"(^(?i)x{2,3}\x{3e}$)"), testing::UnorderedElementsAre("xx>", "xxx>"));
    EXPECT_THAT(samples_of("(?:ab)*"), testing::UnorderedElementsAre("", "ab", "abab"));
}

TEST(Samples, EachMatchesItsExpression) {
    for (const auto* expression : {R"(rommon ?\d* ?> ?)", R"(.*\[confirm\] ?)", R"([[:alpha:]]+\)# ?)", R"([])x]+)",
                                   R"(\[[^\]@]+@[^\]]*\] > ?)"}) {
        const pattern_set match({expression}, pattern_set::match::whole);
        const auto all = samples_of(expression);
        EXPECT_FALSE(all.empty()) << expression;
        EXPECT_TRUE(std::all_of(all.begin(), all.end(), [&](const std::string& text) { return match.any(text); }));
    }
}

TEST(Samples, HostileExpressions_CostLittle) {
    std::string deep;
    std::string wide = "(?:a|b)";
    for (int i = 0; i < 500; ++i) {
        deep = "(?:" + deep + "x)?";
        wide += "(?:a|b|[cd]+)?";
    }
    EXPECT_THAT(samples_of(deep), IsEmpty());
    EXPECT_LE(samples_of(wide).size(), 64U);
    EXPECT_THAT(samples_of("(unclosed"), IsEmpty());
    EXPECT_THAT(samples_of(R"(\pL+)"), IsEmpty());
    EXPECT_THAT(samples_of(R"(x{900})"), IsEmpty());
}

}  // namespace
}  // namespace rollover::platform
