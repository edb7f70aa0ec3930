// Configuration commands that do something instead of leaving a line, and what others ask the configuration.
#include "simulators/device/ios/configuration.h"
#include "simulators/device/ios/interfaces.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace rollover::sim::ios {
namespace {

constexpr std::string_view interface_prefix = "interface ";

}  // namespace

void configuration::act(const request& r, config_answer& answer) {
    const std::string_view pattern = r.command->pattern;
    if (pattern == "end") {
        answer.leave = true;
    } else if (pattern == "exit") {
        answer.leave = path_.empty();
        if (!path_.empty()) {
            path_.pop_back();
        }
    } else if (pattern == "exit-address-family") {
        path_.pop_back();
    } else if (pattern == "do LINE") {
        answer.exec = r.words.arguments.front();
    } else if (pattern.starts_with("banner")) {
        begin_banner(r, answer);
    } else if (pattern.starts_with("crypto key generate")) {
        generate_key(r, answer);
    } else if (pattern.starts_with("crypto key zeroize")) {
        answer.key = std::string();
    } else if (pattern == "config-register WORD") {
        answer.register_word = r.words.arguments.front();
    } else if (pattern == "default interface IF") {
        const std::string& name = r.words.arguments.front();
        path_.clear();
        answer.text = fmt::format("Interface {} set to default configuration\n", name);
        const bool was_up = is_up(name);
        if (config_line& section = section_of(lines_, std::string(interface_prefix) + name);
            !is_virtual_interface(name)) {
            const auto fresh = factory({name});
            section.lines = find_line(fresh, section.text)->lines;
        }
        if (was_up) {
            answer.links.emplace_back(name, false);
        }
        answer.changed = true;
    } else if (pattern == "encapsulation hdlc") {
        remove_lines(here(), "encapsulation");
        answer.changed = true;
    }
}

void configuration::begin_banner(const request& r, config_answer& answer) {
    std::string_view rest = r.words.arguments.back();
    answer.banner_header = r.words.canonical.substr(0, r.words.canonical.size() - rest.size() - 1);
    if (answer.banner_header == "banner") {
        answer.banner_header = "banner motd";
    }
    // A caret and a letter, as configurations print it, stand for the control character.
    const std::size_t size = rest.size() > 1 && rest[0] == '^' && rest[1] == 'C' ? 2 : 1;
    const std::string delimiter(rest.substr(0, size));
    rest.remove_prefix(size);
    const std::size_t end = rest.find(delimiter);
    path_.clear();
    if (end != std::string_view::npos) {
        set_banner(answer.banner_header, rest.substr(0, end));
        answer.changed = true;
        return;
    }
    answer.banner = delimiter;
    answer.banner_begun = std::string(rest);
    answer.text =
        fmt::format("Enter TEXT message.  End with the character '{}'.\n", delimiter == "\x03" ? "^C" : delimiter);
}

void configuration::set_banner(std::string_view header, std::string_view text) {
    set_line(lines_, fmt::format("{} ^C{}^C", header, text), 2);
}

void configuration::generate_key(const request& r, config_answer& answer) {
    if (hostname() == "Router") {
        answer.text = "% Please define a hostname other than Router.\n";
        return;
    }
    const std::string domain = value_of(lines_, "ip domain name");
    if (domain.empty()) {
        answer.text = "% Please define a domain-name first.\n";
        return;
    }
    answer.key = fmt::format("{}.{}", hostname(), domain);
    answer.text = fmt::format("The name for the keys will be: {}\n", *answer.key);
    if (!r.words.arguments.empty()) {
        answer.text += "% Generating RSA keys, keys will be non-exportable...[OK]\n\n";
        return;
    }
    answer.text +=
        "Choose the size of the key modulus in the range of 360 to 2048 for your\n"
        "  General Purpose Keys. Choosing a key modulus greater than 512 may take\n"
        "  a few minutes.\n\n";
    answer.question = "How many bits in the modulus [512]: ";
}

std::optional<std::vector<std::string>> configuration::help(std::string_view typed) const {
    const auto names = [this](std::string_view word) { return name_interface(word, true); };
    return commands_of(mode()).parser.help(typed, names);
}

void configuration::enter_interface(std::string_view name) {
    path_ = {{std::string(interface_prefix) + std::string(name), config_mode::interface}};
}

std::string configuration::hostname() const {
    const std::string name = value_of(lines_, "hostname");
    return name.empty() ? "Router" : name;
}

std::vector<std::string> configuration::interface_names() const {
    std::vector<std::string> names;
    for (const config_line& line : lines_) {
        if (line.section && line.text.starts_with(interface_prefix)) {
            names.push_back(line.text.substr(interface_prefix.size()));
        }
    }
    return names;
}

const config_line* configuration::interface(std::string_view name) const {
    return find_line(lines_, std::string(interface_prefix) + std::string(name));
}

bool configuration::is_up(std::string_view name) const {
    const config_line* section = interface(name);
    if (section == nullptr || find_line(section->lines, "shutdown") != nullptr) {
        return false;
    }
    const std::string_view parent = parent_interface(name);
    return parent == name || is_up(parent);
}

std::vector<live_address> configuration::addresses() const {
    std::vector<live_address> live;
    for (const std::string& name : interface_names()) {
        if (!is_up(name)) {
            continue;
        }
        for (const config_line& line : interface(name)->lines) {
            if (!line.text.starts_with("ip address ")) {
                continue;
            }
            const std::string_view rest = std::string_view(line.text).substr(std::string_view("ip address ").size());
            const std::size_t blank = rest.find(' ');
            if (blank == std::string_view::npos) {
                continue;  // dhcp
            }
            const std::string_view mask = rest.substr(blank + 1);
            const auto host = parse_ipv4(rest.substr(0, blank));
            const auto bits = parse_ipv4(mask.substr(0, mask.find(' ')));
            if (host && bits) {
                live.push_back({name, {*host, mask_length(*bits).value_or(0)}});
            }
        }
    }
    return live;
}

bool configuration::is_on(std::string_view setting) const {
    return find_prefix(lines_, "no " + std::string(setting)) == nullptr;
}

std::string hide_secret(std::string_view password) {
    constexpr std::string_view alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    std::uint64_t hash = 0xcbf29ce484222325ULL;  // FNV-1a: no secret, only something to compare
    for (const char letter : password) {
        hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3ULL;
    }
    std::string form = "$1$mERr$";
    for (int n = 0; n < 22; ++n) {
        form.push_back(alphabet[(hash >> 20U) % alphabet.size()]);
        hash = hash * 6364136223846793005ULL + 1442695040888963407ULL;
    }
    return form;
}

bool password_matches(std::string_view typed, std::string_view stored) {
    if (stored.starts_with("5 ")) {
        return hide_secret(typed) == stored.substr(2);
    }
    return typed == stored.substr(stored.starts_with("0 ") ? 2 : 0);
}

}  // namespace rollover::sim::ios
