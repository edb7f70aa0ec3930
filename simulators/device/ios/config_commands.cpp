#include "simulators/device/ios/config_commands.h"

#include <array>

namespace rollover::sim::ios {
namespace {

using m = config_mode;

const std::vector<config_command> global_commands = {
    {"aaa new-model", 0, shows_no},
    {"aaa authentication LINE"},
    {"aaa authorization LINE"},
    {"aaa accounting LINE"},
    {"aaa session-id LINE", 2},
    {"access-list <1-2699> LINE"},
    {"alias LINE"},
    {"archive", 0, opens, m::archive},
    {"arp LINE"},
    {"banner motd LINE", 2, acts},
    {"banner exec LINE", 2, acts},
    {"banner login LINE", 2, acts},
    {"banner LINE", 1, acts},
    {"boot system LINE"},
    {"boot-start-marker"},
    {"boot-end-marker"},
    {"cdp run", 0, hidden},
    {"cdp timer <5-254>", 2},
    {"class-map LINE", 0, opens, m::class_map},
    {"clock timezone LINE", 2},
    {"clock summer-time LINE", 2},
    {"config-register WORD", 1, acts},
    {"control-plane", 0, opens, m::control_plane},
    {"crypto isakmp policy <1-10000>", 0, opens, m::isakmp},
    {"crypto isakmp key LINE"},
    {"crypto isakmp enable", 0, hidden},
    {"crypto ipsec transform-set LINE", 0, opens, m::transform},
    {"crypto ipsec security-association LINE"},
    {"crypto map WORD"},
    {"crypto map WORD <1-65535> ipsec-isakmp", 0, opens, m::crypto_map},
    {"crypto map WORD <1-65535> ipsec-manual", 0, opens, m::crypto_map},
    {"crypto key generate rsa LINE", 0, acts},
    {"crypto key generate rsa", 0, acts},
    {"crypto key zeroize rsa", 0, acts},
    {"default interface IF", 0, acts},
    {"do LINE", 0, acts},
    {"enable secret LINE", 2},
    {"enable password LINE", 2},
    {"end", 0, acts},
    {"exit", 0, acts},
    {"frame-relay switching"},
    {"hostname WORD", 1},
    {"interface IF", 0, opens, m::interface},
    {"ip access-list standard WORD", 0, opens, m::acl_standard},
    {"ip access-list extended WORD", 0, opens, m::acl_extended},
    {"ip bgp-community new-format"},
    {"ip cef", 0, shows_no},
    {"ip classless", 0, hidden},
    {"ip default-gateway A.B.C.D", 2},
    {"ip default-network A.B.C.D"},
    {"ip dhcp pool WORD", 0, opens, m::dhcp},
    {"ip dhcp excluded-address LINE"},
    {"ip dhcp relay LINE"},
    {"ip dhcp snooping LINE"},
    {"ip dhcp snooping"},
    {"ip domain lookup", 0, hidden},
    {"ip domain name WORD", 3},
    {"ip domain-lookup", 0, hidden},
    {"ip domain-name WORD", 2},
    {"ip finger"},
    {"ip flow-export LINE"},
    {"ip forward-protocol nd", 0, shows_no},
    {"ip ftp LINE"},
    {"ip gratuitous-arps"},
    {"ip host WORD A.B.C.D", 3},
    {"ip http server", 0, shows_no},
    {"ip http secure-server", 0, shows_no},
    {"ip http LINE"},
    {"ip local LINE"},
    {"ip multicast-routing"},
    {"ip name-server LINE"},
    {"ip nat LINE"},
    {"ip prefix-list LINE"},
    {"ip radius LINE"},
    {"ip rcmd LINE"},
    {"ip route A.B.C.D A.B.C.D IF"},
    {"ip route A.B.C.D A.B.C.D IF LINE"},
    {"ip route A.B.C.D A.B.C.D A.B.C.D"},
    {"ip route A.B.C.D A.B.C.D A.B.C.D LINE"},
    {"ip route vrf LINE"},
    {"ip routing", 0, hidden},
    {"ip scp LINE"},
    {"ip sla LINE"},
    {"ip source-route", 0, hidden},
    {"ip ssh LINE"},
    {"ip subnet-zero", 0, hidden},
    {"ip tacacs LINE"},
    {"ip tcp LINE"},
    {"ip telnet LINE"},
    {"ip tftp LINE"},
    {"ip vrf WORD", 0, opens, m::vrf},
    {"ipv6 unicast-routing"},
    {"ipv6 cef"},
    {"ipv6 route LINE"},
    {"ipv6 access-list LINE"},
    {"ipv6 prefix-list LINE"},
    {"ipv6 router LINE", 0, opens, m::router},
    {"key chain WORD", 0, opens, m::key_chain},
    {"line console <0-0>", 0, opens, m::line},
    {"line aux <0-0>", 0, opens, m::line},
    {"line vty <0-15>", 0, opens, m::line},
    {"line vty <0-15> <1-15>", 0, opens, m::line},
    {"logging console", 0, hidden},
    {"logging console WORD", 2},
    {"logging buffered", 2},
    {"logging buffered LINE", 2},
    {"logging monitor WORD", 2},
    {"logging trap WORD", 2},
    {"logging host A.B.C.D"},
    {"logging A.B.C.D"},
    {"logging on", 0, hidden},
    {"logging facility WORD", 2},
    {"logging source-interface IF", 2},
    {"mac-address-table LINE"},
    {"memory-size LINE", 1},
    {"mpls LINE"},
    {"multilink LINE"},
    {"ntp server LINE"},
    {"ntp LINE"},
    {"parser LINE"},
    {"policy-map WORD", 0, opens, m::policy_map},
    {"privilege LINE"},
    {"prompt LINE", 1},
    {"radius-server LINE"},
    {"redundancy"},
    {"rmon LINE"},
    {"route-map WORD", 0, opens, m::route_map},
    {"route-map WORD permit <0-65535>", 0, opens, m::route_map},
    {"route-map WORD deny <0-65535>", 0, opens, m::route_map},
    {"router ospf <1-65535>", 0, opens, m::router},
    {"router ospf <1-65535> vrf WORD", 0, opens, m::router},
    {"router eigrp <1-65535>", 0, opens, m::router},
    {"router rip", 0, opens, m::router},
    {"router bgp <1-4294967295>", 0, opens, m::router},
    {"router isis", 0, opens, m::router},
    {"router isis WORD", 0, opens, m::router},
    {"security LINE"},
    {"service timestamps debug LINE", 3, shows_no},
    {"service timestamps log LINE", 3, shows_no},
    {"service password-encryption", 0, shows_no},
    {"service tcp-keepalives-in"},
    {"service tcp-keepalives-out"},
    {"service dhcp", 0, hidden},
    {"service config"},
    {"service prompt config", 0, hidden},
    {"service LINE"},
    {"snmp-server LINE"},
    {"spanning-tree LINE"},
    {"standby LINE"},
    {"tacacs-server LINE"},
    {"tftp-server LINE"},
    {"track LINE"},
    {"username WORD LINE", 2},
    {"version LINE", 1, acts},
    {"vlan <1-4094>", 0, opens, m::vlan},
    {"vtp LINE"},
};

const std::vector<config_command> interface_commands = {
    {"access-expression LINE"},
    {"arp LINE"},
    {"backup LINE"},
    {"bandwidth <1-10000000>", 1},
    {"bridge-group LINE"},
    {"carrier-delay LINE", 1},
    {"cdp enable", 0, hidden},
    {"channel-group LINE", 1},
    {"clock rate <300-8000000>", 2},
    {"crypto map WORD", 2},
    {"custom-queue-list LINE", 1},
    {"delay <1-16777215>", 1},
    {"description LINE", 1},
    {"dialer LINE"},
    {"duplex auto", 1},
    {"duplex full", 1},
    {"duplex half", 1},
    {"encapsulation dot1Q <1-4094>", 1},
    {"encapsulation dot1Q <1-4094> native", 1},
    {"encapsulation hdlc", 0, acts},
    {"encapsulation ppp", 1},
    {"encapsulation frame-relay", 1},
    {"encapsulation frame-relay LINE", 1},
    {"fair-queue", 0, shows_no},
    {"frame-relay LINE"},
    {"full-duplex"},
    {"half-duplex"},
    {"hold-queue LINE"},
    {"ip access-group LINE"},
    {"ip address A.B.C.D A.B.C.D", 2},
    {"ip address A.B.C.D A.B.C.D secondary"},
    {"ip address dhcp", 2},
    {"ip authentication LINE"},
    {"ip bandwidth-percent LINE"},
    {"ip dhcp LINE"},
    {"ip directed-broadcast"},
    {"ip flow LINE"},
    {"ip hello-interval LINE"},
    {"ip helper-address A.B.C.D"},
    {"ip hold-time LINE"},
    {"ip igmp LINE"},
    {"ip inspect LINE"},
    {"ip load-sharing LINE"},
    {"ip mtu <68-1500>", 2},
    {"ip nat inside"},
    {"ip nat outside"},
    {"ip ospf authentication", 3},
    {"ip ospf authentication LINE", 3},
    {"ip ospf authentication-key LINE", 3},
    {"ip ospf cost <1-65535>", 3},
    {"ip ospf dead-interval LINE", 3},
    {"ip ospf hello-interval <1-65535>", 3},
    {"ip ospf message-digest-key <1-255> LINE", 4},
    {"ip ospf mtu-ignore"},
    {"ip ospf network LINE", 3},
    {"ip ospf priority <0-255>", 3},
    {"ip ospf retransmit-interval <1-65535>", 3},
    {"ip ospf <1-65535> area WORD", 2},
    {"ip pim LINE", 2},
    {"ip policy LINE", 2},
    {"ip proxy-arp", 0, hidden},
    {"ip redirects", 0, hidden},
    {"ip rip LINE"},
    {"ip route-cache", 0, hidden},
    {"ip route-cache LINE"},
    {"ip router LINE"},
    {"ip split-horizon", 0, hidden},
    {"ip split-horizon LINE"},
    {"ip summary-address LINE"},
    {"ip tcp LINE"},
    {"ip unnumbered IF", 2},
    {"ip unreachables", 0, hidden},
    {"ip verify LINE"},
    {"ip virtual-reassembly"},
    {"ip vrf forwarding WORD", 3},
    {"ipv6 address LINE"},
    {"ipv6 enable"},
    {"ipv6 ospf LINE"},
    {"ipv6 rip LINE"},
    {"ipv6 LINE"},
    {"isis LINE"},
    {"keepalive", 0, hidden},
    {"keepalive LINE", 1},
    {"load-interval LINE", 1},
    {"logging event LINE"},
    {"loopback"},
    {"mac-address WORD", 1},
    {"media-type LINE", 1},
    {"mop enabled", 0, shows_no},
    {"mpls ip"},
    {"mpls LINE"},
    {"mtu <64-18000>", 1},
    {"negotiation auto"},
    {"ntp LINE"},
    {"ppp LINE"},
    {"priority-group LINE"},
    {"random-detect"},
    {"rate-limit LINE"},
    {"service-policy LINE"},
    {"shutdown"},
    {"snmp LINE"},
    {"spanning-tree LINE"},
    {"speed auto", 1},
    {"speed <10-10000>", 1},
    {"standby LINE"},
    {"switchport"},
    {"switchport LINE"},
    {"traffic-shape LINE"},
    {"tunnel source LINE", 2},
    {"tunnel destination A.B.C.D", 2},
    {"tunnel mode LINE", 2},
    {"tunnel key LINE", 2},
    {"tunnel LINE"},
    {"tx-ring-limit LINE"},
    {"vrrp LINE"},
    {"glbp LINE"},
    {"zone-member LINE"},
};

const std::vector<config_command> router_commands = {
    {"address-family LINE", 0, opens, m::address_family},
    {"area LINE"},
    {"auto-cost LINE", 1},
    {"auto-summary", 0, shows_no},
    {"bgp router-id A.B.C.D", 2},
    {"bgp log-neighbor-changes"},
    {"bgp LINE"},
    {"aggregate-address LINE"},
    {"capability LINE"},
    {"compatible LINE"},
    {"default-information originate"},
    {"default-information LINE"},
    {"default-metric LINE", 1},
    {"distance LINE"},
    {"distribute-list LINE"},
    {"eigrp router-id A.B.C.D", 2},
    {"eigrp LINE"},
    {"is-type LINE", 1},
    {"log-adjacency-changes"},
    {"log-adjacency-changes detail"},
    {"max-metric LINE"},
    {"maximum-paths LINE", 1},
    {"metric LINE"},
    {"neighbor A.B.C.D remote-as <1-4294967295>", 3},
    {"neighbor A.B.C.D LINE"},
    {"neighbor WORD LINE"},
    {"net WORD"},
    {"network A.B.C.D"},
    {"network A.B.C.D A.B.C.D"},
    {"network A.B.C.D A.B.C.D area WORD"},
    {"network A.B.C.D mask A.B.C.D"},
    {"network A.B.C.D mask A.B.C.D LINE"},
    {"no-summary"},
    {"offset-list LINE"},
    {"passive-interface default"},
    {"passive-interface IF"},
    {"redistribute LINE"},
    {"router-id A.B.C.D", 1},
    {"summary-address LINE"},
    {"synchronization", 0, shows_no},
    {"timers LINE"},
    {"traffic-share LINE"},
    {"variance <1-128>", 1},
    {"version <1-2>", 1},
};

const std::vector<config_command> address_family_commands = {
    {"aggregate-address LINE"},        {"auto-summary", 0, shows_no}, {"bgp LINE"},
    {"default-information originate"}, {"default-metric LINE", 1},    {"exit-address-family", 0, acts},
    {"maximum-paths LINE", 1},         {"neighbor WORD LINE"},        {"network A.B.C.D"},
    {"network A.B.C.D mask A.B.C.D"},  {"redistribute LINE"},         {"synchronization", 0, shows_no},
};

const std::vector<config_command> line_commands = {
    {"access-class LINE"},
    {"autocommand LINE", 1},
    {"autoselect LINE"},
    {"databits <5-8>", 1},
    {"escape-character LINE", 1},
    {"exec", 0, hidden},
    {"exec-timeout <0-35791>", 1},
    {"exec-timeout <0-35791> <0-2147483>", 1},
    {"flowcontrol LINE", 1},
    {"history size <0-256>", 2},
    {"history LINE"},
    {"ipv6 access-class LINE"},
    {"length <0-512>", 1},
    {"location LINE", 1},
    {"logging synchronous", 2},
    {"logging synchronous LINE", 2},
    {"login", 1, shows_no},
    {"login local", 1},
    {"login authentication WORD", 1},
    {"modem LINE"},
    {"motd-banner", 0, hidden},
    {"parity WORD", 1},
    {"password LINE", 1},
    {"privilege level <0-15>", 2},
    {"rotary LINE", 1},
    {"session-timeout LINE", 1},
    {"speed <0-4294967295>", 1},
    {"stopbits LINE", 1},
    {"transport input LINE", 2},
    {"transport output LINE", 2},
    {"transport preferred LINE", 2},
    {"width <0-512>", 1},
};

const std::vector<config_command> acl_commands = {
    {"permit LINE"}, {"deny LINE"}, {"remark LINE"}, {"dynamic LINE"}, {"evaluate LINE"}, {"<1-2147483647> LINE"},
};

const std::vector<config_command> isakmp_commands = {
    {"authentication LINE", 1}, {"encryption LINE", 1},     {"group <1-5>", 1},
    {"hash LINE", 1},           {"lifetime <60-86400>", 1},
};

const std::vector<config_command> dhcp_commands = {
    {"bootfile LINE", 1},
    {"client-identifier LINE", 1},
    {"default-router LINE", 1},
    {"dns-server LINE", 1},
    {"domain-name WORD", 1},
    {"hardware-address LINE", 1},
    {"host LINE", 1},
    {"import all"},
    {"lease LINE", 1},
    {"netbios-name-server LINE", 1},
    {"netbios-node-type LINE", 1},
    {"network A.B.C.D", 1},
    {"network A.B.C.D LINE", 1},
    {"next-server LINE", 1},
    {"option LINE"},
};

const std::vector<config_command>& list_of(config_mode mode) {
    static const std::vector<config_command> vlan = {
        {"name WORD", 1}, {"state LINE", 1}, {"mtu LINE", 1}, {"shutdown"}};
    static const std::vector<config_command> route_map = {
        {"match LINE"}, {"set LINE"}, {"continue LINE"}, {"description LINE", 1}};
    static const std::vector<config_command> transform = {{"mode LINE", 1}};
    static const std::vector<config_command> crypto_map = {
        {"match LINE", 2}, {"set LINE"}, {"description LINE", 1}, {"reverse-route"}, {"reverse-route LINE"}};
    static const std::vector<config_command> class_map = {{"match LINE"}, {"description LINE", 1}};
    static const std::vector<config_command> policy_map = {{"class LINE", 0, opens, m::policy_class},
                                                           {"description LINE", 1}};
    static const std::vector<config_command> policy_class = {
        {"bandwidth LINE", 1}, {"class LINE"},          {"fair-queue"},    {"fair-queue LINE"},        {"police LINE"},
        {"priority LINE", 1},  {"queue-limit LINE", 1}, {"random-detect"}, {"service-policy LINE", 1}, {"set LINE"},
        {"shape LINE", 1}};
    static const std::vector<config_command> vrf = {
        {"rd LINE", 1}, {"route-target LINE"}, {"import LINE"}, {"export LINE"}, {"description LINE", 1}};
    static const std::vector<config_command> key_chain = {{"key <0-2147483647>", 0, opens, m::key}};
    static const std::vector<config_command> key = {
        {"key-string LINE", 1}, {"accept-lifetime LINE", 1}, {"send-lifetime LINE", 1}};
    static const std::vector<config_command> control_plane = {{"service-policy LINE"}};
    static const std::vector<config_command> archive = {
        {"path LINE", 1}, {"write-memory"}, {"log LINE"}, {"maximum LINE", 1}};
    switch (mode) {
        case m::global: return global_commands;
        case m::interface:
        case m::subinterface: return interface_commands;
        case m::router: return router_commands;
        case m::address_family: return address_family_commands;
        case m::line: return line_commands;
        case m::vlan: return vlan;
        case m::dhcp: return dhcp_commands;
        case m::acl_standard:
        case m::acl_extended: return acl_commands;
        case m::route_map: return route_map;
        case m::isakmp: return isakmp_commands;
        case m::transform: return transform;
        case m::crypto_map: return crypto_map;
        case m::class_map: return class_map;
        case m::policy_map: return policy_map;
        case m::policy_class: return policy_class;
        case m::vrf: return vrf;
        case m::key_chain: return key_chain;
        case m::key: return key;
        case m::control_plane: return control_plane;
        case m::archive: return archive;
    }
    return global_commands;
}

config_table make_table(config_mode mode) {
    const std::vector<config_command>& commands = list_of(mode);
    std::vector<std::string_view> patterns;
    patterns.reserve(commands.size());
    for (const config_command& c : commands) {
        patterns.push_back(c.pattern);
    }
    return {commands, grammar(patterns)};
}

}  // namespace

std::string_view prompt_of(config_mode mode) {
    static constexpr std::array<std::string_view, config_modes> prompts = {
        "config",           "config-if",      "config-subif",     "config-router",     "config-router-af",
        "config-line",      "config-vlan",    "dhcp-config",      "config-std-nacl",   "config-ext-nacl",
        "config-route-map", "config-isakmp",  "cfg-crypto-trans", "config-crypto-map", "config-cmap",
        "config-pmap",      "config-pmap-c",  "config-vrf",       "config-keychain",   "config-keychain-key",
        "config-cp",        "config-archive",
    };
    return prompts[static_cast<std::size_t>(mode)];
}

const config_table& commands_of(config_mode mode) {
    static const std::vector<config_table> tables = [] {
        std::vector<config_table> made;
        for (std::size_t n = 0; n < config_modes; ++n) {
            made.push_back(make_table(static_cast<config_mode>(n)));
        }
        return made;
    }();
    return tables[static_cast<std::size_t>(mode)];
}

}  // namespace rollover::sim::ios
