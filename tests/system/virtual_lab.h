// A whole lab in virtual time: simulated converters, devices and cross-connect, and the same activation code that
// ships.
#pragma once

#include "engine/activation/activation.h"
#include "engine/activation/memory_journal.h"
#include "engine/model/lab.h"
#include "engine/model/topology.h"
#include "simulators/lab/lab_simulator.h"

#include <string>

namespace rollover::tests {

/// A lab of `devices` cisco-ios routers, two ethernet interfaces each, on one switch; every third converter line is
/// raw, Telnet, RFC 2217 in turn; the pacing modes take turns too. As XML, so that it goes the way of every lab.
[[nodiscard]] std::string lab_xml(std::size_t devices);

/// `nodes` (even) routers in pairs, each pair on a link of its own, with a configuration of ten lines.
[[nodiscard]] std::string pairs_xml(std::size_t nodes);

/// The platform files of drivers/platforms, read once.
[[nodiscard]] const platform::library& shipped_platforms();

[[nodiscard]] model::lab read_lab_or_die(const std::string& xml);
[[nodiscard]] model::topology read_topology_or_die(const std::string& xml);

/// What one run did, and every promise that it broke.
struct run_report {
    activation::ending up = activation::ending::failed;
    std::size_t quarantined = 0;
    std::string journal;
    std::vector<std::string> broken;  ///< empty: every invariant held
    std::vector<std::string> failures;
    double virtual_seconds = 0;
    std::uint64_t characters = 0;
};

struct run_request {
    const model::lab& lab;
    const model::topology& topology;
    const platform::library& platforms;
    std::uint64_t seed = 1;
    sim::fault_plan faults;
    duration stop_after = duration::zero();  ///< Ctrl-C at this time; zero: never
    std::string verbose;                     ///< device whose transcript goes to standard error; for debugging a seed
};

/// Places, activates, and when that worked deactivates; checks the rules of DESIGN after each step.
[[nodiscard]] run_report run_once(const run_request& request);

/// The faults of one seed: none for every fourth seed, else a few devices of the lab have one.
[[nodiscard]] sim::fault_plan faults_of(std::uint64_t seed);

}  // namespace rollover::tests
