// Auditing a cross-connect of kernel bridges: the network devices where trunks arrive are there and work, our joins are
// whole, and nothing on the host eats frames of the users.
#pragma once

#include "drivers/crossconnect/linux_bridge_plan.h"
#include "engine/audit/cross_connect_findings.h"

namespace rollover::audit {

/// `settings`: the answer of sysctl, lines "net.bridge.bridge-nf-call-iptables = 1". Pure.
void judge_linux_host(const crossconnect::linux_state& state, std::string_view settings, const known_joins& joins,
                      cross_connect_findings& into);

/// Reads the host and judges it. Errors: those of crossconnect::crossconnect.
[[nodiscard]] task<result<void>> audit_linux_host(activation::environment& env, crossconnect::address where,
                                                  cross_connect_findings& into, const known_joins& joins,
                                                  time_point deadline);

}  // namespace rollover::audit
