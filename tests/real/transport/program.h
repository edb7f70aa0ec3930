// Programs that we did not write, started and ended by a test: each in a process group of its own, ended by its id in
// any case, also when the test fails or dies.
#pragma once

#include "drivers/transport/line.h"
#include "engine/runtime/real_runtime.h"

#include <filesystem>
#include <string>
#include <sys/types.h>
#include <vector>

namespace rollover::transport::real {

/// Where `name` is along PATH (and in the sbin folders), empty when it is not installed.
[[nodiscard]] std::string find_program(const std::string& name);

/// A TCP port of 127.0.0.1 that is free now.
[[nodiscard]] std::uint16_t free_port();

/// A folder of its own, removed at the end.
class scratch_folder {
public:
    scratch_folder();
    ~scratch_folder();
    scratch_folder(const scratch_folder&) = delete;
    scratch_folder& operator=(const scratch_folder&) = delete;
    [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }
    /// Writes a file that only we may read. Result: its path.
    std::string write(const std::string& name, const std::string& text) const;
    [[nodiscard]] std::string read(const std::string& name) const;

private:
    std::filesystem::path folder_;
};

class program {
public:
    /// Its output goes to `log`.
    program(std::vector<std::string> argv, const std::string& log);
    ~program();
    program(const program&) = delete;
    program& operator=(const program&) = delete;
    /// Ends the group and waits for the program.
    void stop();

private:
    pid_t id_ = -1;
};

/// Runs a program to its end. Result: its standard output.
[[nodiscard]] std::string run(real_runtime& rt, std::vector<std::string> argv, std::string input = {});

/// Tries every 20 ms, for 10 s, until `path` exists.
[[nodiscard]] task<bool> appears(runtime& rt, std::string path);
/// Tries every 20 ms, for 10 s, until somebody listens on the port. Looks at /proc/net/tcp: connecting would take a
/// converter's only place.
[[nodiscard]] task<bool> listens(runtime& rt, std::uint16_t port);

/// Types a text, waiting where the line would block.
[[nodiscard]] task<result<void>> type(runtime& rt, line& to, std::string text);
/// Collects data until `mark` is in it, at most for `patience`; what was received in any case.
[[nodiscard]] task<std::string> until(runtime& rt, line& from, std::string mark,
                                      duration patience = std::chrono::seconds(10));

}  // namespace rollover::transport::real
