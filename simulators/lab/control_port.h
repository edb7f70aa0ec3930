// A text port to a simulated lab: its power strip, for the power-cycle hook, and the truth about it, for tests.
#pragma once

#include "simulators/lab/lab_simulator.h"

namespace rollover::sim {

/// Takes lines "cycle DEVICE" and answers each with "ok", or with "no such outlet". Any number of clients.
/// Takes lines, from any number of clients: "cycle DEVICE", and "clear DEVICE" for whoever is on its console, answered
/// with "ok"; "running DEVICE" and "startup DEVICE", answered with the configuration and a line "."; "joins", answered
/// with how many stand. "no such request" to others.
class control_port {
public:
    /// All must outlive it.
    control_port(runtime& rt, const model::lab& lab, lab_simulator& devices);

    /// Errors: io with the address.
    [[nodiscard]] result<void> listen(const endpoint& at);

    /// Serves until it is cancelled; only after a successful `listen`.
    [[nodiscard]] task<void> serve();

private:
    [[nodiscard]] task<void> talk(std::unique_ptr<byte_stream> client);
    [[nodiscard]] std::string answer(std::string_view line);

    runtime& runtime_;
    const model::lab& lab_;
    lab_simulator& devices_;
    std::unique_ptr<acceptor> acceptor_;
};

}  // namespace rollover::sim
