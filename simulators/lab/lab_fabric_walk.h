// What the parts of lab_fabric share while they follow one frame.
#pragma once

#include "simulators/lab/lab_fabric.h"

#include <deque>

namespace rollover::sim {

/// One search: where a frame has been, and where it has still to be followed.
struct lab_fabric::walk {
    std::set<place> seen;
    std::deque<place> open;
    std::set<model::interface_reference> ends;

    void enter(const place& p) {
        if (seen.insert(p).second) {
            open.push_back(p);
        }
    }
};

}  // namespace rollover::sim
