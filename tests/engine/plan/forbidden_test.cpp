// What the operator of a lab forbids, in topologies and in plans: also what only the arguments make of a line.
#include "engine/model/reader.h"
#include "engine/plan/plan.h"

#include <gtest/gtest.h>

namespace rollover::plan {
namespace {

constexpr auto lab_text = R"(<lab name="l">
  <forbid platform="cisco-ios" command="reload" because="it takes ten minutes"/>
  <forbid match="\berase\b"/>
  <site name="s">
    <converter name="c" protocol="raw" host="192.0.2.1"><line number="1" port="4001"/></converter>
    <device name="r1" platform="cisco-ios"><console line="c/1"/></device>
  </site>
</lab>)";

std::string topology_text(const std::string& line, const std::string& check = "show version") {
    return "<topology name=\"t\">\n  <parameter name=\"what\" default=\"hostname a\"/>\n  <node name=\"A\">\n"
           "    <require platform=\"cisco-ios\"/>\n    <config>\n      " +
           line + "\n    </config>\n    <check command=\"" + check + "\" expect=\"x\"/>\n  </node>\n</topology>";
}

struct both {
    model::lab lab;
    model::topology topology;
};

both read(const std::string& topology) {
    auto l = model::read_lab(std::string_view(lab_text), "l.xml");
    auto t = model::read_topology(std::string_view(topology), "t.xml");
    EXPECT_TRUE(l.value && t.value);
    return {std::move(*l.value), std::move(*t.value)};
}

std::string checked(const std::string& topology) {
    const auto in = read(topology);
    std::string out;
    for (const auto& one : check_forbidden(in.lab, in.topology)) {
        out += to_string(one.place) + ": " + one.what + "\n";
    }
    return out;
}

std::string planned(const std::string& topology, const model::arguments& given) {
    const auto in = read(topology);
    platform::library platforms;
    platform::description ios;
    ios.name = "cisco-ios";
    for (const char* name : {"exec", "config"}) {
        ios.states.emplace_back().name = name;
    }
    ios.home = "exec";
    ios.config_state = "config";
    platforms.add(ios);
    placement::placement placed;
    placed.devices = {model::device_index{0}};
    diagnostics mistakes;
    const auto made = make_plan(in.lab, in.topology, given, placed, platforms, mistakes);
    EXPECT_EQ(made.has_value(), mistakes.empty());
    std::string out;
    for (const auto& one : mistakes) {
        out += to_string(one.place) + ": " + one.what + "\n";
    }
    return out;
}

TEST(ForbiddenInPlan, Check_NamesThePlace) {
    EXPECT_EQ(checked(topology_text("do rel")),
              "t.xml:6:7: this is not typed in lab l: 'reload' is forbidden: it takes ten minutes\n");
    EXPECT_EQ(checked(topology_text("hostname a", "write erase")),
              "t.xml:8:5: this is not typed in lab l: '/\\berase\\b/' is forbidden\n");
    EXPECT_EQ(checked(topology_text("hostname a")), "");
}

TEST(ForbiddenInPlan, Arguments_AreSeenWhenTheyAreKnown) {
    const auto by_argument = topology_text("${what}");
    EXPECT_EQ(checked(by_argument), "");
    EXPECT_EQ(planned(by_argument, {}), "");
    EXPECT_EQ(planned(by_argument, {{"what", "reload"}}),
              "t.xml:6:7: this is not typed on cisco-ios in lab l: 'reload' is forbidden: it takes ten minutes\n");
    EXPECT_NE(planned(by_argument, {{"what", "hostname a\rreload"}}), "") << "a CR would end the line";
    EXPECT_NE(planned(by_argument, {{"what", "x\x15reload"}}), "");
    EXPECT_NE(planned(topology_text("do ${what}"), {{"what", " rel "}}), "");
    EXPECT_NE(planned(topology_text("hostname a", "${what}"), {{"what", "reload"}}), "");
}

TEST(ForbiddenInPlan, UnknownPlatform_IsTold) {
    const auto in = read(topology_text("hostname a"));
    const platform::library none;
    const auto wrong = check_forbid_elements(in.lab, none);
    ASSERT_EQ(wrong.size(), 1U);
    EXPECT_EQ(to_string(wrong[0].place), "l.xml:2:3");
}

TEST(ForbiddenInPlan, LabReader_RefusesWhatForbidsNothingOrAll) {
    for (const char* wrong : {R"(<forbid/>)", R"(<forbid command="a" match="b"/>)", R"(<forbid match="("/>)",
                              R"(<forbid match="x*"/>)", R"(<forbid command=" "/>)"}) {
        std::string text = lab_text;
        text.insert(text.find("  <site"), wrong);
        const auto read = model::read_lab(std::string_view(text), "l.xml");
        EXPECT_FALSE(read.value) << wrong;
    }
}

}  // namespace
}  // namespace rollover::plan
