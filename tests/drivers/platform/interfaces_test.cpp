// What the shipped platforms read of an interface, from the words of real devices: FRR 8.4.4 and Linux 6.1 as recorded,
// the others in the forms of their vendors' command references (named in the platform files).
#include "drivers/platform/interfaces.h"

#include "tests/drivers/platform/support.h"

#include <gmock/gmock.h>

namespace rollover::platform {
namespace {

/// What a platform makes of the answers to its commands, in their order; an absent one is empty.
interface_state state_from(std::string_view platform, const std::vector<std::string>& answers) {
    interface_state state;
    const auto& commands = shipped(platform)->interfaces.commands;
    for (std::size_t i = 0; i < commands.size(); ++i) {
        take_interface(commands[i], i < answers.size() ? answers[i] : "", state);
    }
    return state;
}

interface_state state_of(const char* address, std::optional<std::uint64_t> received, std::optional<bool> link,
                         bool disabled = false) {
    return {read_mac(address), received, link, disabled, {}};
}

/// The neighbours that a platform reads from the answer to each of its commands about them.
std::vector<std::uint32_t> heard(std::string_view platform, const std::string& answer) {
    interface_state state;
    for (const auto& command : shipped(platform)->interfaces.commands) {
        if (command.tells_neighbors()) {
            EXPECT_TRUE(command.may_fail) << platform;
            take_interface(command, answer, state);
        }
    }
    EXPECT_EQ(state.address, std::nullopt);
    return std::move(state.neighbors);
}

TEST(Interfaces, Frr) {
    EXPECT_EQ(
        state_from("frr", {"Interface eth1 is up, line protocol is up\n  Link ups:       0    last: (never)\n"
                           "  index 2 metric 0 mtu 1500 speed 10000 \n  flags: <UP,BROADCAST,RUNNING,MULTICAST>\n"
                           "  Type: Ethernet\n  HWaddr: 7a:09:03:c2:41:6c\n  inet6 fe80::7809:3ff:fec2:416c/64\n"}),
        state_of("7a:09:03:c2:41:6c", std::nullopt, true));
    EXPECT_EQ(state_from("frr", {"Interface eth1 is up, line protocol is down\n  HWaddr: 7a:09:03:c2:41:6c\n"}),
              state_of("7a:09:03:c2:41:6c", std::nullopt, false));
    EXPECT_EQ(state_from("frr", {"Interface eth1 is down\n  HWaddr: 7a:09:03:c2:41:6c\n"}),
              state_of("7a:09:03:c2:41:6c", std::nullopt, std::nullopt, true));
}

TEST(Interfaces, Linux) {
    const std::string up = "address:7a:09:03:c2:41:6c\nflags:0x1003\ncarrier:1\nstatistics/rx_packets:1234\n";
    for (const auto* platform : {"linux", "openwrt", "bird", "openvswitch"}) {
        EXPECT_EQ(state_from(platform, {up}), state_of("7a:09:03:c2:41:6c", 1234, true)) << platform;
        EXPECT_EQ(state_from(platform, {"address:7a:09:03:c2:41:6c\nflags:0x1002\nstatistics/rx_packets:0\n"}),
                  state_of("7a:09:03:c2:41:6c", 0, std::nullopt, true))
            << platform;
        EXPECT_EQ(
            state_from(platform, {"address:7a:09:03:c2:41:6c\nflags:0x1003\ncarrier:0\nstatistics/rx_packets:7\n"}),
            state_of("7a:09:03:c2:41:6c", 7, false))
            << platform;
    }
}

TEST(Interfaces, CiscoIos) {
    EXPECT_EQ(state_from("cisco-ios", {"FastEthernet0/0 is administratively down, line protocol is down\n"
                                       "  Hardware is AmdFE, address is 0001.c7dd.e901 (bia 0001.c7dd.e901)\n"
                                       "     0 packets input, 0 bytes, 0 no buffer\n"}),
              state_of("00:01:c7:dd:e9:01", 0, false, true));
    EXPECT_EQ(
        state_from("cisco-ios", {"GigabitEthernet0/1 is up, line protocol is up (connected)\n"
                                 "  Hardware is Gigabit Ethernet, address is 0019.e8a2.3c01 (bia 0019.e8a2.3c01)\n"
                                 "  5 minute input rate 0 bits/sec, 0 packets/sec\n"
                                 "     11987 packets input, 1024000 bytes, 0 no buffer\n     Received 5 broadcasts\n"}),
        state_of("00:19:e8:a2:3c:01", 11987, true));
}

TEST(Interfaces, AristaEos) {
    EXPECT_EQ(state_from("arista-eos", {"Ethernet1 is administratively down, line protocol is notpresent (disabled)\n"
                                        "  Hardware is Ethernet, address is 001c.7315.2b1c (bia 001c.7315.2b1c)\n"
                                        "     10 packets input, 640 bytes\n"}),
              state_of("00:1c:73:15:2b:1c", 10, false, true));
    EXPECT_EQ(state_from("arista-eos", {"Ethernet1 is up, line protocol is up (connected)\n"
                                        "  Hardware is Ethernet, address is 001c.7315.2b1c (bia 001c.7315.2b1c)\n"}),
              state_of("00:1c:73:15:2b:1c", std::nullopt, true));
}

TEST(Interfaces, CiscoNxos) {
    EXPECT_EQ(
        state_from("cisco-nxos", {"Ethernet1/1 is up\nadmin state is up, Dedicated Interface\n"
                                  "  Hardware: 100/1000/10000 Ethernet, address: 5254.0012.3456 (bia 5254.0012.3456)\n"
                                  "  RX\n    3 unicast packets  5 multicast packets  1 broadcast packets\n"
                                  "    9 input packets  900 bytes\n"}),
        state_of("52:54:00:12:34:56", 9, true));
    EXPECT_EQ(state_from("cisco-nxos",
                         {"Ethernet1/1 is down (Administratively down)\nadmin state is down, Dedicated Interface\n"}),
              (interface_state{std::nullopt, std::nullopt, false, true, {}}));
    EXPECT_EQ(state_from("cisco-nxos",
                         {"Ethernet1/1 is down (Link not connected)\nadmin state is up, Dedicated Interface\n"}),
              (interface_state{std::nullopt, std::nullopt, false, false, {}}));
}

TEST(Interfaces, CiscoIosxr_CiscoAsa) {
    EXPECT_EQ(state_from("cisco-iosxr",
                         {"GigabitEthernet0/0/0/0 is administratively down, line protocol is administratively down\n"
                          "  Hardware is GigabitEthernet, address is 5254.0093.8ab0 (bia 5254.0093.8ab0)\n"
                          "     12 packets input, 900 bytes, 0 total input drops\n"}),
              state_of("52:54:00:93:8a:b0", 12, false, true));
    EXPECT_EQ(state_from("cisco-asa", {"Interface GigabitEthernet0/0 \"outside\", is up, line protocol is up\n"
                                       "  Hardware is i82546GB rev03, BW 1000 Mbps, DLY 10 usec\n"
                                       "\tMAC address 000b.fcf8.c44e, MTU 1500\n"
                                       "\t1328522 packets input, 124426545 bytes, 0 no buffer\n"}),
              state_of("00:0b:fc:f8:c4:4e", 1328522, true));
}

TEST(Interfaces, Junos) {
    EXPECT_EQ(
        state_from("junos", {"Physical interface: ge-0/0/0, Enabled, Physical link is Up\n"
                             "  Link-level type: Ethernet, MTU: 1514, Speed: 1000mbps\n"
                             "  Current address: 00:05:86:71:1d:00, Hardware address: 00:05:86:71:1d:00\n"
                             "  Input rate     : 0 bps (0 pps)\n",
                             "  Traffic statistics:\n   Input  bytes  :                 6484                    0 bps\n"
                             "   Input  packets:                   42                    0 pps\n"
                             "   Output packets:                   17                    0 pps\n"}),
        state_of("00:05:86:71:1d:00", 42, true));
    EXPECT_EQ(state_from("junos", {"Physical interface: ge-0/0/0, Administratively down, Physical link is Down\n"}),
              (interface_state{std::nullopt, std::nullopt, false, true, {}}));
}

TEST(Interfaces, Vyos) {
    EXPECT_EQ(
        state_from(
            "vyos",
            {"eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc pfifo_fast state UP group default qlen 1000\n"
             "    link/ether 00:53:00:00:00:01 brd ff:ff:ff:ff:ff:ff\n"
             "    RX:  bytes    packets    errors    dropped    overrun       mcast\n"
             "      56735451     179841          0          0          0      142380\n"
             "    TX:  bytes    packets    errors    dropped    carrier  collisions\n"
             "       5601460      62595          0          0          0           0\n"}),
        state_of("00:53:00:00:00:01", 179841, true));
    EXPECT_EQ(
        state_from("vyos", {"eth0: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 qdisc pfifo_fast state DOWN\n"}).link,
        false);
    EXPECT_TRUE(
        state_from("vyos", {"eth0: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN group default qlen 1000\n"})
            .disabled);
}

TEST(Interfaces, HuaweiVrp_ArubaCx) {
    EXPECT_EQ(
        state_from("huawei-vrp", {"GigabitEthernet0/0/0 current state : UP\nLine protocol current state : DOWN\n"
                                  "IP Sending Frames' Format is PKTFMT_ETHNT_2, Hardware address is 00e0-fc12-3456\n"
                                  "Input:  37 packets, 3200 bytes\nOutput:  1 packets, 64 bytes\n"}),
        state_of("00:e0:fc:12:34:56", 37, true));
    EXPECT_EQ(state_from("huawei-vrp", {"GigabitEthernet0/0/0 current state : Administratively DOWN\n"}),
              (interface_state{std::nullopt, std::nullopt, std::nullopt, true, {}}));
    EXPECT_EQ(state_from(
                  "aruba-cx",
                  {"Interface 1/1/1 is up\n Admin state is up\n Hardware: Ethernet, MAC Address: 08:00:09:0f:37:c2\n"}),
              state_of("08:00:09:0f:37:c2", std::nullopt, true));
    EXPECT_EQ(state_from("aruba-cx", {"Interface 1/1/1 is down (Administratively down)\n Admin state is down\n"}),
              (interface_state{std::nullopt, std::nullopt, false, true, {}}));
}

TEST(Interfaces, RouterOs) {
    EXPECT_EQ(state_from("mikrotik-routeros", {"00:0C:42:1A:2B:3C\n", "118\n", "false\n", "true\n"}),
              state_of("00:0c:42:1a:2b:3c", 118, true));
    EXPECT_EQ(state_from("mikrotik-routeros", {"00:0C:42:1A:2B:3C\n", "0\n", "true\n", "false\n"}),
              state_of("00:0c:42:1a:2b:3c", 0, false, true));
}

TEST(Interfaces, Neighbors) {
    using testing::ElementsAre;
    const std::string cdp =
        "-------------------------\nDevice ID: rollover-5\nEntry address(es): \nPlatform: Rollover,  Capabilities: "
        "Host \n"
        "Interface: GigabitEthernet0/1,  Port ID (outgoing port): rollover-5\nHoldtime : 118 sec\n";
    EXPECT_THAT(heard("cisco-ios", cdp), ElementsAre(5));
    EXPECT_THAT(heard("cisco-ios",
                      "Local Intf: Gi0/1\nChassis id: 524f.0000.0005\nPort id: rollover-5\n"
                      "System Name: rollover-5\n\nPort id: rollover-2146435079\n"),
                ElementsAre(5, 2146435079U));
    EXPECT_THAT(heard("cisco-nxos",
                      "Device ID            Local Intf      Hold-time  Capability  Port ID\n"
                      "rollover-5           Eth1/1          120                    rollover-5\n"),
                ElementsAre(5));
    // Debian 12, lldpd 1.0.16.
    EXPECT_THAT(heard("linux",
                      "Interface:    eth1, via: LLDP, RID: 1, Time: 0 day, 00:00:00\n  Chassis:     \n"
                      "    ChassisID:    mac 52:4f:00:00:00:05\n    SysName:      rollover-5\n  Port:        \n"
                      "    PortID:       local rollover-5\n    TTL:          120\n"),
                ElementsAre(5));
    for (const auto* platform : {"arista-eos", "junos"}) {
        EXPECT_THAT(heard(platform, "Port ID   : rollover-5\nSystem name  : rollover-5\n"), ElementsAre(5)) << platform;
        EXPECT_THAT(heard(platform, "Port ID   : rollover-99999999999999999999\nrollover-4294967296\n"),
                    testing::IsEmpty());
    }
    EXPECT_TRUE(reads(*shipped("linux"), interface_part::neighbor));
    EXPECT_FALSE(reads(*shipped("frr"), interface_part::neighbor));
}

TEST(Interfaces, AddressesOfGroups_AndNoNumbers_DoNotCount) {
    EXPECT_EQ(state_from("cisco-ios",
                         {"  Hardware is X, address is 0000.0000.0000\n  Hardware is X, address is 0001.c7dd.e901\n"
                          "     99999999999999999999999999 packets input\n"}),
              state_of("00:01:c7:dd:e9:01", std::nullopt, std::nullopt));
    EXPECT_EQ(for_interface("a ${interface} b ${interface}", "${interface}"), "a ${interface} b ${interface}");
}

TEST(Interfaces, Reader_SaysWhatIsWrong) {
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
    const std::string read = R"(<read what="address" match="is {value}"/>)";
    EXPECT_EQ(
        mistakes_of(
            "<interfaces><command text=\"show ${interface}\">" + read +
            R"(<read what="link" match="up"/></command><bring-up><line text="up ${interface}"/></bring-up></interfaces>)"),
        "");
    using testing::HasSubstr;
    EXPECT_THAT(mistakes_of("<interfaces/>"), HasSubstr("<interfaces> has no <command>"));
    EXPECT_THAT(mistakes_of("<interfaces><command text=\"show\">" + read + "</command></interfaces>"),
                HasSubstr("the command does not say of which interface it tells"));
    EXPECT_THAT(mistakes_of("<interfaces><command text=\"show ${interface}\"/></interfaces>"),
                HasSubstr("nothing is read from this command"));
    EXPECT_THAT(
        mistakes_of(
            R"(<interfaces><command text="show ${interface}"><read what="address" match="x"/></command></interfaces>)"),
        HasSubstr("it does not say what of the line is read"));
    EXPECT_THAT(
        mistakes_of(
            R"(<interfaces><command text="show ${interface}"><read what="adress" match="x"/></command></interfaces>)"),
        HasSubstr("did you mean 'address'?"));
    const std::string neighbor = R"(<read what="neighbor" match="r-{value}"/>)";
    EXPECT_EQ(mistakes_of("<interfaces><command text=\"show ${interface}\">" + read +
                          "</command><command text=\"lldp ${interface}\">" + neighbor + "</command></interfaces>"),
              "");
    EXPECT_THAT(
        mistakes_of("<interfaces><command text=\"show ${interface}\">" + read + neighbor + "</command></interfaces>"),
        HasSubstr("a command that tells of neighbours is asked only after announcements"));
    EXPECT_THAT(
        mistakes_of("<interfaces><command text=\"show ${interface}\">" + read + "</command><bring-up/></interfaces>"),
        HasSubstr("<bring-up> has no <line>"));
}

}  // namespace
}  // namespace rollover::platform
