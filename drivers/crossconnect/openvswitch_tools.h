// The commands of the Open vSwitch driver, carried out on one bridge by one operation.
#pragma once

#include "drivers/crossconnect/host.h"
#include "drivers/crossconnect/join_table.h"

namespace rollover::crossconnect {

/// Errors of all: those of host; device_rejected with the words of the tool; timed_out; protocol.
class openvswitch_tools {
public:
    /// `where` must outlive it.
    openvswitch_tools(runtime& rt, const address& where, time_point deadline)
        : runtime_(rt), where_(where), deadline_(deadline) {}

    /// Comes first.
    [[nodiscard]] task<result<void>> open();

protected:
    /// The standard output of a command that ended well.
    [[nodiscard]] task<result<std::string>> run(std::vector<std::string> argv, std::string input);

    [[nodiscard]] task<result<std::vector<flow_rule>>> read_rules(std::optional<std::uint64_t> number = {});
    [[nodiscard]] task<result<std::vector<bridge_port>>> read_ports();
    /// All of it; qdiscs only where there are ways. With `number`: of the rules only those of the join that has it.
    [[nodiscard]] task<result<bridge_state>> read(std::optional<std::uint64_t> number = {});
    /// Rules, all or none; nothing is run when there are none.
    [[nodiscard]] task<result<void>> send(std::string bundle);

    [[nodiscard]] const std::string& bridge() const { return where_.bridge; }
    /// For the tools' own limit: ours, rounded up, so that ours comes first where both can.
    [[nodiscard]] unsigned seconds() const;

private:
    /// Rules and ports, at once where the host can.
    [[nodiscard]] task<result<bridge_state>> read_rules_and_ports(std::optional<std::uint64_t> number);

    runtime& runtime_;
    const address& where_;
    time_point deadline_;
    std::unique_ptr<host> host_;
};

}  // namespace rollover::crossconnect
