// The log is handed in, like time: no global logger. A line says when, how bad, which activation and device, and what.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace rollover {

enum class severity { debug, info, warning, error };

/// One line of the log. `activation` and `device` may be empty; `text` is one line without secrets.
struct log_line {
    severity level = severity::info;
    std::string activation;
    std::string device;
    std::string text;
};

/// Where log lines go. Called on the engine's thread; must not block for long. An empty function drops them.
using log_sink = std::function<void(const log_line&)>;

[[nodiscard]] constexpr std::string_view name_of(severity level) noexcept {
    switch (level) {
        case severity::debug: return "debug";
        case severity::info: return "info";
        case severity::warning: return "warning";
        case severity::error: return "error";
    }
    return "error";
}

}  // namespace rollover
