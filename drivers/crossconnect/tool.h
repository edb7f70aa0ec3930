// One tool of the host, which has to end well.
#pragma once

#include "drivers/crossconnect/host.h"

namespace rollover::crossconnect {

/// The standard output. Errors: those of `host::run`; device_rejected with the tool's words, and advice where those of
/// Open vSwitch are known; timed_out when it gave up by itself.
[[nodiscard]] task<result<std::string>> run_tool(host& on, std::vector<std::string> argv, std::string input,
                                                 time_point deadline);

/// One connection to a host for all that is run there: opened when the first tool asks, and again after it broke.
class tool_host {
public:
    /// Both must outlive it.
    tool_host(runtime& rt, const address& where) : runtime_(rt), where_(where) {}

    /// Errors: those of `open_host` and `run_tool`.
    [[nodiscard]] task<result<std::string>> run(std::vector<std::string> argv, std::string input, time_point deadline);

private:
    runtime& runtime_;
    const address& where_;
    std::unique_ptr<host> host_;
};

/// Whole seconds until `deadline`, at least 1 and at most 60: for the tools' own limit.
[[nodiscard]] unsigned seconds_until(runtime& rt, time_point deadline);

}  // namespace rollover::crossconnect
