#include "engine/model/xml_document.h"

#include "engine/model/xml_scan.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::model {

std::unique_ptr<xml_document> xml_document::parse(const source_text& text, mistakes& out) {
    scan_xml(text, out);
    if (!out.none()) {
        return nullptr;
    }
    std::unique_ptr<xml_document> document(new xml_document(text, out));
    const auto parsed = document->tree_.load_buffer_inplace(document->buffer_.data(), document->buffer_.size(),
                                                            pugi::parse_default, pugi::encoding_utf8);
    if (!parsed) {
        out.add(text.at(static_cast<std::size_t>(parsed.offset)), parsed.description(), "mend the XML here");
        return nullptr;
    }
    return document;
}

element::element(reading& r, pugi::xml_node node) : reading_(&r), node_(node) {
    attributes_.reserve(4);
    for (const auto& a : node.attributes()) {
        attributes_.push_back({a.name(), a.value(), r.offset_of(a.name()), r.offset_of(a.value()), false});
    }
}

std::size_t element::offset() const noexcept {
    return reading_->offset_of(node_.name()) - 1;  // of its "<"
}

const element::written_attribute* element::find(std::string_view name) const {
    const auto found = std::ranges::find(attributes_, name, &written_attribute::name);
    return found == attributes_.end() ? nullptr : &*found;
}

std::optional<std::string_view> element::raw(std::string_view name) {
    const auto asked_end = asked_.begin() + static_cast<std::ptrdiff_t>(asked_count_);
    if (std::find(asked_.begin(), asked_end, name) == asked_end && asked_count_ < asked_.size()) {
        asked_[asked_count_++] = name;
    }
    const auto found = std::ranges::find(attributes_, name, &written_attribute::name);
    if (found == attributes_.end()) {
        return std::nullopt;
    }
    found->known = true;
    return found->value;
}

bool element::has(std::string_view name) {
    return raw(name).has_value();
}

source_place element::place_of(std::string_view name) const {
    const written_attribute* const a = find(name);
    return a == nullptr ? place() : reading_->source.at(a->value_at);
}

std::optional<std::string_view> element::required_raw(std::string_view name) {
    const auto given = raw(name);
    if (!given) {
        wrong(fmt::format("<{}> has no attribute {}", tag(), in_quotes(name)), fmt::format("add {}=\"...\"", name));
    }
    return given;
}

std::string_view element::required(std::string_view name, const value_rule& rule) {
    const auto given = required_raw(name);
    return given ? checked(name, *given, rule) : std::string_view();
}

std::string_view element::optional(std::string_view name, const value_rule& rule) {
    const auto given = raw(name);
    return given ? checked(name, *given, rule) : std::string_view();
}

std::string_view element::checked(std::string_view name, std::string_view given, const value_rule& rule) const {
    if (rule.fits(given)) {
        return given;
    }
    wrong(name, fmt::format("{} is no value for {}", in_quotes(given), in_quotes(name)), std::string(rule.words));
    return {};
}

std::uint32_t element::number(std::string_view name, std::uint32_t low, std::uint32_t high, std::uint32_t fallback) {
    const auto given = raw(name);
    if (!given) {
        return fallback;
    }
    const auto value = parse_number(*given);
    if (!value || *value < low || *value > high) {
        wrong(name, fmt::format("{} is no value for {}", in_quotes(*given), in_quotes(name)),
              fmt::format("a number from {} to {}", low, high));
        return fallback;
    }
    return *value;
}

std::uint32_t element::required_number(std::string_view name, std::uint32_t low, std::uint32_t high) {
    return required_raw(name) ? number(name, low, high, low) : low;
}

duration element::time(std::string_view name, duration low, duration high, duration fallback) {
    const auto given = raw(name);
    if (!given) {
        return fallback;
    }
    const auto value = parse_duration(*given);
    if (!value || *value < low || *value > high) {
        wrong(name, fmt::format("{} is no value for {}", in_quotes(*given), in_quotes(name)),
              fmt::format("a time from {} to {}: a number and us, ms, s, m or h, for instance 10ms", to_text(low),
                          to_text(high)));
        return fallback;
    }
    return *value;
}

void element::not_a_word(std::string_view name, std::string_view given, std::span<const std::string> known) {
    std::string allowed = "allowed: ";
    for (const auto& word : known) {
        allowed += (&word == known.data() ? "" : ", ") + word;
    }
    wrong(name, fmt::format("{} is no value for {}", in_quotes(given), in_quotes(name)),
          out().nearest(given, known, std::move(allowed)));
}

void element::wrong(std::string_view name, std::string what, std::string hint) const {
    out().add(place_of(name), std::move(what), std::move(hint));
}

void element::wrong(std::string what, std::string hint) const {
    out().add(place(), std::move(what), std::move(hint));
}

std::size_t element::count(const char* name) const {
    const auto found = children(name);
    return static_cast<std::size_t>(std::distance(found.begin(), found.end()));
}

}  // namespace rollover::model
