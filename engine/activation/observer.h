// What an activation tells while it runs: for progress on a terminal, plain lines, or JSON.
#pragma once

#include "engine/base/error.h"

#include <cstdint>
#include <functional>
#include <string>

namespace rollover::activation {

/// Where a device stands.
enum class stage {
    waiting,     ///< not begun
    connecting,  ///< opening its line
    homing,      ///< being brought home
    typing,      ///< its configuration is being typed; `typed` of `total` lines
    comparing,   ///< its running configuration is read back and compared
    checking,    ///< its checks run
    ready,
    erasing,     ///< being made clean
    recovering,  ///< it lets nobody in: it starts anew, and its boot loader is stopped
    clean,
    failed,
    quarantined,
};

[[nodiscard]] std::string_view name_of(stage s) noexcept;

/// One step of one device (or, with an empty device, of the whole).
struct progress_event {
    std::string activation;
    std::string device;
    activation::stage stage = activation::stage::waiting;
    std::size_t typed = 0;
    std::size_t total = 0;
    std::uint64_t characters = 0;
    std::string text;  ///< for people; may be empty
};

/// Called on the runtime's thread; must not block for long. May be empty.
using observer = std::function<void(const progress_event&)>;

}  // namespace rollover::activation
