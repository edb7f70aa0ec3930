#include "engine/switches/switch_state.h"

#include "engine/base/text.h"
#include "engine/switches/switch_config.h"

#include <charconv>

namespace rollover::switches {

std::string_view name_of(port_mode m) noexcept {
    switch (m) {
        case port_mode::access: return "access";
        case port_mode::tunnel: return "dot1q-tunnel";
        case port_mode::trunk: return "trunk";
        case port_mode::other: return "other";
    }
    return "other";
}

std::optional<std::uint16_t> vlan_number(std::string_view text) noexcept {
    std::uint16_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return whole && number >= 1 && number <= highest_vlan ? std::optional(number) : std::nullopt;
}

bool add_vlans(std::string_view list, vlan_set& into) noexcept {
    bool good = true;
    while (!list.empty()) {
        const auto comma = list.find(',');
        const auto part = trim(list.substr(0, comma));
        list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
        const auto dash = part.find('-');
        const auto first = part == "all" ? 1 : vlan_number(part.substr(0, dash));
        const auto last = part == "all"                    ? highest_vlan
                          : dash == std::string_view::npos ? first
                                                           : vlan_number(part.substr(dash + 1));
        if (!first || !last || *first > *last) {
            good = false;
            continue;
        }
        for (std::size_t vlan = *first; vlan <= *last; ++vlan) {
            into.set(vlan);
        }
    }
    return good;
}

std::string text_of(const vlan_set& vlans) {
    std::vector<std::uint16_t> numbers;
    for (std::uint16_t vlan = 1; vlan <= highest_vlan; ++vlan) {
        if (vlans[vlan]) {
            numbers.push_back(vlan);
        }
    }
    return ranges_of(numbers);
}

}  // namespace rollover::switches
