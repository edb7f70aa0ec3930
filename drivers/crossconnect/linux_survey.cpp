#include "drivers/crossconnect/linux_survey.h"

#include "drivers/crossconnect/openvswitch_commands.h"
#include "engine/base/text.h"

#include <fmt/format.h>

namespace rollover::crossconnect {

namespace {

constexpr std::string_view bridge_prefix = "rosv";
constexpr std::string_view was_down = " down";  // behind the name in the alias of a bridge

/// Cuts the next word off `rest`; a '\' stands for a line end in one-line output.
std::string_view next_word(std::string_view& rest) {
    constexpr std::string_view blanks = " \t\\";
    rest.remove_prefix(std::min(rest.find_first_not_of(blanks), rest.size()));
    const auto word = rest.substr(0, rest.find_first_of(blanks));
    rest.remove_prefix(word.size());
    return word;
}

/// "12: eth1.101@eth1: <...>": the name, and the rest behind it.
std::optional<std::string_view> cut_name(std::string_view& line) {
    const auto colon = line.find(": ");
    if (colon == std::string_view::npos ||
        line.substr(0, colon).find_first_not_of("0123456789") != std::string_view::npos) {
        return std::nullopt;
    }
    line.remove_prefix(colon + 2);
    const auto end = line.find(": ");
    if (end == std::string_view::npos) {
        return std::nullopt;
    }
    const auto name = line.substr(0, std::min(end, line.find('@')));
    line.remove_prefix(end + 2);
    const bool can_be = !name.empty() && name.find_first_of(" \t") == std::string_view::npos;  // dev_valid_name()
    return can_be ? std::optional(name) : std::nullopt;
}

bool has_flag(std::string_view flags, std::string_view wanted) {
    for (auto at = flags.find(wanted); at != std::string_view::npos; at = flags.find(wanted, at + 1)) {
        const auto end = at + wanted.size();
        if (at > 0 && (flags[at - 1] == '<' || flags[at - 1] == ',') && end < flags.size() &&
            (flags[end] == '>' || flags[end] == ',')) {
            return true;
        }
    }
    return false;
}

}  // namespace

std::vector<survey_link> parse_survey_links(std::string_view output) {
    std::vector<survey_link> all;
    for (auto line : split_lines(output)) {
        const auto name = cut_name(line);
        if (!name) {
            continue;
        }
        survey_link one;
        one.name = *name;
        one.up = has_flag(next_word(line), "UP");
        if (constexpr std::string_view key = "\\    alias "; line.find(key) != std::string_view::npos) {
            const auto at = line.find(key);
            auto alias = line.substr(at + key.size());
            one.alias = trim(alias.substr(0, alias.find('\\')));
            line = line.substr(0, at);
        }
        for (auto word = next_word(line); !word.empty(); word = next_word(line)) {
            if (word == "master") {
                one.master = next_word(line);
            }
        }
        all.push_back(std::move(one));
    }
    return all;
}

std::vector<learned_address> parse_forwarding(std::string_view output) {
    std::vector<learned_address> all;
    for (auto line : split_lines(output)) {
        learned_address one;
        const auto source = read_mac(next_word(line));
        bool counts = source && source->is_of_one();
        for (auto word = next_word(line); !word.empty(); word = next_word(line)) {
            if (word == "dev") {
                one.device = next_word(line);
            } else if (word == "master") {
                one.bridge = next_word(line);
            } else if (word == "permanent" || word == "self") {
                counts = false;
            }
        }
        if (counts && !one.device.empty() && !one.bridge.empty()) {
            one.source = *source;
            all.push_back(std::move(one));
        }
    }
    return all;
}

std::string survey_bridge(const std::string& name, std::size_t index) {
    return fmt::format("{}{:04x}{:03x}", bridge_prefix, number_of(name) & 0xffffU, index & 0xfffU);
}

std::string batch_to_look(const std::string& name, const std::vector<watched_device>& devices) {
    std::string lines;
    for (const auto& one : devices) {
        if (!one.made_of.empty()) {
            lines += fmt::format("link add link {0} name {1} type vlan id {2}\nlink set dev {1} alias {3}\n",
                                 one.made_of, one.device, one.vlan, name);
        }
        lines += fmt::format(
            "link add name {0} address {4} type bridge stp_state 0 mcast_snooping 0 ageing_time 300000\n"
            "link set dev {0} alias \"{1}{2}\"\n"
            "link set dev {3} master {0}\n"
            "link set dev {3} up\n",
            one.bridge, name, one.was_up || !one.made_of.empty() ? "" : was_down, one.device,
            to_string(mark_of(one.mark)));
    }
    return lines;
}

std::string batch_to_end(const std::string& name, const std::vector<survey_link>& links) {
    std::string lines;
    std::string last;
    for (const auto& one : links) {
        const bool is_bridge = one.name.starts_with(bridge_prefix);
        if (one.alias != name && one.alias != name + std::string(was_down)) {
            continue;
        }
        if (is_bridge && one.alias != name) {
            for (const auto& member : links) {
                lines += member.master == one.name ? fmt::format("link set dev {} down\n", member.name) : "";
            }
        }
        (is_bridge ? lines : last) += fmt::format("link del dev {}\n", one.name);
    }
    return lines + last;
}

std::vector<std::string> wake_command(const std::vector<std::string>& bridges) {
    // Without duplicate address detection, which takes a second and would send frames that nobody counts on.
    std::vector<std::string> words{
        "sh", "-c",
        "for b in \"$@\"; do d=/proc/sys/net/ipv6/conf/$b; echo 0 >$d/accept_dad && echo 0 >$d/accept_ra && "
        "echo 0 >$d/disable_ipv6 && ip link set dev $b up || exit 1; done",
        "sh"};
    words.insert(words.end(), bridges.begin(), bridges.end());
    return words;
}

std::vector<std::string> ping_command(unsigned frames, const std::vector<std::string>& bridges) {
    // No answer is no failure: it is looked for in what the bridge has learned.
    std::vector<std::string> words{
        "sh", "-c",
        fmt::format("command -v ping >/dev/null || exit 127; for b in \"$@\"; do ping -6 -q -c {} "
                    "-i 0.01 -W 1 -I $b ff02::1 >/dev/null 2>&1 & done; wait; true",
                    frames),
        "sh"};
    words.insert(words.end(), bridges.begin(), bridges.end());
    return words;
}

}  // namespace rollover::crossconnect
