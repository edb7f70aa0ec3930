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

const platform_walk eos{
    "arista-eos",
    {"Ethernet1", "Ethernet2"},
    110s,
    "localhost login: ",
    {{"admin", "localhost>"},
     {"show running-config", "% Invalid input"},
     {"enable", "localhost#"},
     {"terminal length 0", "Pagination disabled."},
     {"configure", "localhost(config)#"},
     {"hostname r1", "r1(config)#"},
     {"interfaces Ethernet1", "% Invalid input"},
     {"interface et1", "r1(config-if-Et1)#"},
     {"no switchport", "r1(config-if-Et1)#"},
     {"ip address 10.0.0.1/24", "not: %"},
     {"end", "r1#"},
     {"show running-config", "interface Ethernet1\r\n   no switchport\r\n   ip address 10.0.0.1/24\r\n!"},
     {"write memory", "Copy completed successfully."}},
    "ip address 10.0.0.1/24",
    {{"write erase", "[confirm]"},
     {"\r~", "r1#"},
     {"reload", "[yes/no/cancel/diff]:"},
     {"no", "[confirm]"},
     {"y~", "going down"}}};

const platform_walk vyos{
    "vyos",
    {"eth0", "eth1"},
    70s,
    "vyos login: ",
    {{"vyos", "Password: "},
     {"vyos", "vyos@vyos:~$ ", 4s},
     {"shwo", "Invalid command: [shwo]"},
     {"set terminal length 0", "vyos@vyos:~$ "},
     {"configure", "[edit]\r\nvyos@vyos# "},
     {"set interfaces ethernet eth0 adress 10.0.0.1/24", "Set failed"},
     {"set interfaces ethernet eth0 address '10.0.0.1/24'", "not: failed"},
     {"set interfaces ethernet eth0 description 'to the core'", "not: failed"},
     {"set system host-name 'r1'", "not: failed"},
     {"exit", "Cannot exit: configuration modified."},
     {"commit", "vyos@r1# ", 5s},
     {"save", "Done"},
     {"exit", "vyos@r1:~$ "},
     {"show configuration commands", "set interfaces ethernet eth0 description 'to the core'\r\n"}},
    "address 10.0.0.1/24",
    {{"configure", "[edit]"},
     {"load /opt/vyatta/etc/config.boot.default", "Load complete"},
     {"commit", "vyos@vyos# ", 5s},
     {"save", "Done"},
     {"exit", "vyos@vyos:~$ "},
     {"reboot", "[y/N] "},
     {"y", ""}}};

const platform_walk u_boot{
    "u-boot",
    {"eth0"},
    4s,
    "=> ",
    {{"pritn", "Unknown command 'pritn' - try 'help'"},
     {"setenv ipaddr 10.0.0.1", "=> "},
     {"printenv ipaddr", "ipaddr=10.0.0.1\r\n=> "},
     {"printenv nothing", "## Error: \"nothing\" not defined"},
     {"saveenv", "Saving Environment to Flash... OK"}},
    "ipaddr=10.0.0.1",
    {{"env default -a", "default environment"}, {"saveenv", "OK"}, {"reset", "resetting ...", 100ms}}};

const platform_walk vrp{
    "huawei-vrp",
    {"GigabitEthernet0/0/0", "GigabitEthernet0/0/1"},
    85s,
    "Press ENTER to get started.\r\n",
    {{"", "Username:"},
     {"admin", "Password:"},
     {"Admin@huawei", "Change now? [Y/N]:"},
     {"n", "<Huawei>"},
     {"screen-length 0 temporary", "<Huawei>"},
     {"system-view", "[Huawei]"},
     {"sysname R1", "[R1]"},
     {"interfaces", "Error: Unrecognized command found at '^' position."},
     {"int g0/0/0", "[R1-GigabitEthernet0/0/0]"},
     {"ip address 10.0.0.1 24", "not: Error"},
     {"undo shutdown", "not: Error"},
     {"return", "<R1>"},
     {"display current-configuration", "interface GigabitEthernet0/0/0\r\n ip address 10.0.0.1 24\r\n#"},
     {"save", "(y/n)[n]:"},
     {"y", "saved successfully", 6s}},
    "ip address 10.0.0.1 24",
    {{"reset saved-configuration", "(y/n)[n]:"},
     {"y", "successfully"},
     {"reboot", "Continue ? [y/n]:"},
     {"n", "System will reboot! Continue ? [y/n]:"},
     {"y", "rebooting", 1s}}};

const platform_walk iosxr{
    "cisco-iosxr",
    {"GigabitEthernet0/0/0/0", "GigabitEthernet0/0/0/1"},
    220s,
    "Press RETURN to get started.\r\n\r\n",
    {{"", "Enter root-system username: "},
     {"", "% Entry must not be null."},
     {"lab", "Enter secret: "},
     {"secret1", "Enter secret again: "},
     {"secret1", "Username: "},
     {"lab", "Password: "},
     {"secret2", "% User Authentication failed"},
     {"lab", "Password: "},
     {"secret1", "RP/0/RP0/CPU0:ios#"},
     {"terminal length 0", "UTC\r\nRP/0/RP0/CPU0:ios#"},
     {"terminal exec prompt no-timestamp", "RP/0/RP0/CPU0:ios#"},
     {"configure", "ios(config)#"},
     {"hostname r1", "ios(config)#"},
     {"interfase gi0/0/0/0", "% Invalid input detected at '^' marker."},
     {"interface gi0/0/0/0", "ios(config-if)#"},
     {"ipv4 address 10.0.0.1/24", "not: %"},
     {"no shutdown", "not: %"},
     {"end", "[cancel]:"},
     {"cancel", "ios(config-if)#"},
     {"commit", "RP/0/RP0/CPU0:r1(config-if)#"},
     {"end", "RP/0/RP0/CPU0:r1#"},
     {"show running-config", "interface GigabitEthernet0/0/0/0\r\n ipv4 address 10.0.0.1/24\r\n"}},
    "ipv4 address 10.0.0.1/24",
    {{"configure", "(config)#"},
     {"load bootflash:empty", "(config)#"},
     {"commit replace", "[no]: "},
     {"yes", "RP/0/RP0/CPU0:ios(config)#", 4s},
     {"end", "RP/0/RP0/CPU0:ios#"},
     {"reload", "[confirm]"},
     {"\r~", "Preparing system", 1s}}};

const platform_walk asa{"cisco-asa",
                        {"GigabitEthernet0/0", "GigabitEthernet0/1"},
                        80s,
                        "Pre-configure Firewall now through interactive prompts [yes]? ",
                        {{"no", "ciscoasa> "},
                         {"enable", "Enter  Password: "},
                         {"cisco1", "Repeat Password: "},
                         {"cisco1", "ciscoasa# "},
                         {"terminal pager 0", "ciscoasa# "},
                         {"configure terminal", "[A]sk later: "},
                         {"N", "ciscoasa(config)# "},
                         {"hostname fw1", "fw1(config)# "},
                         {"interfase gi0/0", "ERROR: % Invalid input detected at '^' marker."},
                         {"interface gi0/0", "fw1(config-if)# "},
                         {"nameif outside", "not: ERROR"},
                         {"ip address 10.0.0.1 255.255.255.0", "not: ERROR"},
                         {"no shutdown", "not: ERROR"},
                         {"end", "fw1# "},
                         {"exit", "Logoff"},
                         {"enable", "Password: "},
                         {"cisco2", "Invalid password"},
                         {"enable", "Password: "},
                         {"cisco1", "fw1# "},
                         {"show running-config", " ip address 10.0.0.1 255.255.255.0\r\n"},
                         {"write memory", "[OK]"}},
                        "ip address 10.0.0.1 255.255.255.0",
                        {{"write erase", "[confirm]"},
                         {"\r~", "[OK]"},
                         {"reload", "[C]ancel:  "},
                         {"N~", "[confirm]"},
                         {"\r~", "SHUTDOWN NOW", 1s}}};

const platform_walk aoscx{
    "aruba-cx",
    {"1/1/1", "1/1/2"},
    105s,
    "switch login: ",
    {{"admin", "Password: "},
     {"", "Enter new password: "},
     {"aruba1", "Confirm new password: "},
     {"aruba1", "switch# "},
     {"no page", "switch# "},
     {"configure terminal", "switch(config)# "},
     {"hostname r1", "r1(config)# "},
     {"interfase 1/1/1", "Invalid input: interfase"},
     {"interface 1/1/1", "r1(config-if)# "},
     {"ip address 10.0.0.1/24", "not: nvalid"},
     {"no shutdown", "not: nvalid"},
     {"end", "r1# "},
     {"show running-config", "interface 1/1/1\r\n    ip address 10.0.0.1/24\r\n    no shutdown\r\n"},
     {"write memory", "[Success]", 4s}},
    "ip address 10.0.0.1/24",
    {{"erase startup-config", "(y/n): "},
     {"y~", "r1# "},
     {"boot system", "(y/n)? "},
     {"n~", "(y/n)? "},
     {"y~", "reboot", 1s}}};

const platform_walk routeros{
    "mikrotik-routeros",
    {"ether1", "ether2"},
    45s,
    "MikroTik Login: ",
    {{"admin+ct511w", "Password: "},
     {"wrong", "Login failed, incorrect username or password"},
     {"admin+ct511w", "Password: "},
     {"", "software license? [Y/n]: "},
     {"n~", "new password> "},
     {"\x03~", "[admin@MikroTik] > "},
     {"/ip adress", "bad command name adress (line 1 column 5)"},
     {"/ip address add address=10.0.0.1/24 interfaces=ether1", "expected end of command (line 1 column 37)"},
     {"/ip address add address=10.0.0.1/24 interface=ether1", "[admin@MikroTik] > "},
     {"/ip address", "[admin@MikroTik] /ip address> "},
     {"add address=10.0.9.1/24 interface=ether2 comment=\"to the core\"", "not: column"},
     {"print", "10.0.9.1/24"},
     {"remove [find interface=ether2]", "not: column"},
     {"..", "[admin@MikroTik] /ip> "},
     {"/system identity set name=r1", "[admin@r1] /ip> "},
     {"/interface ethernet set [find default-name=ether2] disabled=yes", "not: column"},
     {"/", "[admin@r1] > "},
     {"/export", "/ip address\r\nadd address=10.0.0.1/24 interface=ether1\r\n"},
     {"export", "set [ find default-name=ether2 ] disabled=yes\r\n"}},
    "address=10.0.0.1/24",
    {{"/system reset-configuration no-defaults=yes skip-backup=yes", "Dangerous! Reset anyway? [y/N]: "},
     {"y~", "will be reset", 1s}}};

INSTANTIATE_TEST_SUITE_P(All, PlatformWalk,
                         testing::Values(nxos, junos, eos, vyos, u_boot, vrp, iosxr, asa, aoscx, routeros),
                         [](const auto& info) {
                             std::string name = info.param.platform;
                             std::ranges::replace(name, '-', '_');
                             return name;
                         });

}  // namespace
}  // namespace rollover::sim
