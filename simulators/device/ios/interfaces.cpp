#include "simulators/device/ios/interfaces.h"

#include "simulators/device/ios/grammar.h"

#include <algorithm>
#include <array>

namespace rollover::sim::ios {
namespace {

struct interface_type {
    std::string_view name;
    bool is_virtual = false;
};

constexpr std::array<interface_type, 17> types{{
    {"Async"},
    {"ATM"},
    {"BRI"},
    {"Dialer", true},
    {"Ethernet"},
    {"FastEthernet"},
    {"GigabitEthernet"},
    {"Loopback", true},
    {"Multilink", true},
    {"Null", true},
    {"Port-channel", true},
    {"Serial"},
    {"TenGigabitEthernet"},
    {"Tunnel", true},
    {"Virtual-Template", true},
    {"Vlan", true},
    {"BVI", true},
}};

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
    return prefix.size() <= text.size() &&
           std::equal(prefix.begin(), prefix.end(), text.begin(), [](char a, char b) { return lower(a) == lower(b); });
}

bool digit(char c) {
    return c >= '0' && c <= '9';
}

// "0", "0/1", "0/0/0", each with ".10" for a subinterface.
bool is_number(std::string_view text) {
    bool digit_before = false;
    bool dotted = false;
    for (const char c : text) {
        if (!digit(c) && (!digit_before || dotted || (c != '/' && c != '.'))) {
            return false;
        }
        dotted = dotted || c == '.';
        digit_before = digit(c);
    }
    return digit_before;
}

std::string_view letters_of(std::string_view name) {
    return name.substr(0, static_cast<std::size_t>(std::find_if(name.begin(), name.end(), digit) - name.begin()));
}

}  // namespace

std::optional<std::string> full_interface_name(std::string_view typed) {
    const std::string_view letters = letters_of(typed);
    const std::string_view number = typed.substr(letters.size());
    if (letters.empty() || !is_number(number)) {
        return std::nullopt;
    }
    const interface_type* found = nullptr;
    for (const interface_type& type : types) {
        if (!starts_with_ignoring_case(type.name, letters)) {
            continue;
        }
        if (found != nullptr) {
            return std::nullopt;
        }
        found = &type;
    }
    if (found == nullptr) {
        return std::nullopt;
    }
    return std::string(found->name) + std::string(number);
}

bool is_virtual_interface(std::string_view name) {
    if (name.find('.') != std::string_view::npos) {
        return true;
    }
    const std::string_view letters = letters_of(name);
    return std::any_of(types.begin(), types.end(),
                       [letters](const interface_type& t) { return t.is_virtual && t.name == letters; });
}

std::string_view parent_interface(std::string_view name) {
    return name.substr(0, name.find('.'));
}

std::string short_interface_name(std::string_view name) {
    const std::string_view letters = letters_of(name);
    return std::string(letters.substr(0, 2)) + std::string(name.substr(letters.size()));
}

}  // namespace rollover::sim::ios
