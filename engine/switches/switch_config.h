// The configuration that a lab switch must have. It never changes while topologies come and go, so it is made once,
// from the lab file, in the words of a template that an operator can change.
#pragma once

#include "engine/base/error.h"
#include "engine/model/lab.h"

#include <string>
#include <string_view>

namespace rollover::switches {

/// `mustache` is a Mustache template (mustache.github.io, mustache(5)); nothing in a value is escaped. It gets:
///   lab, switch, site, platform
///   ports: port, vlan, device, interface, name (device-interface, at most 32 letters, digits and '-'), in order of
///   VLAN
///   trunks: port, cross-connect, capacity, vlan-list ("101-104,110"), vlans: vlan, last (of the list)
///   passes-cdp, passes-jumbo, passes-lacp, passes-lldp, passes-stp, passes-tagged: true where the switch passes it
///   forwards-bpdus: the word true where it passes any of cdp, lacp, lldp, stp, else the word false
/// Errors: bad_input with the engine's words and the line of the template.
[[nodiscard]] result<std::string> switch_config(const model::lab& lab, model::switch_index which,
                                                std::string_view mustache);

/// The name of the VLAN of an interface: "r1-FastEthernet0-0", at most 32 letters, digits and '-'.
[[nodiscard]] std::string vlan_name(std::string_view device, std::string_view interface);

/// Whether any of cdp, lacp, lldp and stp passes.
[[nodiscard]] bool forwards_bpdus(model::traffic_set passes);

/// "101-104,110" for sorted numbers.
[[nodiscard]] std::string ranges_of(const std::vector<std::uint16_t>& numbers);

}  // namespace rollover::switches
