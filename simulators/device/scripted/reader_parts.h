// Parts of the reader of simulator files: texts, steps, settings, and the check of the names that they use.
#pragma once

#include "engine/model/xml_document.h"
#include "simulators/device/scripted/definition.h"

namespace rollover::sim::scripted {

/// Words between blanks.
[[nodiscard]] std::vector<std::string> words_of(std::string_view text);

/// "\n", "\r", "\b", "\a", "\e" and "\\" in attributes, which cannot hold line ends.
[[nodiscard]] std::string text_of_attribute(std::string_view written);

/// The text of an element: without the line of its tags, and without the blanks that all of its lines begin with.
[[nodiscard]] std::string block_of(const model::element& e);

/// Numbers are written (1-4094) in the file, because XML wants no "<", and <1-4094> in a grammar.
[[nodiscard]] std::string grammar_pattern(std::string_view written);

/// All children of `e`, which are steps; calls `finish`.
[[nodiscard]] std::vector<step> read_steps(model::reading& from, model::element& e, pugi::xml_node node);

/// One line of <settings>: PATTERN [2 no default] -> MODE.
void read_setting(const model::element& e, const model::text_line& line, const std::string& mode, definition& d);

/// Modes that are gone to and opened, and values that are used, exist.
void check_names(const model::element& root, const definition& d);

}  // namespace rollover::sim::scripted
