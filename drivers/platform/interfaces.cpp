#include "drivers/platform/interfaces.h"

#include "drivers/platform/patterns.h"
#include "engine/base/text.h"

#include <algorithm>
#include <charconv>

namespace rollover::platform {
namespace {

/// "1,234" is a count too.
std::optional<std::uint64_t> read_count(std::string text) {
    std::erase(text, ',');
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

void add_neighbor(std::string text, std::vector<std::uint32_t>& known) {
    const auto value = read_count(std::move(text));
    const auto number = static_cast<std::uint32_t>(value.value_or(0));
    if (value == number && std::find(known.begin(), known.end(), number) == known.end()) {
        known.push_back(number);
    }
}

/// Takes what one line says; false: nothing that counts.
bool take(const interface_rule& rule, const pattern_set& expression, std::string_view line, interface_state& known) {
    if (!expression.any(line)) {
        return false;
    }
    const auto value = expression.group(0, line, "value");
    switch (rule.what) {
        case interface_part::address: {
            const auto address = read_mac(trim(value.value_or("")));
            known.address = address && address->is_of_one() ? address : std::nullopt;
            return known.address.has_value();
        }
        case interface_part::received:
            known.received = read_count(std::string(trim(value.value_or(""))));
            return known.received.has_value();
        case interface_part::link: known.link = true; return true;
        case interface_part::no_link: known.link = false; return true;
        case interface_part::disabled: known.disabled = true; return true;
        case interface_part::neighbor: add_neighbor(value.value_or(""), known.neighbors); break;
    }
    return false;
}

bool is_known(interface_part part, const interface_state& known) {
    switch (part) {
        case interface_part::address: return known.address.has_value();
        case interface_part::received: return known.received.has_value();
        case interface_part::link:
        case interface_part::no_link: return known.link.has_value();
        case interface_part::disabled: return known.disabled;
        case interface_part::neighbor: break;  // there may be one more
    }
    return false;
}

}  // namespace

void take_interface(const interface_command& command, std::string_view output, interface_state& known) {
    const auto lines = split_lines(output);
    for (const auto& rule : command.reads) {
        if (is_known(rule.what, known)) {
            continue;
        }
        const pattern_set expression({rule.pattern}, pattern_set::match::anywhere);
        for (const auto line : lines) {
            if (take(rule, expression, line, known)) {
                break;
            }
        }
    }
}

bool reads(const description& d, interface_part part) {
    return std::any_of(d.interfaces.commands.begin(), d.interfaces.commands.end(), [&](const auto& command) {
        return std::any_of(command.reads.begin(), command.reads.end(),
                           [&](const auto& rule) { return rule.what == part; });
    });
}

std::string for_interface(std::string text, std::string_view interface) {
    constexpr std::string_view variable = "${interface}";
    for (auto at = text.find(variable); at != std::string::npos; at = text.find(variable, at + interface.size())) {
        text.replace(at, variable.size(), interface);
    }
    return text;
}

}  // namespace rollover::platform
