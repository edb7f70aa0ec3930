// Auditing the interlinks of a cross-connect: packets as large as the lab file says pass between the two addresses.
#pragma once

#include "engine/audit/cross_connect_findings.h"

namespace rollover::audit {

/// Tries every interlink that ends at `all.which()`, from there, one after the other; what does not pass is a
/// difference. A host that cannot try it is a note. Errors: those of the way to the host.
[[nodiscard]] task<result<void>> audit_interlinks(activation::environment& env, crossconnect::address where,
                                                  cross_connect_findings& all, time_point deadline);

}  // namespace rollover::audit
