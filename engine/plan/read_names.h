// What a plan that was written down calls by name, found in the lab of today.
#pragma once

#include "engine/base/error.h"
#include "engine/model/lab.h"

#include <algorithm>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <vector>

namespace rollover::plan {

/// The index of what has this name. Errors: not_found, with `kind` ("cross-connect") and the name.
template <class Named>
[[nodiscard]] result<std::uint32_t> find_named(const std::vector<Named>& all, const std::string& name,
                                               std::string_view kind) {
    const auto found = std::ranges::find(all, name, &Named::name);
    if (found == all.end()) {
        return failure(errc::not_found, fmt::format("the {} is no longer in the lab file", kind)).at(name);
    }
    return static_cast<std::uint32_t>(found - all.begin());
}

/// Errors: not_found, with both names.
[[nodiscard]] inline result<model::interface_reference> find_interface(const model::lab& lab, const std::string& device,
                                                                       const std::string& interface) {
    const auto of = find_named(lab.devices, device, "device");
    if (!of) {
        return of.error();
    }
    const auto at = find_named(lab.devices[*of].interfaces, interface, "interface");
    if (!at) {
        return failure(at.error()).at(device);
    }
    return model::interface_reference{model::device_index{*of}, *at};
}

}  // namespace rollover::plan
