// Makes the simulated device for a platform of the lab file.
#pragma once

#include "simulators/device/device.h"

#include <optional>

namespace rollover::sim {

struct device_options {
    std::string name;                      ///< host name out of the box is the platform's own ("Router"), this names it in messages
    std::string model;
    std::vector<std::string> interfaces;
    std::uint64_t seed = 1;
    double time_scale = 1.0;               ///< boot and slow commands take this many times their usual duration (0.01 for demos)
    double boot_factor = 1.0;              ///< fault: a slow boot
    bool chatty = true;                    ///< log messages to the console while things change, also in the middle of typing
    bool booted = true;                    ///< found running (as in a lab), not just switched on
    std::string found_in;                  ///< state in which it is found: "", "config", "half-typed", "pager", "login"
    std::string user;                      ///< login of platforms that always ask (linux)
    std::string password;
};

/// A device with what tests want to see of it.
class simulated_device : public device, public network_identity {
public:
    /// Running and startup configuration as the device would print them, without headers.
    [[nodiscard]] virtual std::string running_configuration() const = 0;
    [[nodiscard]] virtual std::string startup_configuration() const = 0;
    /// Whether it is as it left the factory: nothing configured, nothing saved.
    [[nodiscard]] virtual bool is_clean() const = 0;
};

/// `platform`: "cisco-ios", "linux". Nothing for a platform that has no simulator.
[[nodiscard]] std::unique_ptr<simulated_device> make_device(runtime& rt, std::string_view platform, device_options options,
                                                            output print, const fabric& network);

}  // namespace rollover::sim
