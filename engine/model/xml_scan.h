// What a file must be before an XML parser may see it: small, clean UTF-8, well-formed, shallow, and without a DOCTYPE.
// One linear pass with a stack of at most `deepest_nesting` names, so no input can cost more than its own length.
// Source: XML 1.0 (fifth edition), sections 2.2 characters, 2.4 character data, 2.5 comments, 2.7 CDATA, 2.8 prolog,
// 3.1 tags, 4.1 references. Namespaces are not looked at.
#pragma once

#include "engine/model/mistakes.h"
#include "engine/model/source_text.h"

#include <cstddef>

namespace rollover::model {

inline constexpr std::size_t deepest_nesting = 32;
inline constexpr std::size_t most_elements = 1'000'000;
inline constexpr std::size_t most_attributes = 64;  ///< of one element

/// Adds every byte that may not be there (up to 20), else the first thing that is not well-formed.
/// Nothing added: the text is well-formed XML that any parser reads the same way.
void scan_xml(const source_text& source, mistakes& out);

/// The first half of `scan_xml`: adds the bytes that no XML file may hold, up to 20.
void check_characters(const source_text& source, mistakes& out);

/// The end of the markup that starts at `at`: a comment, a CDATA section or a processing instruction; `at` itself when
/// it starts none. The text has passed `scan_xml`.
[[nodiscard]] std::size_t skip_comment(std::string_view text, std::size_t at);

/// The character that the reference at the start of `text` ("&amp;", "&#x41;") stands for, as UTF-8, and the length of
/// the reference; an empty string when it is none that XML knows (or stands for a character that XML does not allow).
struct reference {
    std::string character;
    std::size_t length = 0;
};
[[nodiscard]] reference read_reference(std::string_view text);

}  // namespace rollover::model
