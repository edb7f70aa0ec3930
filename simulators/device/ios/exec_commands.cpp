#include "simulators/device/ios/exec_commands.h"

namespace rollover::sim::ios {
namespace {

grammar parser_of(const std::vector<exec_commands::entry>& entries) {
    std::vector<std::string_view> patterns;
    patterns.reserve(entries.size());
    for (const exec_commands::entry& e : entries) {
        patterns.push_back(e.pattern);
    }
    return grammar(patterns);
}

}  // namespace

// The words that do nothing are here because abbreviations depend on them: "co" must stay ambiguous.
const exec_commands& exec_commands::of(bool privileged) {
    static const std::vector<entry> all = {
        {"clear LINE", &router::ignore, true},
        {"clock set LINE", &router::ignore, true},
        {"configure", &router::configure_asked, true},
        {"configure terminal", &router::configure_terminal, true},
        {"connect WORD", &router::telnet, false},
        {"copy running-config startup-config", &router::copy_run_start, true},
        {"copy startup-config running-config", &router::copy_start_run, true},
        {"debug LINE", &router::ignore, true},
        {"delete WORD", &router::delete_file, true},
        {"dir", &router::ignore, true},
        {"dir WORD", &router::list_file, true},
        {"disable", &router::disable, false},
        {"disconnect LINE", &router::ignore, false},
        {"enable", &router::enable, false},
        {"enable <0-15>", &router::enable, false},
        {"erase startup-config", &router::erase, true},
        {"erase nvram:", &router::erase, true},
        {"exit", &router::leave, false},
        {"help", &router::ignore, false},
        {"logout", &router::leave, false},
        {"name-connection", &router::ignore, false},
        {"no debug LINE", &router::ignore, true},
        {"ping A.B.C.D", &router::ping, false},
        {"ping A.B.C.D LINE", &router::ping, false},
        {"ping ip A.B.C.D", &router::ping, false},
        {"ping ip A.B.C.D LINE", &router::ping, false},
        {"quit", &router::leave, false},
        {"reload", &router::reload, true},
        {"reload LINE", &router::ignore, true},
        {"rename LINE", &router::ignore, true},
        {"resume", &router::ignore, false},
        {"setup", &router::setup, true},
        {"show arp", &router::ignore, false},
        {"show cdp", &router::ignore, false},
        {"show cdp neighbors", &router::show_cdp_neighbors, false},
        {"show cdp neighbors IF detail", &router::show_cdp_neighbors_of, false},
        {"show cdp neighbors detail", &router::ignore, false},
        {"show clock", &router::show_clock, false},
        {"show crypto key mypubkey rsa", &router::show_keys, true},
        {"show flash:", &router::ignore, false},
        {"show history", &router::show_history, false},
        {"show interfaces", &router::show_interfaces, false},
        {"show interfaces IF", &router::show_interfaces, false},
        {"show inventory", &router::ignore, false},
        {"show ip access-lists", &router::ignore, false},
        {"show ip bgp", &router::ignore, false},
        {"show ip bgp LINE", &router::ignore, false},
        {"show ip eigrp LINE", &router::ignore, false},
        {"show ip interface brief", &router::show_ip_interface_brief, false},
        {"show ip nat LINE", &router::ignore, false},
        {"show ip ospf", &router::ignore, false},
        {"show ip ospf LINE", &router::ignore, false},
        {"show ip protocols", &router::ignore, false},
        {"show ip route", &router::show_ip_route, false},
        {"show ip route LINE", &router::show_ip_route, false},
        {"show logging", &router::ignore, false},
        {"show privilege", &router::show_privilege, false},
        {"show processes", &router::ignore, false},
        {"show protocols", &router::ignore, false},
        {"show running-config", &router::show_running, true},
        {"show running-config LINE", &router::show_running_part, true},
        {"show startup-config", &router::show_startup, true},
        {"show terminal", &router::ignore, false},
        {"show users", &router::ignore, false},
        {"show version", &router::show_version, false},
        {"show vlan-switch", &router::show_vlans, false},
        {"show vlan-switch brief", &router::show_vlans, false},
        {"telnet WORD", &router::telnet, false},
        {"terminal length <0-512>", &router::terminal_length, false},
        {"terminal width <0-512>", &router::terminal_width, false},
        {"terminal monitor", &router::ignore, false},
        {"terminal history LINE", &router::ignore, false},
        {"terminal no LINE", &router::ignore, false},
        {"test LINE", &router::ignore, true},
        {"traceroute LINE", &router::ignore, false},
        {"undebug all", &router::undebug, true},
        {"undebug LINE", &router::ignore, true},
        {"where", &router::ignore, false},
        {"write", &router::write_memory, true},
        {"write erase", &router::erase, true},
        {"write memory", &router::write_memory, true},
        {"write terminal", &router::show_running, true},
    };
    const auto make = [](bool with_privileged) {
        exec_commands made{{}, grammar({})};
        for (const entry& e : all) {
            if (with_privileged || !e.privileged) {
                made.entries.push_back(e);
            }
        }
        made.parser = parser_of(made.entries);
        return made;
    };
    static const exec_commands user = make(false);
    static const exec_commands privileged_user = make(true);
    return privileged ? privileged_user : user;
}

}  // namespace rollover::sim::ios
