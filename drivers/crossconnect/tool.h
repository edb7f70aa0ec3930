// One tool of the host, which has to end well.
#pragma once

#include "drivers/crossconnect/host.h"

namespace rollover::crossconnect {

/// The standard output. Errors: those of `host::run`; device_rejected with the tool's words; timed_out when it gave up
/// by itself.
[[nodiscard]] task<result<std::string>> run_tool(host& on, std::vector<std::string> argv, std::string input,
                                                 time_point deadline);

/// Whole seconds until `deadline`, at least 1 and at most 60: for the tools' own limit.
[[nodiscard]] unsigned seconds_until(runtime& rt, time_point deadline);

}  // namespace rollover::crossconnect
