// From the engine's own values to the plain ones of the public header.
#pragma once

#include "engine/activation/activation.h"
#include "engine/activation/line_book.h"
#include "engine/api/engine.h"
#include "engine/base/diagnostic.h"
#include "engine/placement/placement.h"
#include "engine/store/state_folder.h"

namespace rollover::api {

[[nodiscard]] problem problem_of(const failure& f);
/// With what the placement knows of why.
[[nodiscard]] problem problem_of(const failure& f, const placement::reason& why);
[[nodiscard]] std::vector<problem> problems_of(const diagnostics& mistakes);

/// What a failure means for the exit code: wrong input is told apart from an unwilling lab.
[[nodiscard]] answer answer_of(errc code);

/// How to reach what is where, for the nodes of a plan.
[[nodiscard]] std::vector<node_report> nodes_of(const model::lab& lab, const model::topology& topology,
                                                const plan::plan& plan);

void take_outcome(const activation::outcome& from, activation_report& into);

[[nodiscard]] line_status line_status_of(const activation::line_entry& from);
[[nodiscard]] activation_status status_of(const activation::summary& about, const activation::standing& now,
                                          const store::state_folder& folder);

}  // namespace rollover::api
