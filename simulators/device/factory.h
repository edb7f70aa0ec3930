// Makes the simulated device for a platform of the lab file.
#pragma once

#include "engine/base/diagnostic.h"
#include "simulators/device/device.h"

#include <optional>

namespace rollover::sim {

struct device_options {
    std::string name;  ///< of the lab file, as `fabric` knows it; the host name out of the box is the platform's own
                       ///< ("Router"), this names it in messages
    std::string model;
    std::string serial_number;  ///< empty: one that is made of the seed
    std::vector<std::string> interfaces;
    std::uint64_t seed = 1;
    double time_scale = 1.0;   ///< boot and slow commands take this many times their usual duration (0.01 for demos)
    double boot_factor = 1.0;  ///< fault: a slow boot
    bool chatty = true;        ///< log messages to the console while things change, also in the middle of typing
    bool booted = true;        ///< found running, as in a lab; if not, it does nothing until `power_on`
    /// Where the last user left it, when `booted`: "" (out of the box: cisco-ios sits in its initial dialog, linux at
    /// its login prompt), "config", "half-typed", "pager", "exec" (user exec), "login" (a console that asks for `user`
    /// and `password`, or for `password` alone; saved). All but "" and "login" leave a configuration behind: a foreign
    /// host name, an address. Nothing is printed; the console is silent until somebody types.
    std::string found_in;
    std::string user;  ///< login of platforms that always ask (linux)
    std::string password;
    /// Sets the speed of its serial port, when a command of the device does; 0: as it was switched on. Empty: nothing
    /// happens.
    std::function<void(std::uint32_t)> set_speed;
    /// The processor works so long on each command line and takes nothing from the receive FIFO meanwhile.
    duration line_time = std::chrono::milliseconds(20);
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

/// `platform`: one of `simulated_platforms`. Nothing for a platform that has no simulator.
[[nodiscard]] std::unique_ptr<simulated_device> make_device(runtime& rt, std::string_view platform,
                                                            device_options options, output print,
                                                            const fabric& network);

/// The platforms that have a simulator, in order.
[[nodiscard]] std::vector<std::string> simulated_platforms();

namespace scripted {
struct tables;
}

/// A simulated device that a user has written (docs/simulators.md), for any number of devices.
struct device_file {
    std::string platform;
    std::shared_ptr<const scripted::tables> tables;
};

/// Nothing, and mistakes with their places in the file called `name`, when something is wrong.
[[nodiscard]] std::optional<device_file> read_device_file(std::string_view xml, const std::string& name,
                                                          diagnostics& mistakes);

[[nodiscard]] std::unique_ptr<simulated_device> make_device(runtime& rt, const device_file& file,
                                                            device_options options, output print,
                                                            const fabric& network);

}  // namespace rollover::sim
