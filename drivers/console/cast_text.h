// How the bytes of a line stand in the text of a cast (asciinema v2 is UTF-8, a line carries any bytes).
// Valid UTF-8 stands as it is. Each other byte 0x80..0xFF stands as U+EF80..U+EFFF, characters for private use; where
// the line itself sends one of these characters, its three bytes are written so too. The way back is therefore exact,
// for every sequence of bytes. (Latin-1, U+0080..U+00FF, would read better but could not be told from real UTF-8.)
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rollover::console {

/// `bytes` as valid UTF-8.
[[nodiscard]] std::string to_cast_text(std::string_view bytes);

/// The way back: from_cast_text(to_cast_text(x)) == x.
[[nodiscard]] std::string from_cast_text(std::string_view text);

/// The byte that the UTF-8 sequence at the start of `text` stands for, when it is one of U+EF80..U+EFFF.
[[nodiscard]] std::optional<char> byte_that_stands_in(std::string_view text) noexcept;

/// How many bytes at the end of `bytes` (0..3) begin a UTF-8 sequence that is not complete yet.
[[nodiscard]] std::size_t cut_sequence_at_end(std::string_view bytes) noexcept;

}  // namespace rollover::console
