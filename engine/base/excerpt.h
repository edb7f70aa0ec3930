// The line that a mistake is in, with a caret under its place, for people who read on a terminal.
#pragma once

#include "engine/base/diagnostic.h"

#include <string>
#include <string_view>

namespace rollover {

/// Two lines without a line end behind them: "  12 | <node name="r1">" and "     |       ^". `text` is the whole file.
/// Control characters are blanks, long lines are cut around the place with "...". Empty when `place` has no line or
/// column, or is not in `text`.
[[nodiscard]] std::string excerpt(std::string_view text, const source_place& place);

}  // namespace rollover
