// Where the transitions of a platform lead, and where they do not. Pure.
#pragma once

#include "drivers/platform/description.h"

#include <set>
#include <string>
#include <vector>

namespace rollover::platform {

/// `start`, and every state that transitions lead to from there.
[[nodiscard]] std::set<std::string> reached_from(const description& d, const std::string& start);

/// `goal`, and every state that transitions lead to it from.
[[nodiscard]] std::set<std::string> leading_to(const description& d, const std::string& goal);

/// Errors, each with its place: a state without a way home and without a hint for a person; no way from home to where
/// configuration lines are typed, or from there back; a command that is typed, or ends, where nothing leads. Names of
/// states that do not exist are the reader's to report.
[[nodiscard]] diagnostics broken_ways(const description& d);

/// Warnings: transitions that no way to home, to the configuration or to a command ever uses, and those that are there
/// twice.
[[nodiscard]] diagnostics unused_ways(const description& d);

/// States from which only a person gets home, in the order of the file.
[[nodiscard]] std::vector<std::string> dead_ends(const description& d);

/// The procedures of a platform, each with the name of its element; <identify> and <recover> are not among them.
[[nodiscard]] std::vector<std::pair<std::string, const std::vector<step>*>> procedures(const description& d);

}  // namespace rollover::platform
