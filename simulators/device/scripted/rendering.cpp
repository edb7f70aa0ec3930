#include "simulators/device/scripted/rendering.h"

#include <algorithm>

namespace rollover::sim::scripted {
namespace {

void indented(const entry& one, std::size_t depth, const configuration_style& style, std::string& out) {
    out.append(depth * style.indent, ' ');
    out += one.text + "\n";
    for (const entry& inner : one.inner) {
        indented(inner, depth + 1, style, out);
    }
    if (one.section && depth > 0 && style.section_end == "exit-each") {
        out.append(depth * style.indent, ' ');
        out += "exit\n";
    }
}

void end_section(const configuration_style& style, std::string& out) {
    if (!style.section_end.empty()) {
        out += style.section_end + "\n";
    }
}

std::string indented_text(const document& all, const configuration_style& style) {
    std::string out;
    bool plain_before = false;
    for (const entry& one : all) {
        if (one.section && plain_before && !style.separator.empty()) {
            out += style.separator + "\n";
        }
        indented(one, 0, style, out);
        if (one.section) {
            end_section(style, out);
            if (!style.separator.empty()) {
                out += style.separator + "\n";
            }
        }
        plain_before = !one.section;
    }
    return out;
}

void braces(const entry& one, std::size_t depth, const configuration_style& style, std::string& out) {
    const std::string margin(depth * style.indent, ' ');
    if (one.inner.empty()) {
        out += margin + one.text + style.terminator + "\n";
        return;
    }
    out += margin + one.text + " {\n";
    for (const entry& inner : one.inner) {
        braces(inner, depth + 1, style, out);
    }
    out += margin + "}\n";
}

/// A leaf is a name and its value.
std::string quoted(const std::string& leaf, const configuration_style& style) {
    const std::size_t blank = leaf.find(' ');
    if (style.quote.empty() || blank == std::string::npos || leaf.back() == style.quote.front()) {
        return leaf;
    }
    return leaf.substr(0, blank + 1) + style.quote + leaf.substr(blank + 1) + style.quote;
}

void as_set(const document& all, const std::string& above, const configuration_style& style, std::string& out) {
    for (const entry& one : all) {
        if (one.inner.empty()) {
            out += above + " " + quoted(one.text, style) + "\n";
        } else {
            as_set(one.inner, above + " " + one.text, style, out);
        }
    }
}

}  // namespace

std::string render(const document& all, const configuration_style& style) {
    if (style.family == family_kind::tree) {
        std::string out;
        for (const entry& one : all) {
            braces(one, 0, style, out);
        }
        return out;
    }
    return indented_text(all, style);
}

std::string render_as_set(const document& all, const configuration_style& style) {
    std::string out;
    as_set(all, "set", style, out);
    return out;
}

std::string render_changes(const document& from, const document& to, const configuration_style& style) {
    const auto before = flatten(from);
    const auto after = flatten(to);
    std::string out;
    const auto missing_in = [](const std::vector<std::string>& all, const std::string& one) {
        return std::ranges::find(all, one) == all.end();
    };
    for (const std::string& one : before) {
        if (missing_in(after, one)) {
            out += "- " + one + style.terminator + "\n";
        }
    }
    for (const std::string& one : after) {
        if (missing_in(before, one)) {
            out += "+ " + one + style.terminator + "\n";
        }
    }
    return out;
}

}  // namespace rollover::sim::scripted
