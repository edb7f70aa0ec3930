// The text of <config>: its lines without the indentation that only belongs to the XML, each with its place.
#pragma once

#include "engine/model/topology.h"
#include "engine/model/xml_document.h"

#include <vector>

namespace rollover::model {

/// Blank lines go, and so many leading blanks as all other lines have in common. Control characters (a tab too: typed,
/// it would complete a command) are reported with their places.
[[nodiscard]] std::vector<config_line> read_config(const element& config);

}  // namespace rollover::model
