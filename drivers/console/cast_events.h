// The two kinds of lines of a cast, as asciinema v2 writes them (https://docs.asciinema.org/manual/asciicast/v2/).
// All that is not printable ASCII is escaped by JSON: no pager and no `cat` of the file can harm a terminal.
#pragma once

#include "engine/runtime/time.h"

#include <string>
#include <string_view>

namespace rollover::console {

inline constexpr int cast_width = 80;
inline constexpr int cast_height = 24;

/// The first line of a file, with its line end. `title` may hold any bytes.
[[nodiscard]] std::string cast_header_line(std::chrono::sys_seconds begun, std::string_view title);

/// One event, with its line end: `at` since the beginning that the header names, in milliseconds; `code` is 'o'
/// (received), 'i' (sent) or 'm' (a remark); `bytes` any bytes, see cast_text.h.
[[nodiscard]] std::string cast_event_line(duration at, char code, std::string_view bytes);

}  // namespace rollover::console
