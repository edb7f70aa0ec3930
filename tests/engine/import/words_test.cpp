#include "engine/import/words.h"

#include <filesystem>
#include <gtest/gtest.h>

namespace rollover::importing::test {
namespace {

TEST(Words, EveryPlatformThatIsNamed_HasItsFile) {
    for (const auto& [spelling, name] : platform_spellings()) {
        EXPECT_TRUE(std::filesystem::exists("drivers/platforms/" + std::string(name) + ".xml")) << spelling;
        EXPECT_EQ(reduced(spelling), spelling);
    }
}

TEST(Words, EveryPlatformThatShips_IsNamedByItself) {
    std::size_t count = 0;
    for (const auto& file : std::filesystem::directory_iterator("drivers/platforms")) {
        if (file.path().extension() == ".xml") {
            const std::string name = file.path().stem().string();
            EXPECT_EQ(platform_named(name).value_or("none"), name);
            ++count;
        }
    }
    EXPECT_GT(count, 10U);
}

TEST(Words, Platforms_AreFoundInOtherSpellings) {
    EXPECT_EQ(platform_named("Cisco IOS-XE"), "cisco-ios");
    EXPECT_EQ(platform_named("cisco_nxos"), "cisco-nxos");
    EXPECT_EQ(platform_named("EOS"), "arista-eos");
    EXPECT_EQ(platform_named("acme-os"), std::nullopt);
    EXPECT_EQ(platform_named(""), std::nullopt);
}

TEST(Words, Names_AreMadeFit) {
    EXPECT_EQ(fitted("edge router #1", model::rules::name), "edge-router-1");
    EXPECT_EQ(fitted("-x", model::rules::name), "x");
    EXPECT_EQ(fitted("\xC5\xBElut\xC3\xBD", model::rules::name), "lut");
    EXPECT_EQ(fitted("--", model::rules::name), "");
    EXPECT_EQ(fitted(std::string(100, 'a'), model::rules::name).size(), 64U);
    EXPECT_EQ(port_name("Serial 0/0/0"), "Serial0/0/0");
}

TEST(Words, LineNumbers_AreTheDigitsOfWhatIsCalledAPort) {
    EXPECT_EQ(line_number("Port 07"), "7");
    EXPECT_EQ(line_number("ttyS3"), "3");
    EXPECT_EQ(line_number("port0"), "0");
    EXPECT_EQ(line_number("12"), "12");
    EXPECT_EQ(line_number("0/1/0"), "0/1/0");
    EXPECT_EQ(line_number("Port 1/2"), "Port-1/2");  // it is not known which of the two counts
}

TEST(Words, ConsolesAndSerialInterfaces_AreKnownByName) {
    for (const auto* name : {"con", "Console", "con 0", "Console0", "RJ45-Console", "console port"}) {
        EXPECT_TRUE(is_console_name(name)) << name;
    }
    for (const auto* name : {"Ethernet0", "Serial0", "connector", "eth0", "", "aux"}) {
        EXPECT_FALSE(is_console_name(name)) << name;
    }
    for (const auto* name : {"Serial0/0/0", "Se0/0", "serial1", "s0/2/0"}) {
        EXPECT_TRUE(is_serial_name(name)) << name;
    }
    for (const auto* name : {"swp1", "so-0/0/0", "Serial", "eth0", "sfp1"}) {
        EXPECT_FALSE(is_serial_name(name)) << name;
    }
}

TEST(Words, Speeds_AreWrittenAsALabFileDoes) {
    EXPECT_EQ(bit_rate(100), "100m");
    EXPECT_EQ(bit_rate(1000), "1g");
    EXPECT_EQ(bit_rate(2500), "2.5g");
    EXPECT_EQ(bit_rate(400000), "400g");
    EXPECT_EQ(bit_rate(1544), "1544m");
}

}  // namespace
}  // namespace rollover::importing::test
