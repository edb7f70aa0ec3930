// The draft of a lab file: elements as they will stand in it, each with its source and with what a person has to know
// of it.
#pragma once

#include "engine/import/inventory.h"

#include <list>
#include <string>
#include <utility>
#include <vector>

namespace rollover::importing {

struct draft_element {
    std::string tag;
    std::vector<std::pair<std::string, std::string>> attributes;
    std::list<draft_element> children;  ///< a list: references to them stay good
    std::vector<remark> remarks;        ///< written as comments before it
    source_place place;                 ///< in the input
};

/// A lab named `name` of all that the inventory says. What cannot be said in a lab file is told in `out`; names that
/// two boxes of a kind would share, and names that a lab file cannot have, are changed, with a remark.
[[nodiscard]] draft_element assemble(const inventory& all, const std::string& name, findings& out);

/// A draft as text, and for each of its lines (counted from 0) the element that stands there.
struct written {
    std::string xml;
    std::vector<const draft_element*> lines;  ///< of `root`, which must outlive it; null: of none
};
[[nodiscard]] written write(const draft_element& root);

}  // namespace rollover::importing
