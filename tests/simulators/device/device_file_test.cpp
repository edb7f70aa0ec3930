// Files that describe a simulated device: the shipped ones, and what is said about wrong ones.
#include "simulators/device/scripted/library.h"
#include "walk_bench.h"

namespace rollover::sim {
namespace {

using testing::HasSubstr;

std::string mistakes_in(std::string_view inside) {
    diagnostics found;
    const std::string whole =
        "<simulator platform=\"mine\" hostname=\"box\">\n" + std::string(inside) + "</simulator>\n";
    EXPECT_FALSE(read_device_file(whole, "mine.xml", found));
    std::string all;
    for (const diagnostic& one : found) {
        all += to_string(one) + "\n";
    }
    return all;
}

constexpr std::string_view exec = "<mode name=\"exec\" prompt=\"${hostname}> \"/>\n";

TEST(DeviceFile, ShippedOnes_AreAllRead) {
    std::size_t count = 0;
    for (const scripted::built_in_file& file : scripted::built_in_files()) {
        diagnostics found;
        const auto read = read_device_file(file.xml, std::string(file.platform) + ".xml", found);
        EXPECT_TRUE(read) << (found.empty() ? std::string(file.platform) : to_string(found.front()));
        EXPECT_TRUE(!read || read->platform == file.platform);
        ++count;
    }
    EXPECT_GE(count, 2U);
}

TEST(DeviceFile, Mistakes_SayWhereWhatAndHowToMend) {
    EXPECT_THAT(mistakes_in(""), HasSubstr("mine.xml:1:"));
    EXPECT_THAT(mistakes_in(""), HasSubstr("at least one <mode>"));
    EXPECT_THAT(mistakes_in(std::string(exec) + "<comand in=\"exec\" pattern=\"show\"/>"), HasSubstr("mine.xml:3:"));
    const auto no_mode = mistakes_in(std::string(exec) + "<command in=\"exce\" pattern=\"show\"/>");
    EXPECT_THAT(no_mode, HasSubstr("mine.xml:3:"));
    EXPECT_THAT(no_mode, HasSubstr("there is no mode \"exce\" above"));
    const auto no_act =
        mistakes_in(std::string(exec) + "<command in=\"exec\" pattern=\"wr\"><act do=\"svae\"/></command>");
    EXPECT_THAT(no_act, HasSubstr("there is no act \"svae\""));
    EXPECT_THAT(no_act, HasSubstr("save"));
    EXPECT_THAT(mistakes_in(std::string(exec) + "<login><print>${nobody}</print></login>"),
                HasSubstr("mine.xml:3:8: error: nothing gives a value to ${nobody}"));
    EXPECT_THAT(mistakes_in(std::string(exec) + "<login><play part=\"x\"/></login>"),
                HasSubstr("there is no part \"x\""));
    EXPECT_THAT(mistakes_in(std::string(exec) + "<settings mode=\"exec\">\n  hostname WORD [bold]\n</settings>"),
                HasSubstr("mine.xml:4:"));
}

TEST(DeviceFile, SettingWithAModeThatIsNotThere_IsAMistake) {
    EXPECT_THAT(mistakes_in(std::string(exec) + "<settings mode=\"exec\">\n  vlan (1-4094) -> vlan\n</settings>"),
                HasSubstr("mine.xml:4:1: error: there is no mode \"vlan\""));
}

TEST(DeviceFile, HostileOnes_AreRefusedWithoutHarm) {
    std::string nested = std::string(exec) + "<login>";
    for (int n = 0; n < 12; ++n) {
        nested += "<ask><answer>";
    }
    for (int n = 0; n < 12; ++n) {
        nested += "</answer></ask>";
    }
    EXPECT_THAT(mistakes_in(nested + "</login>"), HasSubstr("nested too deeply"));
    diagnostics found;
    EXPECT_FALSE(read_device_file("", "mine.xml", found));
    EXPECT_FALSE(found.empty());
}

}  // namespace
}  // namespace rollover::sim
