// Tells text from what a line with wrong serial settings delivers. Pure.
#pragma once

#include "engine/base/error.h"

#include <optional>
#include <string_view>

namespace rollover::platform {

/// Why `received`, as a screen shows it, is no text: a failure that says which serial setting is wrong (the parity bit
/// in every character, or the speed); nothing when it may be text. A few odd bytes, and any valid UTF-8, are text.
[[nodiscard]] std::optional<failure> recognize_noise(std::string_view received);

}  // namespace rollover::platform
