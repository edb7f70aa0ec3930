#include "engine/switches/dialect.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace rollover::switches {

namespace {

constexpr std::array makers{make_arista_eos, make_cisco_ios, make_junos, make_openvswitch};

bool is_letter(char c) noexcept {
    return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '-';
}

std::string_view letters_of(std::string_view name) noexcept {
    return name.substr(0,
                       static_cast<std::size_t>(std::find_if_not(name.begin(), name.end(), is_letter) - name.begin()));
}

bool equal_letters(char a, char b) noexcept {
    return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
}

}  // namespace

std::unique_ptr<dialect> dialect_of(std::string_view platform) {
    for (const auto make : makers) {
        auto one = make();
        if (one->platform() == platform) {
            return one;
        }
    }
    return nullptr;
}

std::vector<std::string> known_dialects() {
    std::vector<std::string> names;
    for (const auto make : makers) {
        names.emplace_back(make()->platform());
    }
    return names;
}

bool same_abbreviated(std::string_view ours, std::string_view theirs) noexcept {
    const auto short_name = letters_of(ours);
    const auto long_name = letters_of(theirs);
    return !short_name.empty() && short_name.size() <= long_name.size() &&
           ours.substr(short_name.size()) == theirs.substr(long_name.size()) &&
           std::equal(short_name.begin(), short_name.end(), long_name.begin(), equal_letters);
}

std::string on_or_off(model::traffic_set passes, model::traffic which) {
    model::traffic_set one;
    one.add(which);
    return passes.has(one) ? "on" : "off";
}

}  // namespace rollover::switches
