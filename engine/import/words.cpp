#include "engine/import/words.h"

#include "engine/base/text.h"
#include "engine/model/traffic.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <fmt/format.h>

namespace rollover::importing {

namespace {

using pair = std::pair<std::string_view, std::string_view>;

constexpr std::array<pair, 51> spellings{{{"aoscx", "aruba-cx"},
                                          {"aristaeos", "arista-eos"},
                                          {"arubaaoscx", "aruba-cx"},
                                          {"arubacx", "aruba-cx"},
                                          {"arubaoscx", "aruba-cx"},
                                          {"asa", "cisco-asa"},
                                          {"bird", "bird"},
                                          {"bird2", "bird"},
                                          {"ciscoasa", "cisco-asa"},
                                          {"ciscoios", "cisco-ios"},
                                          {"ciscoiosxe", "cisco-ios"},
                                          {"iosxe", "cisco-ios"},
                                          {"ciscoxe", "cisco-ios"},
                                          {"ciscoiosxr", "cisco-iosxr"},
                                          {"cisconxos", "cisco-nxos"},
                                          {"ciscoxr", "cisco-iosxr"},
                                          {"debian", "linux"},
                                          {"debian11", "linux"},
                                          {"debian12", "linux"},
                                          {"eos", "arista-eos"},
                                          {"frr", "frr"},
                                          {"frrouting", "frr"},
                                          {"huaweivrp", "huawei-vrp"},
                                          {"huawei", "huawei-vrp"},
                                          {"ios", "cisco-ios"},
                                          {"iosxr", "cisco-iosxr"},
                                          {"juniper", "junos"},
                                          {"juniperjunos", "junos"},
                                          {"junos", "junos"},
                                          {"linux", "linux"},
                                          {"mikrotik", "mikrotik-routeros"},
                                          {"mikrotikrouteros", "mikrotik-routeros"},
                                          {"nxos", "cisco-nxos"},
                                          {"nxosssh", "cisco-nxos"},
                                          {"openvswitch", "openvswitch"},
                                          {"openwrt", "openwrt"},
                                          {"ovs", "openvswitch"},
                                          {"redhat", "linux"},
                                          {"rhel", "linux"},
                                          {"routeros", "mikrotik-routeros"},
                                          {"ubuntu", "linux"},
                                          {"ubuntu2004", "linux"},
                                          {"ubuntu2204", "linux"},
                                          {"ubuntu2404", "linux"},
                                          {"ubuntulinux", "linux"},
                                          {"uboot", "u-boot"},
                                          {"vrp", "huawei-vrp"},
                                          {"vrpv5", "huawei-vrp"},
                                          {"vrpv8", "huawei-vrp"},
                                          {"vyos", "vyos"},
                                          {"vyosrolling", "vyos"}}};

bool is_number(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; });
}

}  // namespace

std::string reduced(std::string_view text) {
    std::string out;
    for (const char one : text) {
        const auto c = static_cast<unsigned char>(one);
        if (c < 0x80 && std::isalnum(c) != 0) {
            out += static_cast<char>(std::tolower(c));
        }
    }
    return out;
}

std::string fitted(std::string_view text, const model::value_rule& rule) {
    if (const auto whole = trim(text); rule.fits(whole)) {
        return std::string(whole);
    }
    std::string out;
    for (const char c : text) {
        // A rule for words is a rule for each character, after the first: so it is asked character by character.
        const std::string with{'a', c};
        const bool allowed = rule.fits(with);
        if (out.empty()) {
            const std::string alone(1, c);
            if (rule.fits(alone)) {
                out = alone;
            }
        } else if (allowed) {
            out += c;
        } else if (out.back() != '-') {
            out += '-';
        }
    }
    while (!out.empty() && (out.back() == '-' || !rule.fits(out))) {
        out.pop_back();
    }
    return out;
}

std::string port_name(std::string_view text) {
    std::string tight;
    std::ranges::copy_if(text, std::back_inserter(tight), [](char c) { return c != ' ' && c != '\t'; });
    return fitted(tight, model::rules::port);
}

std::string line_number(std::string_view text) {
    const std::string small = reduced(text);
    for (const std::string_view word : {"port", "line", "serial", "ttys", "tty", "p"}) {
        if (small.starts_with(word) && is_number(std::string_view(small).substr(word.size())) &&
            std::ranges::count_if(text, [](unsigned char c) { return c == '/' || c == '.' || c == ':'; }) == 0) {
            const auto digits = small.substr(word.size());
            const auto first = digits.find_first_not_of('0');
            return first == std::string::npos ? "0" : digits.substr(first);
        }
    }
    return fitted(text, model::rules::line_number);
}

std::span<const pair> platform_spellings() {
    return spellings;
}

std::optional<std::string_view> platform_named(std::string_view text) {
    const std::string wanted = reduced(text);
    for (const auto& [spelling, name] : spellings) {
        if (spelling == wanted || reduced(name) == wanted) {
            return name;
        }
    }
    return std::nullopt;
}

std::optional<std::string_view> converter_model_named(std::string_view manufacturer) {
    const std::string small = reduced(manufacturer);
    for (const auto& [start, name] :
         std::array<pair, 3>{{{"opengear", "opengear"}, {"digi", "digi"}, {"moxa", "moxa-nport"}}}) {
        if (small == start) {
            return name;
        }
    }
    return std::nullopt;
}

bool is_console_name(std::string_view port) {
    std::string small = reduced(port);
    while (!small.empty() && std::isdigit(static_cast<unsigned char>(small.back())) != 0) {
        small.pop_back();
    }
    return small == "con" || small.starts_with("console") || small.ends_with("console");
}

bool is_serial_name(std::string_view port) {
    const std::string small = reduced(port);
    const auto digits = small.find_first_of("0123456789");
    const std::string_view word = std::string_view(small).substr(0, digits);
    return digits != std::string::npos && (word == "serial" || word == "se" || word == "s");
}

std::string bit_rate(std::uint32_t megabits) {
    for (const auto& text : {megabits % 1000 == 0 ? fmt::format("{}g", megabits / 1000) : std::string(),
                             megabits % 1000 != 0 && megabits % 100 == 0 && megabits > 1000
                                 ? fmt::format("{}.{}g", megabits / 1000, megabits % 1000 / 100)
                                 : std::string(),
                             fmt::format("{}m", megabits)}) {
        if (!text.empty() && model::parse_bit_rate(text) == megabits) {
            return text;
        }
    }
    return {};
}

}  // namespace rollover::importing
