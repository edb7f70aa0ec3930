// The parts of a simulated lab as the lab file asks for them: plain decisions, nothing that runs.
#pragma once

#include "simulators/lab/lab_simulator.h"
#include "simulators/lab/openvswitch_host.h"
#include "simulators/lab/ssh_server.h"

#include <map>

namespace rollover::sim {

/// The hosts of all cross-connects of a lab, with their bridges. Cross-connects at one address are on one host.
class cross_connect_hosts {
public:
    explicit cross_connect_hosts(const model::lab& lab);

    [[nodiscard]] openvswitch_host& host_of(model::cross_connect_index x) { return *by_index_[x.value]; }
    /// The engine's own host: that of all cross-connects without a host.
    [[nodiscard]] openvswitch_host& local() { return hosts_[endpoint()]; }
    /// One for each cross-connect of the lab; null for one of kernel bridges.
    [[nodiscard]] const std::vector<simulated_bridge*>& bridges() const { return bridges_; }
    /// One for each cross-connect of the lab; null for one that is no Linux bridge.
    [[nodiscard]] const std::vector<linux_host*>& kernels() const { return kernels_; }

private:
    std::map<endpoint, openvswitch_host> hosts_;
    std::vector<linux_host*> kernels_;
    std::vector<openvswitch_host*> by_index_;
    std::vector<simulated_bridge*> bridges_;
};

/// What the device of the lab file is like. Errors: those of fetching its password.
[[nodiscard]] result<device_options> device_options_for(const model::lab& lab, const model::device& d,
                                                        const simulator_options& options);

/// Which SSH logins there have to be, by address: of SSH converters (a login selects a line) and of cross-connect
/// hosts. Errors: those of fetching passwords; duplicate when two lines have the same address and user.
[[nodiscard]] result<std::map<endpoint, std::vector<ssh_account>>> plan_ssh(
    const model::lab& lab, cross_connect_hosts& hosts,
    const std::function<serial_line*(model::line_reference)>& line_at);

/// What a person can do about an address that cannot be listened on.
[[nodiscard]] failure explain_listening(failure f, std::string place);

}  // namespace rollover::sim
