#include "drivers/crossconnect/openvswitch_commands.h"

#include "drivers/crossconnect/openvswitch_rule_text.h"
#include "engine/base/text.h"

#include <fmt/format.h>

namespace rollover::crossconnect {

namespace {

std::string timeout(unsigned seconds) {
    return fmt::format("--timeout={}", std::max(1U, seconds));
}

}  // namespace

std::vector<std::string> list_ports_command(const std::string& bridge, unsigned seconds) {
    return {"ovs-vsctl", timeout(seconds), "list-ifaces", bridge};
}

std::vector<std::string> port_numbers_command(std::span<const std::string> ports, unsigned seconds) {
    std::vector<std::string> words{"ovs-vsctl", timeout(seconds)};
    for (const auto& port : ports) {
        if (words.size() > 2) {
            words.emplace_back("--");
        }
        words.insert(words.end(), {"get", "Interface", port, "ofport"});
    }
    return words;
}

std::vector<std::string> dump_rules_command(const std::string& bridge, unsigned seconds) {
    return {"ovs-ofctl",      "-O",
            "OpenFlow13",     "--no-names",
            timeout(seconds), "dump-flows",
            bridge,           fmt::format("cookie={:#x}/{:#x}", cookie_prefix, cookie_prefix_mask)};
}

std::vector<std::string> bundle_command(const std::string& bridge, unsigned seconds) {
    return {"ovs-ofctl", "-O", "OpenFlow13", "--bundle", timeout(seconds), "add-flows", bridge, "-"};
}

std::vector<std::string> parse_port_names(std::string_view output) {
    std::vector<std::string> names;
    for (const auto line : split_lines(output)) {
        if (const auto name = trim(line); !name.empty()) {
            names.emplace_back(name);
        }
    }
    return names;
}

result<std::vector<bridge_port>> parse_port_numbers(std::span<const std::string> names, std::string_view output) {
    std::vector<bridge_port> ports;
    std::size_t next = 0;
    for (const auto line : split_lines(output)) {
        const auto text = trim(line);
        if (text.empty()) {
            continue;
        }
        if (next == names.size()) {
            return failure(errc::protocol, "ovs-vsctl gave more port numbers than were asked for")
                .said(std::string(output));
        }
        const auto& name = names[next++];
        if (const auto number = read_number<std::uint32_t>(text); number && *number > 0) {
            ports.push_back({name, *number});
        } else if (text != "-1" && text != "[]") {
            return failure(errc::protocol, "ovs-vsctl gave no number for port " + name).said(std::string(text));
        }
    }
    if (next != names.size()) {
        return failure(errc::protocol, "ovs-vsctl gave fewer port numbers than were asked for")
            .said(std::string(output));
    }
    return ports;
}

result<std::vector<flow_rule>> parse_rules(std::string_view output) {
    std::vector<flow_rule> rules;
    for (const auto line : split_lines(output)) {
        const auto text = trim(line);
        if (!text.starts_with("cookie=")) {
            continue;  // the heading
        }
        auto rule = parse_rule(text);
        if (!rule) {
            return failure(errc::protocol, "a rule of ovs-ofctl dump-flows cannot be read").said(std::string(text));
        }
        if ((rule->cookie & cookie_prefix_mask) == cookie_prefix) {
            rules.push_back(std::move(*rule));
        }
    }
    return rules;
}

std::uint64_t number_of(std::string_view join_name) noexcept {
    std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a, 64 bits
    for (const char c : join_name) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    }
    const auto folded = (hash >> 48U) ^ (hash & ~cookie_prefix_mask);
    return folded == 0 ? 1 : folded;
}

}  // namespace rollover::crossconnect
