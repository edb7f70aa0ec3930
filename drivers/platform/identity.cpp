#include "drivers/platform/identity.h"

#include "drivers/platform/patterns.h"
#include "engine/base/text.h"

#include <algorithm>
#include <cctype>

namespace rollover::platform {
namespace {

bool is_digit(char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

std::string letters_and_digits(std::string_view text) {
    std::string kept;
    for (const char c : text) {
        const auto u = static_cast<unsigned char>(c);
        if (std::isalnum(u) != 0) {
            kept += static_cast<char>(std::tolower(u));
        }
    }
    return kept;
}

/// `part` stands in `whole`, and no number of `whole` goes on where it begins or ends.
bool stands_in(std::string_view part, std::string_view whole) {
    for (auto at = whole.find(part); at != std::string_view::npos; at = whole.find(part, at + 1)) {
        const auto end = at + part.size();
        const bool cut_before = at > 0 && is_digit(whole[at - 1]) && is_digit(part.front());
        const bool cut_behind = end < whole.size() && is_digit(whole[end]) && is_digit(part.back());
        if (!cut_before && !cut_behind) {
            return true;
        }
    }
    return false;
}

/// What the rule finds in the output; empty: nothing that counts.
std::string found_by(const identity_rule& rule, std::string_view output) {
    const pattern_set expression({rule.pattern}, pattern_set::match::anywhere);
    const pattern_set no_identity(
        rule.unless.empty() ? std::vector<std::string>{} : std::vector<std::string>{rule.unless},
        pattern_set::match::whole);
    for (const auto line : split_lines(output)) {
        const auto value = expression.group(0, line, "value");
        const auto text = value ? trim(*value) : std::string_view();
        if (!text.empty() && !no_identity.any(text)) {
            return std::string(text);
        }
    }
    return {};
}

}  // namespace

const std::string& identity::operator[](identity_part part) const {
    switch (part) {
        case identity_part::serial_number: return serial_number;
        case identity_part::model: return model;
        case identity_part::software: break;
    }
    return software;
}

std::string& identity::operator[](identity_part part) {
    switch (part) {
        case identity_part::serial_number: return serial_number;
        case identity_part::model: return model;
        case identity_part::software: break;
    }
    return software;
}

std::string_view name_of(identity_part part) noexcept {
    switch (part) {
        case identity_part::serial_number: return "serial number";
        case identity_part::model: return "model";
        case identity_part::software: break;
    }
    return "software";
}

bool reads(const description& d, identity_part part) {
    return std::any_of(d.identify.begin(), d.identify.end(), [&](const identify_command& command) {
        return std::any_of(command.reads.begin(), command.reads.end(),
                           [&](const identity_rule& rule) { return rule.what == part; });
    });
}

void take_identity(const identify_command& command, std::string_view output, identity& known) {
    for (const auto& rule : command.reads) {
        auto& part = known[rule.what];
        if (part.empty()) {
            part = found_by(rule, output);
        }
    }
}

bool same_serial_number(std::string_view pinned, std::string_view found) {
    const auto a = trim(pinned);
    const auto b = trim(found);
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
    });
}

bool same_model(std::string_view pinned, std::string_view found) {
    const auto a = letters_and_digits(pinned);
    const auto b = letters_and_digits(found);
    if (a.empty() || b.empty()) {
        return trim(pinned) == trim(found);
    }
    return stands_in(a, b) || stands_in(b, a);
}

}  // namespace rollover::platform
