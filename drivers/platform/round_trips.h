// Which states of a platform can be seen on a walk from home and back. Pure.
#pragma once

#include "drivers/platform/description.h"

#include <string>
#include <vector>

namespace rollover::platform {

/// States other than home that transitions lead to from home, and back home again, in the order of the file.
[[nodiscard]] std::vector<std::string> round_trips(const description& d);

/// The other states: they are seen when a device happens to be in them (a login, a boot, a dialog).
[[nodiscard]] std::vector<std::string> met_by_chance(const description& d);

/// Ways out of boot loaders: something is typed, and the device starts. By index of the transition.
[[nodiscard]] std::vector<std::size_t> starting_ways(const description& d);

}  // namespace rollover::platform
