// What NetBox knows of a lab: the answers of its REST API as JSON, saved to files.
//   /api/dcim/devices/, interfaces/, console-ports/, console-server-ports/, cables/     each with ?limit=0
// Sources of the shapes: netbox-community/netbox, netbox/dcim/api/serializers_/cables.py and device_components.py
// (a_terminations and b_terminations of {object_type, object_id, object}; connected_endpoints with
// connected_endpoints_type and connected_endpoints_reachable; choices as {value, label}) and devices.py (role,
// platform, site, primary_ip); answers of its demo server recorded in arminzaugg/netbox-asset-importer, src/devices.js
// (device_role beside role). Releases before 3.3 say termination_a_type, termination_a_id and connected_endpoint
// instead (its feature request 7394 has cables by them).
#pragma once

#include "engine/import/inventory.h"

#include <string>
#include <vector>

namespace rollover::importing {

/// Which devices of NetBox are not devices of a lab: slugs of roles.
struct netbox_roles {
    std::vector<std::string> switches{"lab-switch"};
    std::vector<std::string> cross_connects{"cross-connect"};
    std::vector<std::string> converters{"console-server", "terminal-server"};
};

/// Adds what the files say to `into`. An object is known by its `url`, otherwise by its shape, so that files may be of
/// any endpoint and any order, whole answers or lists of objects. A device with console server ports is a converter.
/// Cables are those that NetBox traces (`connected_endpoints`, which go through patch panels), and those of
/// dcim/cables. Errors: what is not JSON or nothing of NetBox, a list that goes on (`next`) with no other file to go on
/// with, no devices at all, an object without its id, name or device, and a port with two cables.
void read_netbox(const std::vector<input>& files, const netbox_roles& roles, inventory& into, findings& out);

}  // namespace rollover::importing
