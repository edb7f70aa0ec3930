#include "simulators/device/ios/config_tree.h"

#include <algorithm>
#include <array>
#include <utility>

namespace rollover::sim::ios {
namespace {

bool begins(std::string_view text, std::string_view prefix) {
    return text.substr(0, prefix.size()) == prefix && (text.size() == prefix.size() || text[prefix.size()] == ' ');
}

std::string_view positive(std::string_view text) {
    return begins(text, "no") && text.size() > 3 ? text.substr(3) : text;
}

constexpr int line_rank = 170;

// Where IOS 12.4 prints a line: the longest prefix that fits decides. Lines of one rank keep the order of typing.
constexpr std::array<std::pair<std::string_view, int>, 48> ranks{{
    {"service", 10},
    {"hostname", 20},
    {"boot-start-marker", 30},
    {"boot-end-marker", 30},
    {"logging", 40},
    {"enable", 45},
    {"aaa", 50},
    {"clock", 55},
    {"memory-size", 56},
    {"ip", 60},
    {"ip cef", 62},
    {"ip dhcp", 63},
    {"ip domain", 65},
    {"ip host", 65},
    {"ip vrf", 66},
    {"ip inspect", 67},
    {"ipv6", 68},
    {"multilink", 70},
    {"frame-relay", 70},
    {"vtp", 72},
    {"spanning-tree", 73},
    {"key", 75},
    {"username", 80},
    {"archive", 82},
    {"vlan", 85},
    {"track", 88},
    {"class-map", 90},
    {"policy-map", 91},
    {"crypto", 95},
    {"controller", 97},
    {"interface", 100},
    {"router", 110},
    {"ip classless", 120},
    {"ip forward-protocol", 120},
    {"ip route", 121},
    {"ip default-gateway", 119},
    {"ip http", 123},
    {"ip nat", 125},
    {"ip access-list", 127},
    {"ip prefix-list", 128},
    {"access-list", 130},
    {"route-map", 135},
    {"snmp-server", 140},
    {"cdp", 139},
    {"control-plane", 150},
    {"banner", 160},
    {"line", line_rank},
    {"ntp", 180},
}};

template <std::size_t N>
int rank_in(const std::array<std::pair<std::string_view, int>, N>& table, std::string_view text, int otherwise) {
    std::string_view best;
    int rank = otherwise;
    for (const auto& [prefix, value] : table) {
        if (begins(positive(text), prefix) && prefix.size() > best.size()) {
            best = prefix;
            rank = value;
        }
    }
    return rank;
}

// The same inside of an interface.
constexpr std::array<std::pair<std::string_view, int>, 9> interface_ranks{{
    {"description", 0},
    {"ip vrf", 1},
    {"bandwidth", 2},
    {"encapsulation", 3},
    {"ip address", 4},
    {"ip", 5},
    {"shutdown", 7},
    {"duplex", 8},
    {"speed", 9},
}};

int rank_of(std::string_view text) {
    return rank_in(ranks, text, 60);
}

using ranked_lines = std::vector<std::pair<int, const config_line*>>;

// By rank; lines of one rank keep their order, which is that of their addresses.
ranked_lines in_order(ranked_lines lines) {
    std::sort(lines.begin(), lines.end());
    return lines;
}

ranked_lines ordered(const config_line& section) {
    const bool is_interface = begins(section.text, "interface");
    ranked_lines lines;
    for (const config_line& inner : section.lines) {
        lines.emplace_back(is_interface ? rank_in(interface_ranks, inner.text, 6) : 0, &inner);
    }
    return in_order(std::move(lines));
}

void print(const config_line& line, std::size_t depth, std::string& out) {
    out.append(depth, ' ');
    out += line.text;
    out += '\n';
    for (const auto& [rank, inner] : ordered(line)) {
        print(*inner, depth + 1, out);
    }
}

}  // namespace

std::string_view first_words(std::string_view text, std::size_t count) {
    std::size_t end = 0;
    for (std::size_t n = 0; n < count && end != std::string_view::npos; ++n) {
        end = text.find(' ', n == 0 ? 0 : end + 1);
    }
    return text.substr(0, end);
}

void set_line(std::vector<config_line>& lines, std::string_view text, std::size_t key_words) {
    const std::string_view wanted = positive(text);
    const std::string_view key = key_words == 0 ? wanted : first_words(wanted, key_words);
    for (config_line& line : lines) {
        const std::string_view there = positive(line.text);
        if (key_words == 0 ? there == wanted : begins(there, key)) {
            line.text = text;
            return;
        }
    }
    lines.push_back({std::string(text), {}, false});
}

std::size_t remove_lines(std::vector<config_line>& lines, std::string_view text) {
    return std::erase_if(lines, [text](const config_line& l) { return begins(l.text, text); });
}

config_line& section_of(std::vector<config_line>& lines, std::string_view header) {
    for (config_line& line : lines) {
        if (line.text == header) {
            return line;
        }
    }
    lines.push_back({std::string(header), {}, true});
    return lines.back();
}

const config_line* find_line(const std::vector<config_line>& lines, std::string_view text) {
    const auto found =
        std::find_if(lines.begin(), lines.end(), [text](const config_line& l) { return l.text == text; });
    return found == lines.end() ? nullptr : &*found;
}

const config_line* find_prefix(const std::vector<config_line>& lines, std::string_view prefix) {
    const auto fits = [prefix](const config_line& l) { return begins(l.text, prefix); };
    const auto found = std::find_if(lines.begin(), lines.end(), fits);
    return found == lines.end() ? nullptr : &*found;
}

std::string value_of(const std::vector<config_line>& lines, std::string_view prefix) {
    const config_line* line = find_prefix(lines, prefix);
    return line == nullptr || line->text.size() <= prefix.size() ? std::string() : line->text.substr(prefix.size() + 1);
}

std::string render(const std::vector<config_line>& lines) {
    ranked_lines order;
    order.reserve(lines.size());
    for (const config_line& line : lines) {
        order.emplace_back(rank_of(line.text), &line);
    }
    order = in_order(std::move(order));
    std::string out = "!\nversion 12.4\n";
    int before = 10;
    bool after_section = false;
    for (const auto& [rank, line] : order) {
        const bool apart = line->section && rank != line_rank;  // the lines of con, aux and vty stand together
        if (rank != before || apart || after_section) {
            out += "!\n";
        }
        print(*line, 0, out);
        before = rank;
        after_section = apart;
    }
    return out + "!\nend\n";
}

}  // namespace rollover::sim::ios
