// XML as the readers see it: elements whose attributes are asked for by name and type. Everything that is wrong is
// reported with its place, and what was never asked for is reported as unknown.
#pragma once

#include "engine/model/mistakes.h"
#include "engine/model/source_text.h"
#include "engine/model/value_rules.h"

#include <array>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <pugixml.hpp>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rollover::model {

/// What all elements of a file share. `buffer` is what pugixml parsed in place: its pointers minus `buffer` are
/// offsets.
struct reading {
    const source_text& source;
    const char* buffer;
    mistakes& out;

    /// Where a name or value of pugixml stands in the file; its end for one that is not in it.
    [[nodiscard]] std::size_t offset_of(const char* view) const noexcept {
        const std::size_t size = source.text().size();
        const bool inside = !std::less<>()(view, buffer) && !std::less<>()(buffer + size, view);
        return inside ? static_cast<std::size_t>(view - buffer) : size;
    }
};

/// One line of the text of an element, references resolved, comments gone.
struct text_line {
    std::string text;
    std::size_t offset = 0;  ///< of its first byte in the file
};

/// A word of an enumeration and its value.
template <class E>
using word = std::pair<std::string_view, E>;

class element {
public:
    /// Keeps `r`; cheap to make, meant to live as long as one element is being read.
    element(reading& r, pugi::xml_node node);

    [[nodiscard]] std::string_view tag() const noexcept { return node_.name(); }
    [[nodiscard]] source_place place() const { return reading_->source.at(offset()); }
    [[nodiscard]] std::size_t offset() const noexcept;
    [[nodiscard]] source_place place_at(std::size_t byte) const { return reading_->source.at(byte); }
    /// Of the value of an attribute that is there, else of the element.
    [[nodiscard]] source_place place_of(std::string_view attribute) const;

    [[nodiscard]] bool has(std::string_view attribute);
    /// Whether there are no attributes at all.
    [[nodiscard]] bool bare() const noexcept { return attributes_.empty(); }
    /// The value as written. Valid as long as the document.
    [[nodiscard]] std::optional<std::string_view> raw(std::string_view attribute);
    /// Like `raw`, empty when it is missing or breaks the rule; both are reported. The view lives as long as the
    /// document.
    [[nodiscard]] std::string_view required(std::string_view attribute, const value_rule& rule);
    /// Like `required`, but it may be missing.
    [[nodiscard]] std::string_view optional(std::string_view attribute, const value_rule& rule);
    /// A number in low..high; `fallback` when it is missing, or wrong (then reported).
    [[nodiscard]] std::uint32_t number(std::string_view attribute, std::uint32_t low, std::uint32_t high,
                                       std::uint32_t fallback);
    [[nodiscard]] std::uint32_t required_number(std::string_view attribute, std::uint32_t low, std::uint32_t high);
    /// A duration in low..high; `fallback` as for `number`.
    [[nodiscard]] duration time(std::string_view attribute, duration low, duration high, duration fallback);
    /// One word of an enumeration; `fallback` when it is missing or wrong. Without a fallback it must be there.
    template <class E>
    [[nodiscard]] E choice(std::string_view attribute, std::span<const word<E>> words,
                           std::optional<E> fallback = std::nullopt) {
        std::vector<std::string> known;
        const auto given = fallback ? raw(attribute) : required_raw(attribute);
        if (!given) {
            return fallback.value_or(words[0].second);
        }
        for (const auto& [text, value] : words) {
            if (text == *given) {
                return value;
            }
            known.emplace_back(text);
        }
        not_a_word(attribute, *given, known);
        return fallback.value_or(words[0].second);
    }

    /// "true" or "false"; `fallback` when it is missing or wrong.
    [[nodiscard]] bool flag(std::string_view attribute, bool fallback) {
        static constexpr std::array<word<bool>, 2> words{{{"true", true}, {"false", false}}};
        return choice<bool>(attribute, words, fallback);
    }

    /// A mistake at the value of `attribute`, or at the element.
    void wrong(std::string_view attribute, std::string what, std::string hint) const;
    void wrong(std::string what, std::string hint) const;
    [[nodiscard]] mistakes& out() const noexcept { return reading_->out; }

    /// Reports attributes that nobody asked for, children that are not in `allowed`, and text between them. Without
    /// `allowed` the element must be empty. Called last.
    void finish(std::initializer_list<std::string_view> allowed = {});
    /// The same for an element that holds text.
    void finish_text();
    /// The text of the element, cut at line ends.
    [[nodiscard]] std::vector<text_line> text() const;

    /// The children of one name.
    [[nodiscard]] pugi::xml_object_range<pugi::xml_named_node_iterator> children(const char* name) const {
        return node_.children(name);
    }
    [[nodiscard]] std::size_t count(const char* name) const;

private:
    struct written_attribute {
        std::string_view name;
        std::string_view value;
        std::size_t name_at = 0;
        std::size_t value_at = 0;
        bool known = false;
    };

    [[nodiscard]] const written_attribute* find(std::string_view name) const;
    [[nodiscard]] std::optional<std::string_view> required_raw(std::string_view name);
    void not_a_word(std::string_view name, std::string_view given, std::span<const std::string> known);
    void unknown_attributes();
    void unknown_attribute(const written_attribute& a);
    [[nodiscard]] std::string_view checked(std::string_view name, std::string_view given, const value_rule& rule) const;
    [[nodiscard]] bool is_schema_hint(const written_attribute& a) const;
    [[nodiscard]] std::size_t content_offset() const;

    reading* reading_;
    pugi::xml_node node_;
    std::vector<written_attribute> attributes_;
    std::array<std::string_view, 16> asked_;  ///< no element has more attributes that mean something
    std::size_t asked_count_ = 0;
};

/// A scanned and parsed file.
class xml_document {
public:
    /// Nothing when the text breaks a rule of XML or of `scan_xml`; `out` then says what. `text` must outlive this.
    [[nodiscard]] static std::unique_ptr<xml_document> parse(const source_text& text, mistakes& out);

    [[nodiscard]] reading& shared() noexcept { return reading_; }
    [[nodiscard]] pugi::xml_node root() const { return tree_.document_element(); }

private:
    xml_document(const source_text& text, mistakes& out) : buffer_(text.text()), reading_{text, buffer_.data(), out} {}

    std::string buffer_;  ///< pugixml parses in place: names and values are views into it
    pugi::xml_document tree_;
    reading reading_;
};

}  // namespace rollover::model
