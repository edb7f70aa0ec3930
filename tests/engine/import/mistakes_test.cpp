// What is wrong in the input is said with its file and line, all of it at once; then there is no draft.
#include "engine/model/reader.h"
#include "tests/engine/import/support.h"

#include <gtest/gtest.h>

namespace rollover::importing::test {
namespace {

std::string wrong_in(source from, const std::string& text) {
    const auto report = import_text(from, text);
    EXPECT_TRUE(report.errors.empty() != report.xml.empty()) << text;
    return short_of(report.errors);
}

const std::string head = "a-device,a-port,a-kind,b-device,b-port,b-kind,vlan,platform\n";

TEST(CablesCsv, PortWithTwoCables_IsAMistakeAtTheSecond) {
    const auto report = import_text(source::csv, head + "r1,e0,,sw1,1,switch,1,\nr2,e0,,sw1,1,switch,2,\n");
    EXPECT_EQ(text_of(report.errors),
              "in:3: port \"1\" of \"sw1\" has a cable already; the other one is at in:2; a port has one cable: "
              "correct the wrong one\n");
}

TEST(CablesCsv, SameCableTwice_IsOneCable) {
    const auto report = import_text(source::csv, head + "r1,e0,,r2,e0,,,\nr2,e0,,r1,e0,,,\n");
    EXPECT_EQ(text_of(report.errors), "");
    EXPECT_EQ(report.xml.find("<wire"), report.xml.rfind("<wire"));
}

TEST(CablesCsv, Contradictions_NameBothPlaces) {
    EXPECT_EQ(text_of(import_text(source::csv, head + "r1,e0,device,r2,e0,,,junos\nr1,e1,switch,r2,e1,,,frr\n").errors),
              "in:3: \"r1\" is a switch here and a device elsewhere; the other one is at in:2; correct the wrong one\n"
              "in:3: the platform of \"r1\" is \"frr\" here and \"junos\" elsewhere; the other one is at in:2; correct "
              "the wrong one\n");
}

TEST(CablesCsv, EachMistake_IsToldAtOnce) {
    EXPECT_EQ(
        wrong_in(
            source::csv,
            head + "r1,e0,,r2,e0,,4095,\nr1,e1,,,e1,,,\nr1,e2,box,r3,e0,,,\nr1,e3\nr1,,,r2,e9,,,\nr4,a,,r4,a,,,\n"),
        "in:2: VLAN \"4095\"\n"
        "in:3: an end without a device\n"
        "in:4: kind \"box\"\n"
        "in:5: 2 fields, but the header has 8\n"
        "in:6: the end at \"r1\" has no port\n"
        "in:7: both ends are port \"a\" of \"r4\"\n");
}

TEST(CablesCsv, Headers_AreTolerantButNotDeaf) {
    const auto report = import_text(source::csv, "A_DEVICE, a port ,B-Device,bPort,lenght\n");
    EXPECT_EQ(text_of(report.errors), "in:1: there is no column \"lenght\"; is it \"length\"?\n");
    EXPECT_EQ(wrong_in(source::csv, "device,from,port,peer,peerport\n"),
              "in:1: columns \"device\" and \"from\" mean the same\n");
    EXPECT_EQ(wrong_in(source::csv, "a-device,b-device\nr1,r2\n"),
              "in:1: there is no column a-port\nin:1: there is no column b-port\n");
    EXPECT_EQ(wrong_in(source::csv, ""), "in:1: it has no header\n");
    EXPECT_EQ(wrong_in(source::csv, head), "in: it says nothing of a lab\n");
    EXPECT_EQ(wrong_in(source::csv, std::string(300, ',') + "a\n"), "in:1: 301 columns\n");
}

TEST(Virtlab, EachMistake_IsToldAtOnce) {
    EXPECT_EQ(wrong_in(source::virtlab,
                       "pc1@a:eth0 11\npc1@a:eth0 12\npc2@a:eth0 0\npc3@a 7\npc4@a:eth0\npc5@a:eth0 5000 # VLAN\n"),
              "in:2: a second line for pc1@a:eth0\n"
              "in:3: VLAN \"0\"\n"
              "in:4: \"pc3@a\" is not the name of an interface\n"
              "in:5: 1 words\n"
              "in:6: VLAN \"5000\"\n");
    EXPECT_EQ(wrong_in(source::virtlab, "hello there world\n"), "in:1: none of Virtlab's files begins like this\n");
    EXPECT_EQ(wrong_in(source::virtlab, "pc1@a:eth0 10.0.0.1 Fa0/1\npc2@a:eth0 10.0.0.1 Fa0/1\n"),
              "in:2: port \"Fa0/1\" of \"vlmux-10.0.0.1\" has a cable already\n");
    EXPECT_EQ(wrong_in(source::virtlab, "r1@a:s0 10.0.0.1\nr2@a:s0 10.0.0.1\nr3@a:s0 ten\n"),
              "in:2: port \"1\" of \"se-10.0.0.1\" has a cable already\nin:3: \"ten\" is not an address\n");
    EXPECT_EQ(wrong_in(source::virtlab, "# nothing\n\n"), "in: it says nothing of a lab\n");
}

TEST(Virtlab, KindOfAFile_IsKnownByItsNameFirst) {
    const auto report = draft_lab(source::virtlab, {{"old/tunservers.conf", "pc1@a:eth0 11\n"}}, {});
    EXPECT_EQ(text_of(report.errors),
              "old/tunservers.conf:1: \"pc1@a:eth0 11\"; a line of tunservers.conf is SITE IP\n");
}

TEST(Virtlab, LastLineWithoutItsEnd_IsReadAndTold) {
    const auto report = import_text(source::virtlab, "pc1@a:eth0 11\npc2@a:eth0 12");
    EXPECT_EQ(text_of(report.errors), "");
    EXPECT_EQ(text_of(report.left_out), "in:2: the last line does not end; it was read; is the file whole?\n");
    EXPECT_NE(report.xml.find("pc2"), std::string::npos);
}

TEST(Draft, MistakesThatOnlyTheReaderSees_AreToldAtTheirRow) {
    const std::string rows =
        head + "sw1,24,switch,xc1,p1,cross-connect,,\nr1,e0,,sw1,1,,7,linux\nr2,e0,,sw1,2,,7,linux\n";
    const auto report = import_text(source::csv, rows);
    EXPECT_EQ(text_of(report.errors), "");
    EXPECT_NE(short_of(report.incomplete)
                  .find("in:4: <switch-port switch=\"sw1\">: VLAN 7 on cross-connect xc1 is already used"),
              std::string::npos)
        << short_of(report.incomplete);
}

TEST(Draft, WhatIsTheSameOfManyElements_IsToldOnce) {
    std::string rows = "a-device,a-port,a-kind,b-device,b-port,b-kind\n";
    for (int i = 1; i <= 48; ++i) {
        rows += "r" + std::to_string(i) + ",con,device,cs1," + std::to_string(i) + ",converter\n";
    }
    const auto text = short_of(import_text(source::csv, rows).incomplete);
    EXPECT_NE(text.find("<line> has no attribute \"port\" (line 8 of the draft) (and the same 47 more times after it)"),
              std::string::npos)
        << text;
}

TEST(Draft, TextOfTheInput_EndsNoComment) {
    const auto report = import_text(
        source::csv, "a-device,a-port,b-device,b-port,platform\n\"r--><x/>\x07 \",e0,r2,e0,\"p-->&<!--\"\n");
    EXPECT_EQ(text_of(report.errors), "");
    const auto mistakes = model::read_lab(report.xml, "draft").mistakes;
    EXPECT_EQ(mistakes.size(), 4U) << text_of(mistakes);  // the platforms and consoles: the form is good
    EXPECT_EQ(report.xml.find("--><x"), std::string::npos);
    EXPECT_EQ(report.xml.find("-->&"), std::string::npos);
}

}  // namespace
}  // namespace rollover::importing::test
