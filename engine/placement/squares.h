// A rule about wires that is applied once, before the search: two nodes with several neighbours in common need two
// devices with as many in common. Domains of single nodes do not show that, and to find out by trying takes two
// decisions for each device; in a wiring with few squares it settles grids at once.
#pragma once

#include "engine/placement/problem.h"
#include "engine/placement/propagation.h"

namespace rollover::placement {

/// Takes from the nodes, after `at.start()`, what squares of links over wires alone rule out, and all that follows.
/// False: there is no answer.
[[nodiscard]] bool keep_squares(const problem& p, propagation& at);

}  // namespace rollover::placement
