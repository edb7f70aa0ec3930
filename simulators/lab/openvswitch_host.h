// The host of a simulated cross-connect: bridges of Open vSwitch, driven by the text of its own tools. What the tools
// print and how they end is compared with the real programs by tests/simulators/lab/openvswitch_real_test.cpp.
#pragma once

#include "engine/runtime/process.h"
#include "simulators/lab/flow_table.h"
#include "simulators/lab/linux_host.h"

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace rollover::sim {

struct bridge_port {
    std::string name;
    std::uint16_t number = 0;  ///< OpenFlow's number of the port; 0: it does not work
    std::string type = {};
    std::map<std::string, std::string> options = {};
    std::map<std::string, std::string> external_ids = {};
    std::string error = {};
};

struct simulated_bridge {
    std::string name;
    std::string run_dir;             ///< OVS_RUNDIR of the Open vSwitch that has it; empty: the system's
    std::vector<bridge_port> ports;  ///< without the local port
    flow_table flows;
    std::uint16_t last_number = 0;       ///< the highest that a port ever had
    const linux_host* kernel = nullptr;  ///< of its host

    /// The port that is the other end of a veth whose one end is the port `number`.
    [[nodiscard]] std::optional<std::uint16_t> other_end(std::uint16_t number) const;

    [[nodiscard]] std::optional<std::uint16_t> port_number(std::string_view port_name) const;
    [[nodiscard]] std::vector<std::uint16_t> port_numbers() const;
};

class openvswitch_host {
public:
    /// Adds a bridge without rules; its ports get the numbers 1, 2, ... in this order. The reference stays good.
    simulated_bridge& add_bridge(std::string name, std::string run_dir, const std::vector<std::string>& ports);

    /// Runs one program: ovs-vsctl, ovs-ofctl, ip and tc (linux_host.h), true, false, or `sh -c LINE`.
    /// `environment` may hold OVS_RUNDIR. Result: as the program would end; 127 for a program that is not there.
    [[nodiscard]] process_result run(std::vector<std::string> argv,
                                     std::vector<std::pair<std::string, std::string>> environment,
                                     std::string_view input);

    /// Runs a line as the login shell does for SSH's "exec"; `input` is for the first command that reads it.
    [[nodiscard]] process_result run_line(std::string_view line, std::string_view input);

    [[nodiscard]] std::vector<simulated_bridge*> bridges_at(std::string_view run_dir);

    /// The host's network devices; stays where it is.
    [[nodiscard]] linux_host& kernel() { return *kernel_; }

private:
    std::unique_ptr<linux_host> kernel_ = std::make_unique<linux_host>();
    std::vector<std::unique_ptr<simulated_bridge>> bridges_;
};

/// What a tool is called with, its own name removed from `arguments`.
struct tool_call {
    std::vector<std::string> arguments;
    std::string run_dir;
    std::string_view input;
    std::vector<simulated_bridge*> bridges;  ///< those that this Open vSwitch has
};

/// A command of a tool, and how many arguments it takes.
struct tool_command {
    std::string_view name;
    std::size_t at_least;
    std::size_t at_most;
};

/// A request to change the ports of a bridge: add-port, del-port, set Interface.
struct port_change {
    bool may_exist = false;
    bool if_exists = false;
    std::vector<std::string> words;  ///< command and arguments
};
/// Carries it out in the database; Open vSwitch itself follows with `open_ports`. Errors: bad_input, not_found,
/// unsupported, in the words of ovs-vsctl.
[[nodiscard]] result<void> change_ports(std::span<simulated_bridge* const> bridges, const port_change& change);
/// What ovs-vswitchd makes of changed ports: numbers, and errors of those that cannot work.
void open_ports(std::span<simulated_bridge* const> bridges);

/// ovs-vsctl(8): list-br, br-exists, list-ports, list-ifaces, port-to-br, add-port, del-port; get, list, find and set
/// of Interface.
[[nodiscard]] process_result run_vsctl(tool_call call);
/// ovs-ofctl(8): add-flow, add-flows, replace-flows, del-flows, dump-flows.
[[nodiscard]] process_result run_ofctl(tool_call call);

}  // namespace rollover::sim
