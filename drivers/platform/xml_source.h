// A parsed platform file that knows where everything stands, so that every mistake has a line and a column.
#pragma once

#include "drivers/platform/description.h"

#include <initializer_list>
#include <pugixml.hpp>
#include <span>

namespace rollover::platform {

/// Checks what pugixml does not (size, UTF-8, control characters, DOCTYPE, depth) and finds places.
class xml_source {
public:
    /// `text` must outlive it. Mistakes go to `mistakes`.
    xml_source(std::string_view text, std::string file, diagnostics& mistakes);

    /// Parses; an empty node when the file cannot be used at all.
    [[nodiscard]] pugi::xml_node root();

    void complain(source_place where, std::string what, std::string hint = {});
    [[nodiscard]] source_place place(pugi::xml_node n) const;
    [[nodiscard]] source_place place(pugi::xml_node n, std::string_view attribute) const;

private:
    [[nodiscard]] source_place place_at(std::size_t offset) const;
    [[nodiscard]] bool characters_are_fine();
    [[nodiscard]] bool depth_is_fine();

    std::string_view text_;
    std::string file_;
    diagnostics& mistakes_;
    std::vector<std::size_t> line_starts_;
    pugi::xml_document document_;
};

/// One element: its attributes as values. Every getter complains by itself and then returns what it was given to start
/// with.
class element {
public:
    element(xml_source& source, pugi::xml_node n) : source_(&source), node_(n) {}

    /// Complains about attributes and children of other names, with the closest allowed one, and about text.
    void allow(std::initializer_list<const char*> attributes, std::initializer_list<const char*> children) const;

    [[nodiscard]] bool has(const char* attribute) const { return !node_.attribute(attribute).empty(); }
    [[nodiscard]] std::string text(const char* attribute, std::string otherwise = {}) const;
    [[nodiscard]] std::string required(const char* attribute) const;
    [[nodiscard]] bool boolean(const char* attribute, bool otherwise) const;
    [[nodiscard]] duration time(const char* attribute, duration otherwise) const;
    [[nodiscard]] unsigned number(const char* attribute, unsigned otherwise, unsigned least, unsigned most) const;
    [[nodiscard]] std::string keys(const char* attribute, std::string otherwise = {}) const;
    /// An RE2 expression; empty when it is absent or wrong.
    [[nodiscard]] std::string pattern(const char* attribute, bool must_be_there) const;
    [[nodiscard]] std::size_t one_of(const char* attribute, std::span<const std::string> allowed,
                                     std::size_t otherwise) const;

    [[nodiscard]] std::vector<element> children(const char* name) const;
    [[nodiscard]] std::vector<element> children() const;
    [[nodiscard]] std::string name() const { return node_.name(); }
    [[nodiscard]] source_place place() const { return source_->place(node_); }
    [[nodiscard]] source_place place(const char* attribute) const { return source_->place(node_, attribute); }
    void complain(std::string what, std::string hint = {}) const;
    void complain_at(const char* attribute, std::string what, std::string hint = {}) const;

private:
    xml_source* source_;
    pugi::xml_node node_;
};

}  // namespace rollover::platform
