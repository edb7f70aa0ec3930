// The whole lab of a lab file as simulators, at the addresses in the file: converters with their lines, devices behind
// them, cross-connect hosts. The same on both runtimes; SSH only on the real one.
//
// A line serves one client at a time; a second one is told "Port already in use" and closed. What a device prints while
// nobody is connected is lost. Lines of a converter with protocol "tty" are left out (said in the log); a line that is
// no device's console accepts a client and stays silent. Devices are found running, as they left the factory. A
// cross-connect with a host is served there over SSH; one without runs its commands on the engine's own host, so it is
// simulated only where these are handed to `run_here` (virtual_runtime::on_process).
#pragma once

#include "engine/base/log.h"
#include "engine/model/lab.h"
#include "engine/runtime/runtime.h"
#include "simulators/device/factory.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rollover::sim {

/// Faults by seed: each is the probability, 0..1, that a device (or its line) has it during the life of the simulator.
struct fault_plan {
    double connection_reset = 0;  ///< the converter resets the connection in the middle
    double lost_for_good = 0;     ///< of those whose connection is reset: each later one is closed at once
    double silence = 0;           ///< the device stops hearing and answering, for good
    double garbage = 0;           ///< bursts of random bytes on the line
    double lost_characters = 0;   ///< a few of the typed characters are lost
    double slow_boot = 0;         ///< boots take ten times as long
    double refused = 0;  ///< the first connections are closed at once, or the port is closed for the first seconds
};

class serial_line;
class linux_host;
struct line_faults;

struct simulator_options {
    std::uint64_t seed = 1;
    fault_plan faults;
    double time_scale = 1.0;  ///< of boots and slow commands
    uart_options uart;        ///< the baud rate is taken from the lab file
    duration line_time = device_options().line_time;
    std::filesystem::path host_key;     ///< SSH host key; made when the file is not there
    std::filesystem::path known_hosts;  ///< written with the host keys of all simulated SSH servers; empty: not written
    bool chatty = true;
    std::vector<device_file> devices;  ///< of a user; each stands for all devices of its platform, shipped or not
};

class lab_simulator {
public:
    lab_simulator(runtime& rt, const model::lab& lab, simulator_options options, log_sink log);
    ~lab_simulator();
    lab_simulator(const lab_simulator&) = delete;
    lab_simulator& operator=(const lab_simulator&) = delete;

    /// Starts listening everywhere. Errors: io with the address that is not ours; unsupported for a platform without a
    /// simulator (its name and those that exist).
    [[nodiscard]] result<void> start();

    /// Closes everything and waits for it. Must be awaited before destruction once started.
    [[nodiscard]] task<void> stop();

    /// A program that a cross-connect's driver runs on its host: ovs-vsctl and ovs-ofctl, ip and tc, as far as the
    /// drivers use them. Given to `virtual_runtime::on_process`, and served over SSH on the real runtime.
    [[nodiscard]] result<process_result> run_on_host(const std::string& cross_connect, const process_request& request);

    /// The same for the cross-connects without a host: their commands run on the engine's own. The bridge and
    /// OVS_RUNDIR of the request say which is meant.
    [[nodiscard]] result<process_result> run_here(const process_request& request);

    /// Sends RFC 2217 FLOWCONTROL-SUSPEND (or -RESUME) to whoever is connected to the device's console; for tests.
    void hold(model::device_index d, bool suspended);

    /// Whoever is connected to the device's console is not any more.
    void clear(model::device_index d);

    /// From now on: the device neither hears nor says anything after so many more typed characters; nothing: it does
    /// again.
    void silence(model::device_index d, std::optional<std::uint64_t> after);
    /// The next so many connections to the device's console are closed at once.
    void refuse(model::device_index d, unsigned connections);

    /// Clients that are connected to lines of a converter now.
    [[nodiscard]] std::size_t connected(model::converter_index c) const;

    /// Switches the device off and on.
    void power_cycle(model::device_index d);

    /// Other faults for the line of a device's console, from now on (serial_line::inject).
    void inject(model::device_index d, line_faults faults);
    /// Its converter ends the connection to the device's console.
    void hang_up(model::device_index d);
    /// Another box of the same kind, as it left the factory, is put in the device's place and is running.
    void swap(model::device_index d);

    /// Only after a successful `start`.
    [[nodiscard]] simulated_device& at(model::device_index d);
    [[nodiscard]] uart_counters counters(model::device_index d) const;
    /// The serial port of the device, and the line of the converter that it is on.
    [[nodiscard]] uart& port(model::device_index d);
    [[nodiscard]] const serial_line& line(model::device_index d) const;
    [[nodiscard]] const fabric& network() const;
    /// Number of joins that stand on all simulated cross-connects; 0 when everything is undone.
    [[nodiscard]] std::size_t joins() const;
    /// The kernel of a cross-connect of kind linux-bridge; null for others.
    [[nodiscard]] linux_host* kernel(model::cross_connect_index x) const;
    /// All rules of a cross-connect's bridge (none of kernel bridges), as `ovs-ofctl -O OpenFlow13 --no-stats
    /// dump-flows` prints them.
    [[nodiscard]] std::string flows(model::cross_connect_index x) const;

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace rollover::sim
