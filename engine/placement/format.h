// A placement for people and for programs.
#pragma once

#include "engine/placement/placement.h"

#include <string>
#include <vector>

namespace rollover::placement {

/// Two tables: which device plays which node, what carries which link from interface to interface. Ends with a line
/// end.
[[nodiscard]] std::string describe(const model::lab& lab, const model::topology& topology, const placement& p);

/// One JSON object, always with the same order of keys: lab, topology, nodes, links. A link that passes interlinks
/// names them; they follow from the cross-connect that is its hub, and the interfaces.
[[nodiscard]] std::string to_json(const model::lab& lab, const model::topology& topology, const placement& p);

/// "cross-connect", "wire", "segment", "patch".
[[nodiscard]] std::string_view name_of(carrier::kind k) noexcept;
/// "cross-connect xc1", "wire w1", "patch at site main".
[[nodiscard]] std::string name_of(const model::lab& lab, const carrier& c);

/// Rows of cells as columns, aligned left, two blanks apart; the first row is the head. Ends with a line end.
[[nodiscard]] std::string table(const std::vector<std::vector<std::string>>& rows);

}  // namespace rollover::placement
