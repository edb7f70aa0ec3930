// Parts of dialogues that every procedure is put together from.
#pragma once

#include "drivers/platform/command.h"

namespace rollover::platform {

using machine_ptr = std::unique_ptr<machine>;
using parts = std::vector<sequence::part>;

[[nodiscard]] machine_ptr in_order(parts p);

/// The index of a state that the platform has.
[[nodiscard]] std::size_t state_named(const dialogue_context& c, const std::string& name);

/// Brings the device to the state `name`, see navigator.
void go_to(dialogue_context& c, const std::string& name, parts& to);

/// `command` with `value` for each `variable`.
[[nodiscard]] std::string with_value(std::string command, std::string_view variable, const std::string& value);

/// How a step of a platform file is carried out.
[[nodiscard]] command_rules rules_of(const dialogue_context& c, const step& s, const std::string& interface);

/// One step of a platform file, in the state that it names; `interface` where it is for one.
void add_step(dialogue_context& c, const step& s, const std::string& interface, parts& to);

/// The steps, each for every interface where it says so. They live in the description, which the context keeps alive.
void add_steps(dialogue_context& c, const std::vector<step>& steps, parts& to);

}  // namespace rollover::platform
