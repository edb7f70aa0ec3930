// Who a device is: what the shipped platforms read, from the words of real devices, and how pins are compared.
#include "drivers/platform/identity.h"

#include "tests/drivers/platform/support.h"

namespace rollover::platform {
namespace {

/// What a platform makes of the answers to its own questions, by command; an absent one is empty.
identity identity_from(std::string_view platform, const std::map<std::string, std::string>& answers) {
    identity all;
    for (const auto& command : shipped(platform)->identify) {
        const auto answer = answers.find(command.run.command);
        take_identity(command, answer == answers.end() ? "" : answer->second, all);
    }
    return all;
}

identity ios_from(const std::string& show_version) {
    return identity_from("cisco-ios", {{"show version", show_version}});
}

// The forms of the lines are those of Cisco's "Hardware Installation" and "Configuration Fundamentals" guides.
TEST(Identity, IosRouter_SaysAllThree) {
    EXPECT_EQ(
        ios_from("Cisco IOS Software, 2800 Software (C2800NM-IPBASE-M), Version 12.4(15)T1, RELEASE SOFTWARE (fc2)\n"
                 "Cisco 2811 (revision 49.46) with 251904K/10240K bytes of memory.\n"
                 "Processor board ID FTX1145A1VK\n"),
        (identity{"FTX1145A1VK", "2811", "12.4(15)T1"}));
}

TEST(Identity, OldIosRouter_HasASecondNumberBehindTheBoards) {
    EXPECT_EQ(ios_from("IOS (tm) C2600 Software (C2600-I-M), Version 12.2(28), RELEASE SOFTWARE (fc5)\n"
                       "cisco 2621 (MPC860) processor (revision 0x200) with 60416K/5120K bytes of memory.\n"
                       "Processor board ID JAD041504KS (1384525306)\n"),
              (identity{"JAD041504KS", "2621", "12.2(28)"}));
}

TEST(Identity, IosSwitch_SaysItsSystemSerialNumberFirst) {
    EXPECT_EQ(
        ios_from("Cisco IOS Software, C2960 Software (C2960-LANBASE-M), Version 12.2(25)SEE3, RELEASE SOFTWARE (fc2)\n"
                 "cisco WS-C2960-24TT-L (PowerPC405) processor (revision B0) with 61440K/4088K bytes of memory.\n"
                 "Processor board ID FOC1010X105\n"
                 "Model number                    : WS-C2960-24TT-L\n"
                 "System serial number            : FOC1010X104\n"),
        (identity{"FOC1010X104", "WS-C2960-24TT-L", "12.2(25)SEE3"}));
}

TEST(Identity, LinuxHost_WhoseMakerLeftTheSerialNumberOut_HasThatOfItsInstallation) {
    EXPECT_EQ(
        identity_from("linux", {{"cat /sys/class/dmi/id/product_serial 2>/dev/null", "To Be Filled By O.E.M.\n"},
                                {"cat /etc/machine-id 2>/dev/null", "4f6d1cb24f1a4bbd8d5f0b2c7f1f1a11\n"},
                                {"cat /sys/class/dmi/id/product_name /proc/device-tree/model 2>/dev/null", "APU2\n"},
                                {"uname -r", "6.1.0-18-amd64\n"}}),
        (identity{"4f6d1cb24f1a4bbd8d5f0b2c7f1f1a11", "APU2", "6.1.0-18-amd64"}));
    EXPECT_EQ(identity_from("linux", {{"cat /sys/class/dmi/id/product_serial 2>/dev/null", " 1225874 \n"},
                                      {"cat /etc/machine-id 2>/dev/null", "4f6d1cb24f1a4bbd8d5f0b2c7f1f1a11\n"}})
                  .serial_number,
              "1225874");
}

TEST(Identity, Frr_KnowsNothingOfItsBox) {
    EXPECT_EQ(identity_from("frr", {{"show version", "FRRouting 8.4.4 (r1) on Linux(6.1.0-18-amd64).\n"}}),
              (identity{"", "", "8.4.4"}));
    EXPECT_FALSE(reads(*shipped("frr"), identity_part::serial_number));
    EXPECT_TRUE(reads(*shipped("linux"), identity_part::serial_number));
}

TEST(Identity, Models_AreComparedByLettersAndWholeNumbers) {
    for (const auto& [pinned, found] : std::vector<std::pair<std::string, std::string>>{{"2811", "CISCO2811"},
                                                                                        {"2811", "2811"},
                                                                                        {"Cisco 2811", "2811"},
                                                                                        {"cisco 2811", "CISCO2811"},
                                                                                        {"3750", "WS-C3750G-24TS"},
                                                                                        {"ISR4331", "ISR4331/K9"}}) {
        EXPECT_TRUE(same_model(pinned, found)) << pinned << " " << found;
    }
    for (const auto& [pinned, found] : std::vector<std::pair<std::string, std::string>>{
             {"281", "2811"}, {"811", "2811"}, {"2801", "2811"}, {"2811", "C2811V2911"}, {"a", ""}, {"-", "2811"}}) {
        EXPECT_EQ(same_model(pinned, found), found == "C2811V2911") << pinned << " " << found;
    }
    EXPECT_TRUE(same_serial_number("ftx1", " FTX1"));
    EXPECT_FALSE(same_serial_number("FTX1", "FTX11"));
}

TEST(Identity, Reader_SaysWhatIsWrong) {
    const auto mistakes_of = [](const std::string& inside) {
        diagnostics mistakes;
        const auto d = read_description(R"(<platform name="toy" home="ready" configure="ready">
  <state name="ready"><prompt match="{host}&gt; ?"/></state>
  <erase method="restore"/>
  <readback command="show"/>
)" + inside + "</platform>",
                                        "toy.xml", mistakes);
        std::string text;
        for (const auto& m : mistakes) {
            text += to_string(m) + "\n";
        }
        return text;
    };
    EXPECT_EQ(
        mistakes_of(
            R"(<identify><command text="who"><read what="model" match="is {value}" unless="no"/></command></identify>)"),
        "");
    EXPECT_NE(mistakes_of("<identify/>").find("<identify> has no <command>"), std::string::npos);
    EXPECT_NE(mistakes_of(R"(<identify><command text="who"/></identify>)").find("nothing is read from this command"),
              std::string::npos);
    EXPECT_NE(mistakes_of(R"(<identify><command text="a"><read what="modell" match="{value}"/></command></identify>)")
                  .find("did you mean 'model'?"),
              std::string::npos);
    EXPECT_NE(mistakes_of(R"(<identify><command text="a"><read what="model" match="x"/></command></identify>)")
                  .find("it does not say what of the line is read"),
              std::string::npos);
    EXPECT_NE(mistakes_of(
                  R"(<identify><command text="a" in="redy"><read what="model" match="{value}"/></command></identify>)")
                  .find("there is no state 'redy'; did you mean 'ready'?"),
              std::string::npos);
    EXPECT_NE(mistakes_of(R"(<prepare><command text="a"><read what="model" match="{value}"/></command></prepare>)")
                  .find("has no element <read>"),
              std::string::npos);
}

}  // namespace
}  // namespace rollover::platform
