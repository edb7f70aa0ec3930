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

std::vector<std::string> dump_rules_command(const std::string& bridge, unsigned seconds,
                                            std::optional<std::uint64_t> number) {
    auto cookies = number ? fmt::format("cookie={:#x}/-1", cookie_prefix | *number)
                          : fmt::format("cookie={:#x}/{:#x}", cookie_prefix, cookie_prefix_mask);
    return {"ovs-ofctl", "-O", "OpenFlow13", "--no-names", timeout(seconds), "dump-flows", bridge, std::move(cookies)};
}

std::vector<std::string> bundle_command(const std::string& bridge, unsigned seconds) {
    // Without names the tool does not ask the switch for them first, which takes as long as all the rest.
    return {"ovs-ofctl", "-O", "OpenFlow13", "--no-names", "--bundle", timeout(seconds), "add-flows", bridge, "-"};
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
