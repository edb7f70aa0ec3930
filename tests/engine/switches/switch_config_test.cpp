#include "engine/switches/switch_config.h"

#include "engine/model/reader.h"

#include <fstream>
#include <gmock/gmock.h>
#include <iterator>

namespace rollover::switches {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

model::lab lab_of(const std::string& passes = "") {
    auto read = model::read_lab(
        "<lab name='ostrava'><site name='main'><converter name='cs' protocol='raw' host='h'><line number='1' port='1'/>"
        "<line number='2' port='2'/></converter><cross-connect name='xc1' kind='openvswitch' bridge='x'/>"
        "<switch name='sw1' platform='cisco-ios'" +
            passes +
            "><trunk port='Gi0/24' cross-connect='xc1' capacity='10g'/></switch>"
            "<device name='r1' platform='p'><console line='cs/1'/><interface name='Fa0/0'><switch-port switch='sw1' "
            "port='Gi0/2' "
            "vlan='102'/></interface><interface name='Fa0/1'><switch-port switch='sw1' port='Gi0/1' "
            "vlan='101'/></interface>"
            "</device><device name='r2' platform='p'><console line='cs/2'/><interface name='e:0'><switch-port "
            "switch='sw1' "
            "port='Gi0/9' vlan='110'/></interface></device></site></lab>",
        "lab.xml");
    for (const auto& m : read.mistakes) {
        ADD_FAILURE() << to_string(m);
    }
    return std::move(read.value.value());
}

std::string rendered(const std::string& text, const std::string& passes = "") {
    const auto lab = lab_of(passes);
    const auto made = switch_config(lab, {0}, text);
    return made ? *made : describe(made.error());
}

TEST(Ranges, NeighboursAreDrawnTogether) {
    EXPECT_EQ(ranges_of({}), "");
    EXPECT_EQ(ranges_of({7}), "7");
    EXPECT_EQ(ranges_of({101, 102, 104, 105, 106, 110}), "101,102,104-106,110");
}

TEST(SwitchConfig, PortsComeInTheOrderOfTheirVlans) {
    EXPECT_EQ(
        rendered(
            "{{switch}} {{lab}} {{site}}:{{#ports}} {{port}}={{vlan}} {{device}} {{interface}} ({{name}});{{/ports}}"),
        "sw1 ostrava main: Gi0/1=101 r1 Fa0/1 (r1-Fa0-1); Gi0/2=102 r1 Fa0/0 (r1-Fa0-0); Gi0/9=110 r2 e:0 (r2-e-0);");
    EXPECT_EQ(rendered("{{#trunks}}{{port}} {{cross-connect}} {{capacity}} {{vlan-list}} "
                       "{{#vlans}}{{vlan}}{{^last}}+{{/last}}{{/vlans}}{{/trunks}}"),
              "Gi0/24 xc1 10g 101,102,110 101+102+110");
}

TEST(SwitchConfig, WhatPasses_IsKnownToTheTemplate) {
    const std::string text = "{{#passes-lldp}}lldp {{/passes-lldp}}{{#passes-stp}}stp{{/passes-stp}}";
    EXPECT_EQ(rendered(text), "lldp stp");
    EXPECT_EQ(rendered(text, " passes='lldp'"), "lldp ");
    EXPECT_EQ(rendered(text, " passes=''"), "");
}

TEST(SwitchConfig, TemplateThatIsNone_IsAMistake) {
    EXPECT_THAT(rendered("{{#ports}}never closed"), HasSubstr("no Mustache"));
}

TEST(SwitchConfig, ShippedTemplates_NameEveryPortAndVlan) {
    for (const char* platform : {"arista-eos", "cisco-ios", "junos", "openvswitch"}) {
        std::ifstream in(std::string("drivers/switches/") + platform + ".mustache");
        const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
        const std::string config = rendered(text);
        for (const char* word : {"sw1", "Gi0/1", "Gi0/2", "Gi0/9", "Gi0/24", "101", "102", "110"}) {
            EXPECT_THAT(config, HasSubstr(word)) << platform;
        }
        EXPECT_THAT(config, Not(HasSubstr("{{"))) << platform;
        const bool tunnels =
            config.find("dot1q-tunnel") != std::string::npos || config.find("mac-rewrite") != std::string::npos;
        EXPECT_TRUE(tunnels) << platform;
        EXPECT_THAT(rendered(text, " passes=''"), Not(HasSubstr("dot1q-tunnel"))) << platform;
    }
}

}  // namespace
}  // namespace rollover::switches
