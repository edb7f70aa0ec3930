// The procedures of a platform as machines: coming home, one command, a configuration, reading back, erasing, handing
// over. Each is a sequence of navigations and commands; the context must outlive it.
#pragma once

#include "drivers/platform/steps.h"

#include <span>

namespace rollover::platform {

/// From whatever state to home, at the usual speed of the line, and the `prepare` steps.
[[nodiscard]] machine_ptr make_bring_home(dialogue_context& c);
/// From whatever state to that one, which the platform has.
[[nodiscard]] machine_ptr make_go_to(dialogue_context& c, std::string name);
/// One command at home; its answer is the context's `output`.
[[nodiscard]] machine_ptr make_run(dialogue_context& c, std::string command);
/// Types `lines` in configuration mode, commits them where the platform has a candidate, and comes home. `tell` may be
/// empty. `lines` must outlive the machine.
[[nodiscard]] machine_ptr make_configure(dialogue_context& c, std::span<const typed_line> lines,
                                         std::function<void(const progress&)> tell);
/// Confirms what was committed for a while only. Null when nothing is.
[[nodiscard]] machine_ptr make_confirm(dialogue_context& c);
/// Takes back what was committed. Null where the platform does not say how, or nothing was committed.
[[nodiscard]] machine_ptr make_roll_back(dialogue_context& c);
/// Reads the configuration back into the context's `read`.
[[nodiscard]] machine_ptr make_read(dialogue_context& c);
/// Makes the device clean and proves it (see description::how_to_erase). `before` must outlive the machine.
[[nodiscard]] machine_ptr make_erase(dialogue_context& c, const configuration& before);
/// Adds to the context's `who_it_is` those of `wanted` that the device says; commands that can add nothing are left
/// out.
[[nodiscard]] machine_ptr make_identify(dialogue_context& c, std::vector<identity_part> wanted);
[[nodiscard]] machine_ptr make_save(dialogue_context& c);
[[nodiscard]] machine_ptr make_hand_over(dialogue_context& c);
/// Changes the speed of device and line, see speed_machine, and comes home. Null where neither lab nor platform have it
/// changed.
[[nodiscard]] machine_ptr make_change_speed(dialogue_context& c, std::uint32_t baud);
/// After a dialogue was broken off in the middle: clears the half-typed line, and hands over.
[[nodiscard]] machine_ptr make_tidy_up(dialogue_context& c);

}  // namespace rollover::platform
