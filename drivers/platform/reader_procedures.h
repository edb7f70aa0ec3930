// The parts of a platform file that are typed: keystrokes, commands, procedures.
#pragma once

#include "drivers/platform/xml_source.h"

namespace rollover::platform {

/// <type text="..."/>, <type answer="password"/> or <key text="{^Z}"/>.
[[nodiscard]] keystrokes read_keystrokes(const element& e);
/// The keystrokes in `parent`, in their order; other children are left alone.
[[nodiscard]] std::vector<keystrokes> read_all_keystrokes(const element& parent);
/// The <question> elements in `parent`.
[[nodiscard]] std::vector<question> read_questions(const element& parent);
/// The <command> elements in `parent`. `sets_speed`: `${baud}` stands in them.
[[nodiscard]] std::vector<step> read_steps(const element& parent, bool sets_speed = false);

/// A <command> of <identify>, but for its <read> elements.
[[nodiscard]] step read_identify_step(const element& e);

}  // namespace rollover::platform
