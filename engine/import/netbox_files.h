// Which objects the files of an export of NetBox hold, whatever their order and form.
#pragma once

#include "engine/import/inventory.h"
#include "engine/import/json_tree.h"

#include <list>
#include <vector>

namespace rollover::importing {

struct netbox_object {
    const input* file = nullptr;
    const json_value* json = nullptr;
};

/// The line where it begins.
[[nodiscard]] inline source_place place_of(const netbox_object& o) {
    return {o.file->name, o.json->line, 0};
}

/// The objects point into `documents`.
struct netbox_objects {
    std::list<json_value> documents;
    std::vector<netbox_object> devices;
    std::vector<netbox_object> interfaces;
    std::vector<netbox_object> consoles;  ///< console ports
    std::vector<netbox_object> lines;     ///< console server ports
    std::vector<netbox_object> cables;
};

/// Reads the files, which must outlive the result. Errors: see read_netbox.
[[nodiscard]] netbox_objects read_netbox_files(const std::vector<input>& files, findings& out);

}  // namespace rollover::importing
