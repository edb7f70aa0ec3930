// Pieces of sentences about nodes, devices and requirements.
#pragma once

#include "engine/placement/bits.h"
#include "engine/placement/facts.h"
#include "engine/placement/placement.h"

#include <string>
#include <vector>

namespace rollover::placement {

/// "A", "A and B", "A, B and C"; beyond `most` names "A, B, C and 5 more".
[[nodiscard]] std::string list_of(const std::vector<std::string>& names, std::size_t most = 8);

/// "needs platform junos", without its verb: "platform junos", "device r1", "the site of node A".
[[nodiscard]] std::string words_of(const model::requirement& r);
/// "platform junos and feature ipsec".
[[nodiscard]] std::string words_of(const std::vector<const model::requirement*>& rs);

/// The names of a set of devices, in the order of the lab file.
[[nodiscard]] std::vector<std::string> names_of(const lab_facts& facts, const bit_set& devices);

/// "r1 is busy in activation a3 and r2 is quarantined": of devices that are not available.
[[nodiscard]] std::string why_not_available(const lab_facts& facts, const request& r, const bit_set& devices);

/// "link" or "links".
[[nodiscard]] std::string plural(std::size_t n, const std::string& word);

}  // namespace rollover::placement
