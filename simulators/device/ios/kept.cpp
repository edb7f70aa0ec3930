#include "simulators/device/ios/kept.h"

#include "simulators/device/ios/router.h"

#include <charconv>
#include <fmt/format.h>

namespace rollover::sim::ios {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view vlan_file = "vlan.dat";

/// "flash:vlan.dat", "flash:/vlan.dat", "vlan.dat".
bool names_vlan_file(std::string_view name) {
    for (const std::string_view prefix : {"flash:", "/"}) {
        if (name.starts_with(prefix)) {
            name.remove_prefix(prefix.size());
        }
    }
    return name == vlan_file;
}

}  // namespace

std::optional<std::uint16_t> register_from(std::string_view text) {
    if (!text.starts_with("0x") && !text.starts_with("0X")) {
        return std::nullopt;
    }
    text.remove_prefix(2);
    std::uint16_t value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

std::string register_report(const kept_apart& kept) {
    const std::string now = fmt::format("0x{:X}", kept.config_register);
    return kept.next_register == kept.config_register
               ? now
               : fmt::format("{} (will be 0x{:X} at next reload)", now, kept.next_register);
}

std::vector<config_line> vlans_of(const std::vector<config_line>& lines) {
    std::vector<config_line> found;
    for (const config_line& line : lines) {
        if (line.section && line.text.starts_with("vlan ")) {
            found.push_back(line);
        }
    }
    return found;
}

std::string vlan_report(const std::vector<config_line>& vlans) {
    std::string text =
        "\nVLAN Name                             Status    Ports\n"
        "---- -------------------------------- --------- -------------------------------\n"
        "1    default                          active    \n";
    for (const config_line& vlan : vlans) {
        const std::string number = vlan.text.substr(vlan.text.find(' ') + 1);
        const std::string name = value_of(vlan.lines, "name");
        text += fmt::format("{:<4} {:<32} active    \n", number, name.empty() ? "VLAN" + number : name);
    }
    return text +
           "1002 fddi-default                     act/unsup \n"
           "1003 token-ring-default               act/unsup \n"
           "1004 fddinet-default                  act/unsup \n"
           "1005 trnet-default                    act/unsup \n";
}

void router::show_vlans(const arguments&) {
    show(vlan_report(kept_.vlans));
}

void router::show_keys(const arguments&) {
    show(kept_.key.empty() ? std::string()
                           : fmt::format("% Key pair was generated at: {}\nKey name: {}\n Usage: General Purpose Key\n"
                                         " Key is not exportable.\n",
                                         clock(true), kept_.key));
}

// Asks for the name again, and then whether it is meant.
void router::delete_file(const arguments& a) {
    const std::string& file = a.front();
    const std::string shown = file.substr(file.find(':') == std::string::npos ? 0 : file.find(':') + 1);
    terminal_.ask(fmt::format("Delete filename [{}]? ", shown), [this, file](const std::string& answer) {
        const std::string meant = answer.empty() ? file : answer;
        terminal_.confirm(fmt::format("Delete {}? [confirm]", meant), [this, meant](bool yes) {
            say("\n");
            if (yes && names_vlan_file(meant) && !kept_.vlans.empty()) {
                kept_.vlans.clear();
            } else if (yes) {
                say(fmt::format("%Error deleting {} (No such file or directory)\n", meant));
            }
            done();
        });
    });
}

void router::list_file(const arguments& a) {
    if (names_vlan_file(a.front()) && !kept_.vlans.empty()) {
        show(
            fmt::format("Directory of {}\n\n    2  -rw-         736  Mar 1 1993 00:00:00 +00:00  vlan.dat\n\n"
                        "64016384 bytes total (40583168 bytes free)\n",
                        a.front()));
        return;
    }
    say(fmt::format("%Error opening {} (No such file or directory)\n", a.front()));
    done();
}

}  // namespace rollover::sim::ios
