// A table of cables, one row for each: two ends, and what is known of them (docs/import.md has the columns).
#pragma once

#include "engine/import/inventory.h"

#include <vector>

namespace rollover::importing {

/// Adds the cables of the files to `into`. The first row of each file names its columns, in any order; upper and lower
/// case, blanks, `_` and `-` do not count. Errors, each with its line: a form that is not CSV, a column that is not
/// known or there twice, no columns for the two ends, a row with more or fewer fields than the header, a value that
/// cannot be, and contradictions between rows. Of a contradiction both places are told.
void read_cables_csv(const std::vector<input>& files, inventory& into, findings& out);

}  // namespace rollover::importing
