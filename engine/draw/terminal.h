// A graph that Graphviz has laid out, as text.
#pragma once

#include "engine/base/error.h"

#include <string>
#include <string_view>

namespace rollover::draw {

// How Graphviz's inches become characters: what is laid out for the terminal is measured by this.
inline constexpr double columns_per_inch = 10;
inline constexpr double rows_per_inch = 4;

/// Draws what `dot -Tplain` has printed (https://graphviz.org/docs/outputs/plain/) with box characters: lines end with
/// '\n', no blanks at their ends. Errors: bad_input when it is something else, or larger than 4,000 columns and rows.
[[nodiscard]] result<std::string> on_terminal(std::string_view plain);

}  // namespace rollover::draw
