// The other half of `element`: what nobody asked for, and the text between tags.
#include "engine/model/xml_document.h"
#include "engine/model/xml_scan.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::model {

namespace {

constexpr std::string_view instance_namespace = "http://www.w3.org/2001/XMLSchema-instance";

std::string list_of(std::span<const std::string> names) {
    std::string out;
    for (const auto& name : names) {
        out += (out.empty() ? "" : ", ") + name;
    }
    return out;
}

bool is_white_space(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

std::vector<std::string> strings(std::span<const std::string_view> views) {
    return {views.begin(), views.end()};
}

}  // namespace

/// `xmlns:x` declares a prefix, and `xsi:...schemaLocation` tells an editor where the schema is: both mean nothing
/// here.
bool element::is_schema_hint(const written_attribute& a) const {
    if (a.name.starts_with("xmlns:")) {
        return a.name.size() > 6 && !a.value.empty();
    }
    const written_attribute* const prefix = find("xmlns:xsi");
    return (a.name == "xsi:noNamespaceSchemaLocation" || a.name == "xsi:schemaLocation") && prefix != nullptr &&
           prefix->value == instance_namespace;
}

void element::unknown_attributes() {
    for (auto a = attributes_.begin(); a != attributes_.end(); ++a) {
        const bool again =
            std::any_of(attributes_.begin(), a, [&](const written_attribute& b) { return b.name == a->name; });
        if (again) {
            out().add(reading_->source.at(a->name_at), fmt::format("attribute {} is given twice", in_quotes(a->name)),
                      "remove one");
        } else if (!a->known && !is_schema_hint(*a)) {
            unknown_attribute(*a);
        }
    }
}

void element::unknown_attribute(const written_attribute& a) {
    const auto names = strings(std::span(asked_).first(asked_count_));
    const std::string allowed =
        names.empty() ? fmt::format("<{}> has no attributes", tag()) : "allowed: " + list_of(names);
    out().add(reading_->source.at(a.name_at), fmt::format("<{}> has no attribute {}", tag(), in_quotes(a.name)),
              out().nearest(a.name, names, allowed));
}

void element::finish(std::initializer_list<std::string_view> allowed) {
    unknown_attributes();
    for (const pugi::xml_node child : node_.children()) {
        if (child.type() != pugi::node_element) {
            if (allowed.size() > 0 && child.type() == pugi::node_pcdata && is_white_space(child.value())) {
                continue;  // a blank written as a reference
            }
            out().add(reading_->source.at(reading_->offset_of(child.value())), fmt::format("text in <{}>", tag()),
                      "only elements may stand here; remove it");
            continue;
        }
        const std::string_view name = child.name();
        if (std::ranges::find(allowed, name) != allowed.end()) {
            continue;
        }
        const auto names = strings(allowed);
        out().add(reading_->source.at(reading_->offset_of(child.name()) - 1),
                  fmt::format("<{}> is not allowed in <{}>", name.substr(0, 80), tag()),
                  out().nearest(name, names, names.empty() ? "nothing may stand here" : "allowed: " + list_of(names)));
    }
    const bool blank_inside = allowed.size() == 0 && node_.first_child().empty() && !text().empty();
    if (blank_inside) {
        wrong(fmt::format("blanks in <{}>", tag()),
              fmt::format("it is always empty: close it with /> instead of </{}>", tag()));
    }
}

void element::finish_text() {
    unknown_attributes();
    for (const pugi::xml_node child : node_.children()) {
        if (child.type() == pugi::node_element) {
            out().add(reading_->source.at(reading_->offset_of(child.name()) - 1),
                      fmt::format("an element in <{}>", tag()),
                      "only text may stand here; write &lt; for the character <");
        }
    }
}

/// Just after the start tag; the end of the file for `<x/>`.
std::size_t element::content_offset() const {
    const std::string_view text = reading_->source.text();
    std::size_t from = offset();
    if (!attributes_.empty()) {  // a ">" may stand in a value, but not after the last one
        const std::size_t value = attributes_.back().value_at;
        from = text.find(text[value - 1], value);
    }
    const std::size_t end = text.find('>', from);
    return text[end - 1] == '/' ? text.size() : end + 1;
}

std::vector<text_line> element::text() const {
    const std::string_view source = reading_->source.text();
    constexpr std::string_view cdata_begin = "<![CDATA[";
    std::vector<text_line> lines;
    std::size_t at = content_offset();
    std::size_t cdata_end = 0;                              // of the section that we are in
    const auto append = [&](std::string_view characters) {  // that stand at `at`
        if (lines.empty()) {
            lines.emplace_back();
        }
        if (lines.back().text.empty()) {
            lines.back().offset = at;
        }
        lines.back().text += characters;
    };
    while (at < source.size()) {
        const bool in_cdata = at < cdata_end;
        if (in_cdata && at + 3 == cdata_end) {
            at = cdata_end;
        } else if (!in_cdata && source[at] == '<' && source.substr(at, cdata_begin.size()) == cdata_begin) {
            cdata_end = skip_comment(source, at);
            at += cdata_begin.size();
        } else if (!in_cdata && source[at] == '<') {
            const std::size_t next = skip_comment(source, at);
            if (next == at) {
                break;  // the end tag, or a child that was reported
            }
            at = next;
        } else if (source[at] == '\n' || source[at] == '\r') {
            append({});
            at += source.substr(at, 2) == "\r\n" ? 2 : 1;
            lines.push_back({{}, at});
        } else if (!in_cdata && source[at] == '&') {
            const reference r = read_reference(source.substr(at, 64));
            append(r.character);
            at += std::max<std::size_t>(r.length, 1);
        } else {
            append(source.substr(at, 1));
            ++at;
        }
    }
    return lines;
}

}  // namespace rollover::model
