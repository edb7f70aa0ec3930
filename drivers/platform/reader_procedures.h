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
/// The element `name` in `parent`, which may stand there once; nothing when it does not.
[[nodiscard]] std::optional<element> only_child(const element& parent, const char* name);
/// What may stand for a value in a command, besides `${interface}` in one that is for each interface.
enum class variables {
    none,
    speed,         ///< ${baud}
    confirm_time,  ///< ${minutes}, ${seconds}
};

/// The <command> elements in `parent`.
[[nodiscard]] std::vector<step> read_steps(const element& parent, variables allowed = variables::none);

/// A <command> of <identify>, but for its <read> elements.
[[nodiscard]] step read_identify_step(const element& e);

}  // namespace rollover::platform
