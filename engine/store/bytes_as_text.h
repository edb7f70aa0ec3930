// Bytes of devices as text that PostgreSQL takes: it wants valid UTF-8 without NUL, a console gives anything.
#pragma once

#include <string>
#include <string_view>

namespace rollover::store {

/// Valid UTF-8 is itself. A byte that is not part of it, NUL, and the bytes of characters U+F700 to U+F7FF become one
/// character each of just that private-use range: U+F700 + byte.
[[nodiscard]] std::string text_of_bytes(std::string_view bytes);
/// The way back; exact for every text_of_bytes.
[[nodiscard]] std::string bytes_of_text(std::string_view text);

}  // namespace rollover::store
