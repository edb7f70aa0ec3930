// From the model to what the drivers take: line addresses, console options, logins, cross-connect addresses. Fetches
// the secrets that the lab refers to.
#pragma once

#include "drivers/console/console.h"
#include "drivers/crossconnect/crossconnect.h"
#include "drivers/patch/patch.h"
#include "drivers/platform/session.h"
#include "drivers/transport/line.h"
#include "engine/model/lab.h"

namespace rollover::activation {

/// Errors of all: what `fetch` says, with the lab's place.
[[nodiscard]] result<transport::line_address> line_address_of(const model::lab& lab, const model::device& device);
/// The interface must have a line.
[[nodiscard]] result<patch::end> patch_end_of(const model::lab& lab, model::interface_reference interface);
[[nodiscard]] result<platform::logins> logins_of(const model::lab& lab, const model::device& device);
[[nodiscard]] result<crossconnect::address> address_of(const model::lab& lab, const model::cross_connect& where);
[[nodiscard]] console::console_options console_options_of(const model::lab& lab, const model::device& device);

/// "device r1 (line cs1/1)", as every message names it.
[[nodiscard]] std::string full_name(const model::lab& lab, const model::device& device);

}  // namespace rollover::activation
