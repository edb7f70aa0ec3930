// Small helpers on text that every floor needs: making untrusted bytes safe to print, and guessing what was meant.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rollover {

/// `bytes` with everything that could act on a terminal made visible: control characters as ^X or \xNN, bytes that are
/// not valid UTF-8 as \xNN. Printable text passes unchanged. Linear.
[[nodiscard]] std::string printable(std::string_view bytes);

/// The candidate that is closest to `wrong` (edit distance at most a third of its length, at least 1), or empty.
[[nodiscard]] std::string_view closest(std::string_view wrong, std::span<const std::string> candidates);

/// `parts` joined by `separator`.
[[nodiscard]] std::string join(std::span<const std::string> parts, std::string_view separator);

/// `text` cut at every '\n'; a '\r' before it is removed; the last piece is there even when empty.
[[nodiscard]] std::vector<std::string_view> split_lines(std::string_view text);

/// `text` without blanks and tabs at both ends.
[[nodiscard]] std::string_view trim(std::string_view text);

/// The length in bytes (1..4) of the valid UTF-8 sequence at the start of `text`; 0 when there is none (RFC 3629:
/// no overlong forms, no surrogates, at most U+10FFFF).
[[nodiscard]] std::size_t utf8_length(std::string_view text) noexcept;

}  // namespace rollover
