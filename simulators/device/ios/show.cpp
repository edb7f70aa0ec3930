// What the router shows of itself.
#include "simulators/device/ios/interfaces.h"
#include "simulators/device/ios/router.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::sim::ios {
namespace {

using namespace std::chrono_literals;

// One alternative of a filter's pattern: text, with "^" for the start of the line. IOS has regular expressions here.
bool fits(std::string_view line, std::string_view pattern) {
    while (!pattern.empty()) {
        const std::size_t bar = std::min(pattern.find('|'), pattern.size());
        const std::string_view one = pattern.substr(0, bar);
        if (!one.empty() && one.front() == '^' ? line.starts_with(one.substr(1))
                                               : line.find(one) != std::string_view::npos) {
            return true;
        }
        pattern.remove_prefix(std::min(bar + 1, pattern.size()));
    }
    return false;
}

enum class filter_kind { begin, include, exclude, section };

std::string filtered(const std::string& text, std::string_view filter) {
    const std::size_t blank = std::min(filter.find(' '), filter.size());
    const std::string_view word = filter.substr(0, blank);
    const std::string_view pattern = filter.substr(std::min(blank + 1, filter.size()));
    filter_kind kind = filter_kind::include;
    if (!word.empty() && word.front() == 'b') {
        kind = filter_kind::begin;
    } else if (!word.empty() && word.front() == 'e') {
        kind = filter_kind::exclude;
    } else if (!word.empty() && word.front() == 's') {
        kind = filter_kind::section;
    }
    std::string out;
    bool open = false;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
        const std::string_view line = std::string_view(text).substr(at, end - at);
        const bool hit = fits(line.substr(0, line.size() - 1), pattern);
        at = end;
        switch (kind) {
            case filter_kind::begin: open = open || hit; break;
            case filter_kind::include: open = hit; break;
            case filter_kind::exclude: open = !hit; break;
            case filter_kind::section: open = line.front() == ' ' ? open || hit : hit; break;
        }
        if (open) {
            out += line;
        }
    }
    return out;
}

}  // namespace

void router::show(std::string text) {
    if (!filter_.empty()) {
        text = filtered(text, filter_);
    }
    terminal_.page(std::move(text), [this] { done(); });
}

void router::show_running(const arguments&) {
    say("Building configuration...\n");
    terminal_.busy(scaled(1s), [this] {
        const std::string text = configuration_.text();
        show(fmt::format("\nCurrent configuration : {} bytes\n{}\n", text.size(), text));
    });
}

// "show running-config interface X": that section alone.
void router::show_running_part(const arguments& a) {
    std::string wanted = a.front();
    const std::size_t blank = wanted.find(' ');
    if (std::string_view("interface").starts_with(wanted.substr(0, blank)) && blank != std::string::npos) {
        const std::string typed = wanted.substr(blank + 1);
        wanted = "interface " + full_interface_name(typed).value_or(typed);
    }
    say("Building configuration...\n");
    terminal_.busy(scaled(500ms), [this, wanted] {
        std::string text = "!\n";
        for (const config_line& line : configuration_.lines()) {
            if (!line.section || line.text != wanted) {
                continue;
            }
            text += line.text + "\n";
            for (const config_line& inner : line.lines) {
                text += " " + inner.text + "\n";
            }
        }
        text += "end\n";
        show(fmt::format("\nCurrent configuration : {} bytes\n{}\n", text.size(), text));
    });
}

void router::show_startup(const arguments&) {
    if (!startup_) {
        show("startup-config is not present\n");
        return;
    }
    const std::string text = startup_configuration();
    show(fmt::format("Using {} out of 245752 bytes\n{}\n", text.size(), text));
}

// CDP shortens names: "Fas 0/0".
void router::show_cdp_neighbors(const arguments&) {
    const auto shortened = [](std::string_view name) {
        const std::size_t digit = std::min(name.find_first_of("0123456789"), name.size());
        return fmt::format("{} {}", name.substr(0, std::min<std::size_t>(3, digit)), name.substr(digit));
    };
    std::string out =
        "Capability Codes: R - Router, T - Trans Bridge, B - Source Route Bridge\n"
        "                  S - Switch, H - Host, I - IGMP, r - Repeater\n\n"
        "Device ID        Local Intrfce     Holdtme    Capability  Platform  Port ID\n";
    for (const std::string& name : configuration_.interface_names()) {
        if (!configuration_.is_up(name)) {
            continue;
        }
        for (const fabric::port& other : network_.reached({options_.name, lab_name(name)})) {
            if (const auto told = network_.announced(other)) {
                out += fmt::format("{:<17}{:<19}{:<13}{:<10}{:<10}{}\n", told->host_name, shortened(name), 150, "R S I",
                                   told->platform, shortened(other.interface));
            }
        }
    }
    show(std::move(out));
}

void router::hear(std::string_view interface, const announcement& who) {
    if (power_ == power::up && configuration_.is_up(std::string(interface))) {
        heard_.emplace(interface, who);
    }
}

// Of one interface, with all that is known.
void router::show_cdp_neighbors_of(const arguments& a) {
    std::string out;
    const auto [first, last] = heard_.equal_range(a.front());
    for (auto one = first; one != last; ++one) {
        out += fmt::format(
            "-------------------------\nDevice ID: {0}\nEntry address(es): \nPlatform: {1},  Capabilities: Host \n"
            "Interface: {2},  Port ID (outgoing port): {0}\nHoldtime : 118 sec\n\nVersion :\n{1}\n\n"
            "advertisement version: 2\n\n",
            one->second.host_name, one->second.platform, one->first);
    }
    show(std::move(out));
}

// Another one for each interface of each router: Cisco's prefix c8:01, three bytes of the router's name, its place.
std::string router::burned_in_address(const std::string& name) const {
    std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a
    for (const char c : options_.name) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    }
    const auto names = configuration_.interface_names();
    const auto place = static_cast<std::uint64_t>(std::find(names.begin(), names.end(), name) - names.begin());
    return fmt::format("c801.{:04x}.{:02x}{:02x}", hash & 0xffffU, hash >> 16U & 0xffU, place & 0xffU);
}

std::optional<std::string> router::hardware_address(std::string_view interface) const {
    const std::string name = full_interface_name(interface).value_or(std::string(interface));
    const bool sends = power_ == power::up && configuration_.is_up(name) && !name.starts_with("Serial");
    return sends ? std::optional(burned_in_address(name)) : std::nullopt;
}

std::optional<announcement> router::announced(std::string_view interface) const {
    const std::string name = full_interface_name(interface).value_or(std::string(interface));
    const bool silent = running_configuration().find("\nno cdp run\n") != std::string::npos;
    if (power_ != power::up || silent || !configuration_.is_up(name)) {
        return std::nullopt;
    }
    return announcement{configuration_.hostname(), options_.model.empty() ? "2811" : options_.model};
}

void router::show_ip_interface_brief(const arguments&) {
    std::string out = "Interface                  IP-Address      OK? Method Status                Protocol\n";
    for (const std::string& name : configuration_.interface_names()) {
        std::string address = "unassigned";
        for (const config_line& line : configuration_.interface(name)->lines) {
            if (line.text.starts_with("ip address ") && address == "unassigned") {
                const std::string rest = line.text.substr(std::string_view("ip address ").size());
                address = rest.substr(0, rest.find(' '));
            }
        }
        const bool up = configuration_.is_up(name);
        out += fmt::format("{:<26} {:<15} YES {:<6} {:<21} {:<8}\n", name, address,
                           address == "unassigned" ? "unset" : "manual", up ? "up" : "administratively down",
                           up ? "up" : "down");
    }
    show(std::move(out));
}

void router::show_ip_route(const arguments&) {
    std::string out =
        "Codes: C - connected, S - static, R - RIP, M - mobile, B - BGP\n"
        "       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area\n\n"
        "Gateway of last resort is not set\n\n";
    for (const live_address& a : configuration_.addresses()) {
        out += fmt::format("C    {}/{} is directly connected, {}\n",
                           ipv4_text(a.prefix.address & mask_of(a.prefix.length)), a.prefix.length, a.interface);
    }
    for (const config_line& line : configuration_.lines()) {
        if (line.text.starts_with("ip route ")) {
            out += fmt::format("S    {}\n", line.text.substr(std::string_view("ip route ").size()));
        }
    }
    show(std::move(out));
}

void router::count_received(std::string_view interface, std::uint64_t frames) {
    if (configuration_.is_up(std::string(interface))) {
        received_[std::string(interface)] += frames;
    }
}

std::string router::interface_report(const std::string& name) const {
    const auto packets = received_.find(name);
    const bool up = configuration_.is_up(name);
    std::string out =
        fmt::format("{} is {}, line protocol is {}\n", name, up ? "up" : "administratively down", up ? "up" : "down");
    const std::string address = burned_in_address(name);
    out += name.starts_with("Serial")
               ? "  Hardware is GT96K Serial\n"
               : fmt::format("  Hardware is MV96340 Ethernet, address is {0} (bia {0})\n", address);
    const std::string description = value_of(configuration_.interface(name)->lines, "description");
    if (!description.empty()) {
        out += "  Description: " + description + "\n";
    }
    for (const live_address& a : configuration_.addresses()) {
        if (a.interface == name) {
            out += fmt::format("  Internet address is {}/{}\n", ipv4_text(a.prefix.address), a.prefix.length);
        }
    }
    return out +
           "  MTU 1500 bytes, BW 100000 Kbit, DLY 100 usec,\n"
           "     reliability 255/255, txload 1/255, rxload 1/255\n"
           "  Last clearing of \"show interface\" counters never\n" +
           fmt::format("     {} packets input, 0 bytes\n", packets == received_.end() ? 0 : packets->second) +
           "     0 packets output, 0 bytes, 0 underruns\n";
}

void router::show_interfaces(const arguments& a) {
    std::string out;
    for (const std::string& name : configuration_.interface_names()) {
        if (a.empty() || a.front() == name) {
            out += interface_report(name);
        }
    }
    show(std::move(out));
}

// Cisco's form: place, year and week, number.
std::string router::serial_number() const {
    return options_.serial_number.empty() ? fmt::format("FTX{:08X}", options_.seed & 0xFFFFFFFFULL)
                                          : options_.serial_number;
}

std::string router::version_report() const {
    const std::string model = options_.model.empty() ? "2811" : options_.model;
    return fmt::format(
        "Cisco IOS Software, 2800 Software (C2800NM-ADVENTERPRISEK9-M), Version 12.4(15)T1, RELEASE SOFTWARE (fc2)\n"
        "Technical Support: http://www.cisco.com/techsupport\n"
        "Copyright (c) 1986-2007 by Cisco Systems, Inc.\n"
        "Compiled Wed 18-Jul-07 06:21 by pt_rel_team\n\n"
        "Cisco {} (revision 49.46) with 251904K/10240K bytes of memory.\n"
        "Processor board ID {}\n"
        "{} network interfaces\n"
        "239K bytes of non-volatile configuration memory.\n"
        "62720K bytes of ATA CompactFlash (Read/Write)\n",
        model, serial_number(), options_.interfaces.size());
}

void router::show_version(const arguments&) {
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(runtime_.now() - started_).count();
    show(version_report() +
         fmt::format(
             "\n{} uptime is {} minutes\nSystem image file is \"flash:c2800nm-advipservicesk9-mz.124-15.T1.bin\"\n"
             "\nConfiguration register is {}\n\n",
             configuration_.hostname(), minutes, register_report(kept_)));
}

std::string router::clock(bool with_zone) const {
    const auto up = std::chrono::duration_cast<std::chrono::milliseconds>(runtime_.now() - started_).count();
    const auto day = 1 + up / 86'400'000;
    const std::string time =
        fmt::format("{:02}:{:02}:{:02}.{:03}", up / 3'600'000 % 24, up / 60'000 % 60, up / 1000 % 60, up % 1000);
    return with_zone ? fmt::format("*{} UTC Fri Mar {} 2002", time, day) : fmt::format("Mar {:>2} {}", day, time);
}

void router::show_clock(const arguments&) {
    show(clock(true) + "\n");
}

void router::show_history(const arguments&) {
    std::string out;
    for (const std::string& line : terminal_.editor.history()) {
        out += "  " + line + "\n";
    }
    show(std::move(out));
}

void router::show_privilege(const arguments&) {
    show(fmt::format("Current privilege level is {}\n", level_ == level::user ? 1 : 15));
}

}  // namespace rollover::sim::ios
