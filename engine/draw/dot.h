// Topologies, placements and labs as graphs in Graphviz's language DOT (https://graphviz.org/doc/info/lang.html).
#pragma once

#include "engine/model/lab.h"
#include "engine/model/topology.h"
#include "engine/placement/placement.h"

#include <string>

namespace rollover::draw {

/// What the graph is laid out for.
enum class medium {
    picture,  ///< everything is labelled: names of links, interfaces, switch ports
    terminal  ///< boxes as wide as their texts, right angles, nothing written on lines; see `on_terminal`
};

/// Nodes as boxes with what they require; a link with more than two ends is an ellipse that they share.
[[nodiscard]] std::string dot_of(const model::topology& t, medium m);

/// The same, with the device that plays each node, the interface at each end, and what carries each link. Devices stand
/// in their sites.
[[nodiscard]] std::string dot_of(const model::lab& l, const model::topology& t, const placement::placement& p,
                                 medium m);

/// Sites with their converters, switches, cross-connects and devices, and every cable. Consoles are dotted.
[[nodiscard]] std::string dot_of(const model::lab& l, medium m);

}  // namespace rollover::draw
