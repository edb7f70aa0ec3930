// Whether the network between two cross-connects passes what a tunnel needs.
#pragma once

#include "drivers/crossconnect/crossconnect.h"

namespace rollover::crossconnect {

/// Sends packets of `over.mtu` bytes, not to be fragmented, from the host to the other end, as ping(8) of iputils does:
///   ping -n -q -c 3 -i 0.2 -W 1 -M do -s SIZE -I LOCAL REMOTE
/// Where Open vSwitch has the address on an internal port, the packets go through it too.
/// Errors: refused: they do not pass; the largest that did is named. unreachable: not even small ones are answered.
/// unsupported: the host has no such ping. bad_input: no addresses of one family. Those of the way to the host.
[[nodiscard]] task<result<void>> check_path(runtime& rt, address from, tunnel over, time_point deadline);

}  // namespace rollover::crossconnect
