// What NetBox knows of a lab: the answers of its REST API as JSON, saved to files.
//   /api/dcim/devices/, interfaces/, console-ports/, console-server-ports/, cables/     each with ?limit=0
// Sources of the shapes: netbox-community/netbox, netbox/dcim/api/serializers_/{cables,device_components,devices}.py
// (4.x: a_terminations and b_terminations of GenericObjectSerializer {object_type, object_id, object};
// connected_endpoints, connected_endpoints_type, connected_endpoints_reachable; role; choices as {value, label}), and
// for releases before 3.3 termination_a_type, termination_a_id, termination_a, connected_endpoint, device_role (release
// notes of 3.3 and 3.6, and recorded answers of netbox.readthedocs.io's demo, in pynetbox's and Ansible's tests).
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
