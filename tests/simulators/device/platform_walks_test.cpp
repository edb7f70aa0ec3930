// Each described platform from power-on to power-on: it boots, somebody logs in, configures, makes a mistake, saves,
// erases and reloads. All in virtual time.
#include "walk_bench.h"

namespace rollover::sim {
namespace {

struct platform_walk {
    std::string platform;
    std::vector<std::string> interfaces;
    duration boot;
    std::string booted;  ///< the end of what it has printed then
    std::vector<said_and_seen> to_saved;
    std::string running;  ///< a line of the running and of the saved configuration
    std::vector<said_and_seen> to_reload;
};

void PrintTo(const platform_walk& w, std::ostream* out) {
    *out << w.platform;
}

class PlatformWalk : public testing::TestWithParam<platform_walk> {};

TEST_P(PlatformWalk, BootsIsConfiguredSavedErasedAndReloaded) {
    const platform_walk& w = GetParam();
    console_bench device(w.platform, switched_off(w.interfaces));
    device.dev().power_on();
    device.pass(w.boot);
    EXPECT_THAT(device.seen, testing::EndsWith(w.booted));
    EXPECT_TRUE(device.dev().is_clean());
    walk(device, w.to_saved);
    EXPECT_THAT(device.dev().running_configuration(), testing::HasSubstr(w.running));
    EXPECT_THAT(device.dev().startup_configuration(), testing::HasSubstr(w.running));
    EXPECT_FALSE(device.dev().is_clean());
    walk(device, w.to_reload);
    device.seen.clear();
    device.pass(w.boot + 10s);
    EXPECT_THAT(device.seen, testing::EndsWith(w.booted)) << "the first boot again";
    EXPECT_TRUE(device.dev().is_clean()) << device.dev().running_configuration();
}

const platform_walk nxos{"cisco-nxos",
                         {"Ethernet1/1", "Ethernet1/2"},
                         150s,
                         "(yes/skip/no)[no]: ",
                         {{"maybe", "Abort Power On Auto Provisioning"},
                          {"skip", "Disabling POAP", 12s},
                          {"", "login: "},
                          {"admin", "Password: "},
                          {"wrong", "Login incorrect"},
                          {"admin", "Password: "},
                          {"admin", "switch# "},
                          {"terminal length 0", "switch# "},
                          {"conf t", "switch(config)# "},
                          {"hostname r1", "r1(config)# "},
                          {"interfase e1/1", "% Invalid command at '^' marker."},
                          {"interface e1/1", "r1(config-if)# "},
                          {"no switchport", "r1(config-if)# "},
                          {"ip address 10.0.0.1/24", "not: %"},
                          {"no shutdown", "r1(config-if)# "},
                          {"end", "r1# "},
                          {"sh run | inc address", "  ip address 10.0.0.1/24\r\n"},
                          {"copy running-config startup-config", "Copy complete.", 8s}},
                         "ip address 10.0.0.1/24",
                         {{"write erase", "(y/n)  [n] "}, {"y~", "r1# "}, {"reload", "(y/n)?  [n] "}, {"y~", ""}}};

const platform_walk junos{"junos",
                          {"ge-0/0/0", "ge-0/0/1"},
                          150s,
                          "Amnesiac (ttyu0)\r\n\r\nlogin: ",
                          {{"root", "root:~ # "},
                           {"cli", "root> "},
                           {"set cli screen-length 0", "Screen length set to 0"},
                           {"shwo version", "unknown command."},
                           {"configure", "[edit]\r\nroot# "},
                           {"set interfacess", "syntax error."},
                           {"set interfaces ge-0/0/0 unit 0 family inet address 10.0.0.1/24", "not: syntax"},
                           {"set system host-name r1", "root# "},
                           {"commit", "error: commit failed: (missing mandatory statements)", 6s},
                           {"set system root-authentication plain-text-password", "New password:"},
                           {"lab123", "Retype new password:"},
                           {"lab123", "root# "},
                           {"show | compare", "address 10.0.0.1/24"},
                           {"edit interfaces ge-0/0/0", "[edit interfaces ge-0/0/0]\r\nroot# "},
                           {"show", "unit 0 {\r\n    family inet {\r\n        address 10.0.0.1/24;"},
                           {"exit", "[edit]\r\nroot# "},
                           {"commit", "commit complete\r\n\r\n[edit]\r\nroot@r1# ", 6s},
                           {"exit", "root@r1> "},
                           {"exit", "root@r1:~ # "},
                           {"exit", "login: "},
                           {"root", "Password:"},
                           {"lab12", "Login incorrect"},
                           {"root", "Password:"},
                           {"lab123", "root@r1:~ # "},
                           {"cli", "root@r1> "}},
                          "address 10.0.0.1/24",
                          {{"request system zeroize", "[yes,no] (no) "}, {"yes", "zeroizing", 1s}}};

INSTANTIATE_TEST_SUITE_P(All, PlatformWalk, testing::Values(nxos, junos), [](const auto& info) {
    std::string name = info.param.platform;
    std::ranges::replace(name, '-', '_');
    return name;
});

}  // namespace
}  // namespace rollover::sim
