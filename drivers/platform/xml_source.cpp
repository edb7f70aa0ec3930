#include "drivers/platform/xml_source.h"

#include "drivers/platform/keys.h"
#include "drivers/platform/patterns.h"
#include "engine/base/text.h"

#include <charconv>
#include <fmt/format.h>

namespace rollover::platform {
namespace {

constexpr int most_levels = 8;

std::vector<std::string> names_of(std::initializer_list<const char*> list) {
    return {list.begin(), list.end()};
}

std::string hint_for(std::string_view wrong, const std::vector<std::string>& allowed) {
    const auto near = closest(wrong, allowed);
    if (!near.empty()) {
        return fmt::format("did you mean '{}'?", near);
    }
    return allowed.empty() ? "nothing is allowed here" : fmt::format("allowed are {}", join(allowed, ", "));
}

bool is_name_character(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == ':';
}

std::optional<duration> parse_time(std::string_view text) {
    unsigned value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (parsed.ec != std::errc{}) {
        return std::nullopt;
    }
    const std::string_view unit(parsed.ptr, text.data() + text.size());
    if (unit == "ms") {
        return std::chrono::milliseconds(value);
    }
    if (unit == "s") {
        return std::chrono::seconds(value);
    }
    return unit == "min" && value <= 24 * 60 ? std::optional<duration>(std::chrono::minutes(value)) : std::nullopt;
}

}  // namespace

xml_source::xml_source(std::string_view text, std::string file, diagnostics& mistakes)
    : text_(text), file_(std::move(file)), mistakes_(mistakes), line_starts_{0} {
    for (std::size_t i = 0; i < text.size() && text.size() <= largest_platform_file; ++i) {
        if (text[i] == '\n') {
            line_starts_.push_back(i + 1);
        }
    }
}

source_place xml_source::place_at(std::size_t offset) const {
    const auto next = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
    const auto line = static_cast<std::size_t>(next - line_starts_.begin());
    return {file_, static_cast<std::uint32_t>(line), static_cast<std::uint32_t>(offset - line_starts_[line - 1] + 1)};
}

source_place xml_source::place(pugi::xml_node n) const {
    const auto offset = n.offset_debug();
    return offset <= 0 ? source_place{file_, 1, 1} : place_at(static_cast<std::size_t>(offset) - 1);
}

source_place xml_source::place(pugi::xml_node n, std::string_view attribute) const {
    auto at = static_cast<std::size_t>(std::max<std::ptrdiff_t>(n.offset_debug(), 0));
    char quote = 0;
    for (; at < text_.size() && (quote != 0 || text_[at] != '>'); ++at) {
        const char c = text_[at];
        if (quote != 0) {
            quote = c == quote ? '\0' : quote;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (text_.substr(at, attribute.size()) == attribute && at > 0 && !is_name_character(text_[at - 1]) &&
                   at + attribute.size() < text_.size() && !is_name_character(text_[at + attribute.size()])) {
            return place_at(at);
        }
    }
    return place(n);
}

void xml_source::complain(source_place where, std::string what, std::string hint) {
    mistakes_.push_back({std::move(where), std::move(what), std::move(hint)});
}

bool xml_source::characters_are_fine() {
    for (std::size_t at = 0; at < text_.size();) {
        const auto code = static_cast<unsigned char>(text_[at]);
        const auto length = utf8_length(text_.substr(at));
        if (length == 0) {
            complain(place_at(at), "this is not valid UTF-8", "save the file as UTF-8");
            return false;
        }
        if ((code < 0x20 && code != '\t' && code != '\n' && code != '\r') || code == 0x7f) {
            complain(place_at(at), "a control character", "write it as {^A}, {ESC} and so on");
            return false;
        }
        at += length;
    }
    return true;
}

bool xml_source::depth_is_fine() {
    int depth = 0;
    for (auto n = document_.first_child(); n;) {  // no recursion: the file may be hostile
        if (n.first_child() && ++depth > most_levels) {
            complain(place(n), "elements are nested too deep",
                     fmt::format("a platform file has at most {} levels", most_levels));
            return false;
        }
        if (n.first_child()) {
            n = n.first_child();
            continue;
        }
        while (n && !n.next_sibling()) {
            n = n.parent();
            --depth;
        }
        n = n ? n.next_sibling() : n;
    }
    return true;
}

pugi::xml_node xml_source::root() {
    if (text_.size() > largest_platform_file) {
        complain({file_, 0, 0}, "the file is too big for a platform",
                 fmt::format("at most {} bytes are read", largest_platform_file));
        return {};
    }
    if (!characters_are_fine()) {
        return {};
    }
    if (const auto at = text_.find("<!DOCTYPE"); at != std::string_view::npos) {
        complain(place_at(at), "a DOCTYPE is not allowed", "take it out; the schema is topologies/schema/platform.xsd");
        return {};
    }
    const auto parsed = document_.load_buffer(text_.data(), text_.size(), pugi::parse_default, pugi::encoding_utf8);
    if (!parsed) {
        complain(place_at(static_cast<std::size_t>(std::max<std::ptrdiff_t>(parsed.offset, 0))),
                 fmt::format("this is not well-formed XML: {}", parsed.description()));
        return {};
    }
    if (!depth_is_fine()) {
        return {};
    }
    const auto root = document_.document_element();
    if (std::string_view(root.name()) != "platform") {
        complain(place(root), fmt::format("the root element is '{}'", printable(root.name())),
                 "a platform file has <platform>");
        return {};
    }
    return root;
}

void element::complain(std::string what, std::string hint) const {
    source_->complain(place(), std::move(what), std::move(hint));
}

void element::complain_at(const char* attribute, std::string what, std::string hint) const {
    source_->complain(place(attribute), std::move(what), std::move(hint));
}

void element::allow(std::initializer_list<const char*> attributes,
                    std::initializer_list<const char*> child_names) const {
    const auto known_attributes = names_of(attributes);
    std::vector<std::string> seen;
    for (const auto a : node_.attributes()) {
        const std::string called = a.name();
        const bool schema = called.starts_with("xmlns") || called.starts_with("xsi:");
        if (!schema && std::find(known_attributes.begin(), known_attributes.end(), called) == known_attributes.end()) {
            source_->complain(source_->place(node_, called), fmt::format("<{}> has no attribute '{}'", name(), called),
                              hint_for(called, known_attributes));
        }
        if (std::find(seen.begin(), seen.end(), called) != seen.end()) {
            source_->complain(source_->place(node_, called), fmt::format("the attribute '{}' is given twice", called),
                              "");
        }
        seen.push_back(called);
    }
    const auto known_children = names_of(child_names);
    for (const auto c : node_.children()) {
        const std::string called = c.name();
        if (c.type() != pugi::node_element) {
            source_->complain(source_->place(c), fmt::format("<{}> holds no text", name()), "");
        } else if (std::find(known_children.begin(), known_children.end(), called) == known_children.end()) {
            source_->complain(source_->place(c), fmt::format("<{}> has no element <{}>", name(), called),
                              hint_for(called, known_children));
        }
    }
}

std::string element::text(const char* attribute, std::string otherwise) const {
    const auto a = node_.attribute(attribute);
    return a.empty() ? std::move(otherwise) : std::string(a.value());
}

std::string element::required(const char* attribute) const {
    auto value = text(attribute);
    if (value.empty()) {
        complain(fmt::format("<{}> needs the attribute '{}'", name(), attribute), "");
    }
    return value;
}

bool element::boolean(const char* attribute, bool otherwise) const {
    const auto value = text(attribute, otherwise ? "true" : "false");
    if (value != "true" && value != "false") {
        complain_at(attribute, fmt::format("'{}' is neither true nor false", printable(value)));
    }
    return value == "true";
}

duration element::time(const char* attribute, duration otherwise) const {
    if (!has(attribute)) {
        return otherwise;
    }
    const auto value = parse_time(text(attribute));
    if (!value) {
        complain_at(attribute, fmt::format("'{}' is no time", printable(text(attribute))), "write 30ms, 10s or 5min");
    }
    return value.value_or(otherwise);
}

unsigned element::number(const char* attribute, unsigned otherwise, unsigned least, unsigned most) const {
    if (!has(attribute)) {
        return otherwise;
    }
    const auto value = text(attribute);
    unsigned parsed = 0;
    const auto end = value.data() + value.size();
    const auto done = std::from_chars(value.data(), end, parsed);
    if (done.ec != std::errc{} || done.ptr != end || parsed < least || parsed > most) {
        complain_at(attribute, fmt::format("'{}' is no number from {} to {}", printable(value), least, most));
        return otherwise;
    }
    return parsed;
}

std::string element::keys(const char* attribute, std::string otherwise) const {
    if (!has(attribute)) {
        return otherwise;
    }
    auto decoded = decode_keys(text(attribute));
    if (!decoded) {
        complain_at(attribute, decoded.error().reason, decoded.error().hint);
        return otherwise;
    }
    return std::move(*decoded);
}

std::string element::pattern(const char* attribute, bool must_be_there) const {
    auto expression = must_be_there ? required(attribute) : text(attribute);
    if (const auto wrong = check_pattern(expression)) {
        complain_at(attribute, fmt::format("the regular expression does not compile: {}", *wrong),
                    "RE2 syntax, without look-around and back references");
        return {};
    }
    return expression;
}

std::size_t element::one_of(const char* attribute, std::span<const std::string> allowed, std::size_t otherwise) const {
    if (!has(attribute)) {
        return otherwise;
    }
    const auto value = text(attribute);
    const auto found = std::find(allowed.begin(), allowed.end(), value);
    if (found == allowed.end()) {
        complain_at(attribute, fmt::format("'{}' is not allowed", printable(value)),
                    hint_for(value, {allowed.begin(), allowed.end()}));
        return otherwise;
    }
    return static_cast<std::size_t>(found - allowed.begin());
}

std::vector<element> element::children(const char* name) const {
    std::vector<element> all;
    for (const auto c : node_.children(name)) {
        all.emplace_back(*source_, c);
    }
    return all;
}

std::vector<element> element::children() const {
    std::vector<element> all;
    for (const auto c : node_.children()) {
        if (c.type() == pugi::node_element) {
            all.emplace_back(*source_, c);
        }
    }
    return all;
}

}  // namespace rollover::platform
