#include "simulators/device/scripted/interface_names.h"

#include "simulators/device/ios/grammar.h"

#include <algorithm>

namespace rollover::sim::scripted {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_number(std::string_view text) {
    return !text.empty() && is_digit(text.front()) && is_digit(text.back()) &&
           std::ranges::all_of(text, [](char c) { return is_digit(c) || c == '/' || c == '.' || c == ':'; });
}

bool starts_like(std::string_view name, std::string_view typed) {
    return typed.size() <= name.size() && std::equal(typed.begin(), typed.end(), name.begin(),
                                                     [](char a, char b) { return ios::lower(a) == ios::lower(b); });
}

}  // namespace

std::optional<std::string> full_name(std::string_view typed, const std::vector<std::string>& hardware,
                                     const std::vector<interface_type>& types) {
    const auto has = [&hardware](std::string_view name) { return std::ranges::count(hardware, name) > 0; };
    if (has(typed)) {
        return std::string(typed);
    }
    const auto digits = std::ranges::find_if(typed, is_digit);
    const auto letters = typed.substr(0, static_cast<std::size_t>(digits - typed.begin()));
    const std::string_view number = typed.substr(letters.size());
    if (letters.empty() || !is_number(number)) {
        return std::nullopt;
    }
    for (const interface_type& type : types) {
        if (!starts_like(type.name, letters)) {
            continue;
        }
        std::string name = type.name + std::string(number);
        if (type.made_by_user || has(name) || has(name.substr(0, name.find('.')))) {
            return name;
        }
    }
    return std::nullopt;
}

}  // namespace rollover::sim::scripted
