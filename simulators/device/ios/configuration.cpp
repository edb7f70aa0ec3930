#include "simulators/device/ios/configuration.h"

#include "simulators/device/ios/interfaces.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::sim::ios {
namespace {

// The configuration names some settings in another way than the one who types them.
std::string as_stored(std::string text) {
    constexpr std::string_view console = "line console ";
    constexpr std::string_view lookup = "ip domain-lookup";
    constexpr std::string_view domain = "ip domain-name";
    if (text.starts_with(console)) {
        return "line con " + text.substr(console.size());
    }
    if (text.starts_with(lookup)) {
        return "ip domain lookup";
    }
    if (text.starts_with(domain)) {
        return "ip domain name" + text.substr(domain.size());
    }
    return text;
}

config_line factory_interface(const std::string& name) {
    config_line made{"interface " + name, {}, true};
    made.lines.push_back({"no ip address", {}, false});
    made.lines.push_back({"shutdown", {}, false});
    if (name.find("Ethernet") != std::string::npos) {
        made.lines.push_back({"duplex auto", {}, false});
        made.lines.push_back({"speed auto", {}, false});
    }
    return made;
}

std::string canonical_hardware(const std::string& name) {
    return full_interface_name(name).value_or(name);
}

// An abbreviation of "no" or "default" is not allowed here; IOS wants both in full.
bool takes_away(std::string_view word) {
    return word == "no" || word == "default";
}

std::string error_text(const parsed& words, std::string_view typed, std::size_t prompt_length) {
    switch (words.status) {
        case parse_status::invalid:
            return std::string(prompt_length + words.column, ' ') + "^\n% Invalid input detected at '^' marker.\n\n";
        case parse_status::incomplete: return "% Incomplete command.\n\n";
        case parse_status::ambiguous: return fmt::format("% Ambiguous command:  \"{}\"\n", typed);
        case parse_status::ok: break;
    }
    return {};
}

}  // namespace

configuration::configuration(std::vector<std::string> interfaces)
    : hardware_(std::move(interfaces)), lines_(factory(hardware_)) {
    std::transform(hardware_.begin(), hardware_.end(), hardware_.begin(), canonical_hardware);
}

std::vector<config_line> configuration::factory(const std::vector<std::string>& interfaces) {
    std::vector<config_line> lines = {{"service timestamps debug datetime msec", {}, false},
                                      {"service timestamps log datetime msec", {}, false},
                                      {"no service password-encryption", {}, false},
                                      {"hostname Router", {}, false},
                                      {"boot-start-marker", {}, false},
                                      {"boot-end-marker", {}, false},
                                      {"no aaa new-model", {}, false},
                                      {"ip cef", {}, false}};
    for (const std::string& name : interfaces) {
        lines.push_back(factory_interface(canonical_hardware(name)));
    }
    lines.push_back({"ip forward-protocol nd", {}, false});
    lines.push_back({"no ip http server", {}, false});
    lines.push_back({"control-plane", {}, true});
    lines.push_back({"line con 0", {}, true});
    lines.push_back({"line aux 0", {}, true});
    lines.push_back({"line vty 0 4", {{"login", {}, false}}, true});
    return lines;
}

std::optional<std::string> configuration::name_interface(std::string_view typed, bool may_create) const {
    auto full = full_interface_name(typed);
    if (!full) {
        return std::nullopt;
    }
    const std::string_view parent = parent_interface(*full);
    const bool physical = std::find(hardware_.begin(), hardware_.end(), parent) != hardware_.end();
    const bool made = interface(*full) != nullptr;
    if (made || (may_create && (physical || is_virtual_interface(parent)))) {
        return full;
    }
    return std::nullopt;
}

std::vector<config_line>& configuration::here() {
    std::vector<config_line>* at = &lines_;
    for (const level& l : path_) {
        at = &section_of(*at, l.header).lines;
    }
    return *at;
}

configuration::request configuration::understand(std::string_view typed, std::size_t offset, bool negated) const {
    const auto names = [this](std::string_view word) { return name_interface(word, true); };
    const auto look_up = [&](config_mode in) {
        request r;
        const config_table& table = commands_of(in);
        r.words = table.parser.parse(typed, offset, negated, names);
        r.negated = negated;
        if (r.words.status == parse_status::ok && r.words.command >= 0) {
            r.command = &table.commands[static_cast<std::size_t>(r.words.command)];
        }
        return r;
    };
    request local = look_up(mode());
    if (local.words.status == parse_status::ok || path_.empty()) {
        return local;
    }
    request global = look_up(config_mode::global);
    if (global.words.status == parse_status::ok) {
        global.in_global = true;
        return global;
    }
    const bool global_came_further =
        local.words.status == parse_status::invalid &&
        (global.words.status != parse_status::invalid || global.words.column > local.words.column);
    return global_came_further ? global : local;
}

config_answer configuration::line(std::string_view typed, std::size_t prompt_length) {
    config_answer answer;
    const std::size_t start = typed.find_first_not_of(' ');
    if (start == std::string_view::npos || typed[start] == '!') {
        return answer;
    }
    const std::string_view first = typed.substr(start, typed.find(' ', start) - start);
    const bool negated =
        takes_away(first) && !(first == "default" && typed.find("interface") != std::string_view::npos);
    const request r = understand(typed, negated ? start + first.size() : start, negated);
    if (r.words.status != parse_status::ok) {
        answer.text = error_text(r.words, typed, prompt_length);
        return answer;
    }
    carry_out(r, answer);
    return answer;
}

void configuration::carry_out(const request& r, config_answer& answer) {
    const unsigned flags = r.command == nullptr ? 0 : r.command->flags;
    if ((flags & acts) != 0 && !r.negated) {
        act(r, answer);
        return;
    }
    if (r.in_global) {
        path_.clear();
    }
    answer.changed = true;
    if (r.negated) {
        negate(r, answer);
    } else if ((flags & opens) != 0) {
        open(r, answer);
    } else {
        store(r, answer);
    }
}

void configuration::open(const request& r, config_answer& answer) {
    const std::string header = as_stored(r.words.canonical);
    config_mode entered = r.command->enters;
    std::vector<config_line>& lines = here();
    if (header.rfind("router bgp ", 0) == 0) {
        const std::string running = value_of(lines, "router bgp");
        if (!running.empty() && running != r.words.arguments.front()) {
            answer.text = "BGP is already running; AS is " + running + "\n";
            answer.changed = false;
            return;
        }
    }
    const bool fresh = find_line(lines, header) == nullptr;
    config_line& section = section_of(lines, header);
    if (entered == config_mode::interface) {
        const std::string& name = r.words.arguments.front();
        if (name.find('.') != std::string::npos) {
            entered = config_mode::subinterface;
        } else if (fresh) {
            section.lines.push_back({"no ip address", {}, false});
        }
        if (fresh) {
            answer.links.emplace_back(name, true);
        }
    }
    answer.changed = fresh;
    path_.push_back({header, entered});
}

void configuration::negate_section(const request& r, config_answer& answer) {
    const std::string header = as_stored(r.words.canonical);
    if (r.command->enters == config_mode::interface) {
        const std::string& name = r.words.arguments.front();
        if (!is_virtual_interface(name)) {
            answer.text = "% Removal of physical interfaces is not permitted\n";
            return;
        }
    }
    std::erase_if(here(), [&](const config_line& l) { return l.section && l.text == header; });
}

void configuration::negate(const request& r, config_answer& answer) {
    const unsigned flags = r.command == nullptr ? 0 : r.command->flags;
    if ((flags & opens) != 0) {
        negate_section(r, answer);
        return;
    }
    const std::string text = as_stored(r.words.canonical);
    std::vector<config_line>& lines = here();
    const std::size_t key = r.command == nullptr ? 0 : r.command->key;
    const std::size_t removed = remove_lines(lines, key == 0 ? std::string_view(text) : first_words(text, key));
    if ((flags & (shows_no | hidden)) != 0) {
        set_line(lines, "no " + text, key);
    }
    if (text == "hostname" || text.starts_with("hostname ")) {
        set_line(lines, "hostname Router", 1);
    }
    if (mode() == config_mode::interface || mode() == config_mode::subinterface) {
        const std::string name = path_.back().header.substr(std::string_view("interface ").size());
        if (text.starts_with("ip address") && find_prefix(lines, "ip address") == nullptr) {
            set_line(lines, "no ip address", 0);
        }
        if (text == "shutdown" && removed > 0) {
            answer.links.emplace_back(name, true);
        }
    }
}

void configuration::store(const request& r, config_answer& answer) {
    std::string text = as_stored(r.words.canonical);
    std::vector<config_line>& lines = here();
    if (r.command->pattern.substr(0, 18) == "ip address A.B.C.D") {
        store_address(r, answer);
        return;
    }
    if ((r.command->flags & hidden) != 0) {
        remove_lines(lines, "no " + text);
        return;
    }
    if (text.starts_with("enable secret ") && !text.starts_with("enable secret 5 ")) {
        text = "enable secret 5 " + hide_secret(r.words.arguments.front());
    }
    if (text.starts_with("username ")) {
        const std::size_t secret = text.find(" secret ");
        if (secret != std::string::npos && text.substr(secret + 8, 2) != "5 ") {
            const std::string_view typed = std::string_view(text).substr(secret + 8);
            text = text.substr(0, secret) + " secret 5 " + hide_secret(typed.substr(typed.starts_with("0 ") ? 2 : 0));
        }
    }
    if (text == "speed 9600" && mode() == config_mode::line) {
        remove_lines(lines, "speed");  // the default is not shown
        return;
    }
    const bool shut_before = find_line(lines, "shutdown") != nullptr;
    set_line(lines, text, r.command->key);
    if (text == "shutdown" && !shut_before && mode() == config_mode::interface) {
        answer.links.emplace_back(path_.back().header.substr(std::string_view("interface ").size()), false);
    }
}

void configuration::store_address(const request& r, config_answer& answer) {
    const std::uint32_t address = *parse_ipv4(r.words.arguments[0]);
    const std::uint32_t mask = *parse_ipv4(r.words.arguments[1]);
    const auto length = mask_length(mask);
    if (!length) {
        answer.text = fmt::format("Bad mask 0x{:X} for address {}\n", mask, ipv4_text(address));
        return;
    }
    const bool is_host = *length >= 31 || ((address & ~mask) != 0 && (address | mask) != ~std::uint32_t{0});
    if (!is_host || address >> 28U >= 14 || address == 0) {
        answer.text = fmt::format("Bad mask /{} for address {}\n", *length, ipv4_text(address));
        return;
    }
    const std::string name = path_.back().header.substr(std::string_view("interface ").size());
    const ipv4_prefix fresh{address, *length};
    for (const live_address& other : addresses()) {
        const bool overlaps = other.prefix.contains(address) || fresh.contains(other.prefix.address);
        if (other.interface != name && overlaps && is_up(name)) {
            answer.text = fmt::format("% {} overlaps with {}\n", ipv4_text(address & mask), other.interface);
            return;
        }
    }
    std::vector<config_line>& lines = here();
    remove_lines(lines, "no ip address");
    if (r.command->key == 0) {  // secondary
        set_line(lines, r.words.canonical, 0);
        return;
    }
    std::erase_if(lines, [](const config_line& l) {
        return l.text.starts_with("ip address ") && l.text.find(" secondary") == std::string::npos;
    });
    lines.insert(lines.begin(), {r.words.canonical, {}, false});
}

}  // namespace rollover::sim::ios
