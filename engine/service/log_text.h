// Lines of the log as the service writes them: text for people, or JSON for programs.
#pragma once

#include "engine/base/log.h"
#include "engine/runtime/time.h"

#include <string>

namespace rollover::service {

/// "warning a17 r3 no prompt"; one line, whatever a device has sent.
[[nodiscard]] std::string plain_log_text(const log_line& line);
/// An object with `time`, `level`, `activation`, `device`, `text`, on one line.
[[nodiscard]] std::string json_log_text(const log_line& line, wall_time now);

}  // namespace rollover::service
