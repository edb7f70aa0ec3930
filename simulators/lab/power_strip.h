// A power strip with a text port, for the power-cycle hook of a simulated lab.
#pragma once

#include "simulators/lab/lab_simulator.h"

namespace rollover::sim {

/// Takes lines "cycle DEVICE" and answers each with "ok", or with "no such outlet". Any number of clients.
class power_strip {
public:
    /// All must outlive it.
    power_strip(runtime& rt, const model::lab& lab, lab_simulator& devices);

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
