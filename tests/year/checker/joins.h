// What a cross-connect's rules connect, read from the text that ovs-ofctl dump-flows prints. Nothing of the engine.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace checker {

/// Groups of VLANs of the trunk between which frames pass.
std::vector<std::set<int>> joined_vlans(const std::string& flows);

}  // namespace checker
