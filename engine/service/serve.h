// `rollover serve`: the service of a lab, in one process: HTTP, the line protocol, the scheduler and all activations.
// Needs nothing but the public header to include.
#pragma once

#include "engine/api/engine.h"

#include <cstdint>
#include <functional>
#include <string>

namespace rollover::service {

struct serve_options {
    engine_options engine;                  ///< lab, state, platforms, converters
    std::string listen = "127.0.0.1:7070";  ///< HTTP; port 0: a free one
    std::string line_protocol;              ///< "127.0.0.1:50002"; empty: it is not spoken
    bool insecure = false;  ///< listen on addresses that are not loopback, where everybody is an operator
    std::string most_open;  ///< reservations of one owner; empty: any number
    std::string longest;    ///< of one reservation, "8h"; empty: no limit
    std::string ahead;      ///< how far in advance one may end, "60d"; empty: no limit
    bool json_log = false;

    std::function<void(const std::string&)> log;  ///< one line at a time
    /// Everything listens; with the address of HTTP, "127.0.0.1:7070".
    std::function<void(const std::string&)> serving;
};

/// Serves until SIGTERM or SIGINT; SIGHUP reads the lab anew. What is handed over stays as it is when the service ends.
/// Errors in the report: bad_input (the lab file, an address), busy (another service has the state folder), store.
[[nodiscard]] text_report serve(const serve_options& options);

}  // namespace rollover::service
