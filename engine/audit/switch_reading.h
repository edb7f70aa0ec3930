// Reading a lab switch: over its console or by SSH with the platform's session, or by the tools of Open vSwitch.
// Nothing is configured.
#pragma once

#include "drivers/crossconnect/host.h"
#include "engine/activation/environment.h"
#include "engine/model/lab.h"
#include "engine/switches/dialect.h"

namespace rollover::audit {

/// The switches that are read by a session, as devices of a lab of their own: names, places and credentials are those
/// of the lab file, and device i is switch i. A switch that is reached by SSH has a converter with one line, "ssh".
[[nodiscard]] model::lab switches_as_devices(const model::lab& lab);

/// The answers to questions that programs on `host` answer, as those about Open vSwitch; `host` outlives the task.
/// Errors: those of `crossconnect::run_tool`.
[[nodiscard]] task<result<std::vector<std::string>>> ask_tools_on(crossconnect::host& host,
                                                                  std::vector<switches::question> questions,
                                                                  time_point deadline);

/// Opens the way to a switch, asks the questions of its dialect, and leaves it as a user should find it. `reach` is
/// `switches_as_devices(lab)`; all three outlive the task. Errors: bad_input for a switch of which the lab file does
/// not say how it is read; otherwise those of activation::visit, platform::session and crossconnect::host.
[[nodiscard]] task<result<switches::switch_state>> read_switch(activation::environment& env, const model::lab& lab,
                                                               const model::lab& reach, model::switch_index which,
                                                               const switches::dialect& how, time_point deadline);

}  // namespace rollover::audit
