// `rollover serve`: the service of a lab, in one process: HTTP, the line protocol, the scheduler and all activations.
// Needs nothing but the public header to include.
#pragma once

#include "engine/api/engine.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace rollover::service {

struct serve_options {
    engine_options engine;                  ///< lab, state, store, platforms, converters
    std::vector<std::string> sites;         ///< that it serves, where several share a store; empty: all
    std::string term;                       ///< "30s": so long after its last sign of life another takes over
    std::string listen = "127.0.0.1:7070";  ///< HTTP; port 0: a free one
    std::string line_protocol;              ///< "127.0.0.1:50002"; empty: it is not spoken
    std::filesystem::path tls_certificate;  ///< PEM; with it, all that listens speaks TLS
    std::filesystem::path tls_key;
    bool insecure = false;             ///< listen without TLS on addresses that are not loopback
    std::filesystem::path topologies;  ///< a folder of those that every user may book; may be empty
    double client_rate = 200;          ///< requests a second of each client, five times as many at once; 0: no limit
    std::string most_open;             ///< reservations of one owner; empty: any number
    std::string longest;               ///< of one reservation, "8h"; empty: no limit
    std::string ahead;                 ///< how far in advance one may end, "60d"; empty: no limit
    std::string recheck;               ///< a device in quarantine is tried again after so long, "30m"; empty: never
    bool json_log = false;

    std::function<void(const std::string&)> log;  ///< one line at a time
    /// Everything listens; with the address of HTTP, "http://127.0.0.1:7070".
    std::function<void(const std::string&)> serving;
};

/// Serves until SIGTERM or SIGINT; SIGHUP reads the lab and the certificates anew. What is handed over stays as it is
/// when the service ends. Errors in the report: bad_input (the lab file, an address), busy (another service has the
/// state folder), store.
[[nodiscard]] text_report serve(const serve_options& options);

}  // namespace rollover::service
