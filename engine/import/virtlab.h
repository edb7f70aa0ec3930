// The files of the third version of Virtlab's virtual crossconnect (docs/from-virtlab.md), as its public wiki describes
// them:
//   localvlans.conf    INTERFACE VLAN
//   localserials.conf  INTERFACE IP                     of the Serial-Ethernet converter behind which the port is
//   tunservers.conf    SITE IP
//   portsetter.conf    INTERFACE IP PORT [trunkport]    the switch (VLMUX) and its port
// INTERFACE is DEVICE@SITE:PORT. `#` starts a comment.
#pragma once

#include "engine/import/inventory.h"

#include <vector>

namespace rollover::importing {

/// Adds what the files say to `into`. Which file it is is known by its name, otherwise by its first line. Errors, each
/// with its line: a line of another form, a VLAN that is not 1..4094, an address that is none, an interface or an
/// address that is there twice.
void read_virtlab(const std::vector<input>& files, inventory& into, findings& out);

}  // namespace rollover::importing
