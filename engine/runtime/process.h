// Running a program of the operator or of the system: hooks, and tools such as ovs-ofctl on this host.
#pragma once

#include "engine/runtime/time.h"

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rollover {

struct process_request {
    std::vector<std::string> argv;  ///< argv[0] is found along PATH; no shell is involved
    std::string input;              ///< given on standard input, then closed
    std::vector<std::pair<std::string, std::string>> environment;  ///< added to ours
    std::string folder;                                            ///< working directory; empty: ours
    duration limit = std::chrono::seconds(30);                     ///< then the whole process group is killed
    std::size_t output_limit = std::size_t{1} << 20U;  ///< bytes kept of each output; the rest is read and dropped
    /// Gets the standard output piece by piece, while the program runs; nothing of it is kept then. Empty: it is kept.
    std::function<void(std::string_view)> on_output = {};
};

/// How it ended. The program ran in a process group of its own, and no member of that group is left.
struct process_result {
    int exit_code = 0;  ///< 0..255, or 128 + signal number
    bool timed_out = false;
    std::string output;  ///< standard output
    std::string errors;  ///< standard error
};

}  // namespace rollover
