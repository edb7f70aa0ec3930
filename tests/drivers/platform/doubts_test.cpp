#include "drivers/platform/doubts.h"

#include "drivers/platform/round_trips.h"
#include "tests/drivers/platform/support.h"

#include <gmock/gmock.h>

namespace rollover::platform {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// "line: what" for each.
std::vector<std::string> doubts_of(const std::string& inside) {
    const std::string xml = "<platform name=\"toy\" home=\"ready\" configure=\"ready\">\n" + inside +
                            "<readback command=\"show\"/></platform>";
    diagnostics mistakes;
    const auto d = read_description(xml, "toy.xml", mistakes);
    EXPECT_TRUE(d) << (mistakes.empty() ? "" : to_string(mistakes.front()));
    std::vector<std::string> all;
    for (const auto& one : d ? doubts_about(*d) : diagnostics()) {
        all.push_back(std::to_string(one.place.line) + ": " + one.what);
    }
    return all;
}

const std::string whole =
    "<state name=\"ready\"><prompt match=\"{host}# ?\"/></state>\n<error match=\"^% \"/>\n"
    "<identify><command text=\"v\"><read what=\"model\" match=\"{value}\"/></command></identify>\n";

TEST(Doubts, OfTheShippedFiles_AreNone) {
    for (const auto* name :
         {"arista-eos", "aruba-cx", "bird", "cisco-asa", "cisco-ios", "cisco-iosxr", "cisco-nxos", "frr", "huawei-vrp",
          "junos", "linux", "mikrotik-routeros", "openvswitch", "openwrt", "u-boot", "vyos"}) {
        const auto found = doubts_about(*shipped(name));
        EXPECT_THAT(found, IsEmpty()) << to_string(found.front());
    }
}

TEST(Doubts, OfOneThatSaysAll_AreNone) {
    EXPECT_THAT(doubts_of(whole + "<erase method=\"restore\"/>"), IsEmpty());
}

TEST(Doubts, WhatIsLeftOut_IsTold) {
    EXPECT_THAT(doubts_of("<state name=\"ready\"><prompt match=\"{host}# ?\"/></state>"
                          "<erase method=\"procedure\"><command text=\"erase\"/></erase>"),
                ElementsAre(HasSubstr("a command was rejected"), HasSubstr("cabled to the wrong device"),
                            HasSubstr("an erased device is empty")));
}

TEST(Doubts, QuestionThatIsNotMatchedAtItsEnd_IsTold) {
    EXPECT_THAT(
        doubts_of(whole + "<save>\n<command text=\"save\"><question match=\"sure\"><type text=\"y\"/></question>"
                          "</command></save><erase method=\"restore\"/>"),
        ElementsAre(HasSubstr("6: the question is matched anywhere")));
}

TEST(StartingWays, AreThoseOutOfBootLoaders) {
    const auto& ios = *shipped("cisco-ios");
    std::vector<std::string> from;
    for (const auto way : starting_ways(ios)) {
        from.push_back(ios.transitions[way].from);
    }
    EXPECT_THAT(from, ElementsAre("rommon", "switch-loader"));
}

}  // namespace
}  // namespace rollover::platform
