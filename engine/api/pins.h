// Pins of devices (serial-number, model) written into the text of a lab file, which stays as it is otherwise.
#pragma once

#include "engine/base/diagnostic.h"

#include <string>
#include <vector>

namespace rollover::api {

/// An attribute for the element whose "<" stands at `place`.
struct pin_to_write {
    source_place place;
    std::string attribute;  ///< "serial-number"
    std::string value;
};

/// `text` with the attributes inserted behind the name of their elements, values escaped. Elements that have the
/// attribute are left alone. Pure.
[[nodiscard]] std::string with_pins(std::string text, std::vector<pin_to_write> pins);

}  // namespace rollover::api
