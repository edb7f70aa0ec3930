#include "engine/service/log_text.h"

#include "engine/base/text.h"
#include "engine/scheduler/local_time.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace rollover::service {

std::string plain_log_text(const log_line& line) {
    return fmt::format("{:<7} {}{}{}{}{}", name_of(line.level), line.activation, line.activation.empty() ? "" : " ",
                       line.device, line.device.empty() ? "" : " ", printable(line.text));
}

std::string json_log_text(const log_line& line, wall_time now) {
    return nlohmann::json{{"time", scheduler::to_utc_text(scheduler::rounded_down(now))},
                          {"level", name_of(line.level)},
                          {"activation", line.activation},
                          {"device", line.device},
                          {"text", printable(line.text)}}
        .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace rollover::service
