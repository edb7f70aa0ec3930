// The host of a cross-connect: where its tools are run. One object is one operation's connection.
#pragma once

#include "drivers/crossconnect/crossconnect.h"

namespace rollover::crossconnect {

class host {
public:
    virtual ~host() = default;
    /// Runs one program and waits for its end. No shell sees the words. One at a time, unless `runs_several`.
    /// Errors: timed_out, cancelled, and those of the way there (peer_closed, io, protocol).
    [[nodiscard]] virtual task<result<process_result>> run(std::vector<std::string> argv, std::string input,
                                                           time_point deadline) = 0;
    /// The same without input; what comes on standard output is handed to `on_output` piece by piece and not kept. Runs
    /// until the program ends or `deadline`, or until the task is cancelled.
    [[nodiscard]] virtual task<result<process_result>> stream(std::vector<std::string> argv,
                                                              std::function<void(std::string_view)> on_output,
                                                              time_point deadline) = 0;
    /// Whether programs may be run at the same time.
    [[nodiscard]] virtual bool runs_several() const noexcept = 0;
};

/// This host when `where` names none (nothing is opened), else one SSH connection, closed with the object.
/// Errors: as transport::ssh_connect.
[[nodiscard]] task<result<std::unique_ptr<host>>> open_host(runtime& rt, address where, time_point deadline);

/// `argv` as one line for a POSIX shell, each word in quotes where it needs them, with `environment` set by env(1).
[[nodiscard]] std::string shell_line(std::span<const std::string> argv,
                                     std::span<const std::pair<std::string, std::string>> environment);

}  // namespace rollover::crossconnect
