// Configurations as text: what of a reading counts, as a tree of indented blocks, and how to get from one to another.
#pragma once

#include "drivers/platform/patterns.h"
#include "drivers/platform/session.h"

namespace rollover::platform {

/// The lines of a reading that count: ignored lines and blank ones are gone, and so are permanent blocks without lines
/// (an interface that nobody has configured is printed by some releases and not by others). Pure.
[[nodiscard]] configuration normalized(const description& d, std::string_view reading);

/// How `is` differs from `wanted`, for people: lines with "- " are missing, lines with "+ " are too many; at most
/// `most`.
[[nodiscard]] std::string difference(const configuration& is, const configuration& wanted, std::size_t most = 20);

}  // namespace rollover::platform
